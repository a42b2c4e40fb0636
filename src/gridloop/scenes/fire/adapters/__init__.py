"""How devices speak: one module for each protocol, all of them making the same signals."""

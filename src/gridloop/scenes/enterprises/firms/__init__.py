"""The firms: who they are, who speaks for them."""

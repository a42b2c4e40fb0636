"""Photos and files: cleaned, hashed, stored."""

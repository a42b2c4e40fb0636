"""How dates are written into forms, where Django's own habit does not suit a browser's date field."""

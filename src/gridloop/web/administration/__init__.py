"""The settings: everything an administrator owns, page by page, without a shell."""

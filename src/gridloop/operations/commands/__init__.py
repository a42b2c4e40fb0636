"""The command line's groups, one file each; what they call is imported only when a command runs."""

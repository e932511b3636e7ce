"""The go-live audit: two whole lists, every row in exactly one class."""

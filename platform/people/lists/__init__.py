"""Many people at once, from a list."""

"""One-time links by which people set a password: invited, forgotten, or set by the administration."""

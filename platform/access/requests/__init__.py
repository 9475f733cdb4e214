"""Ask for access, and answer."""

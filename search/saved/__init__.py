"""Saved searches, and what is new in them for their owners."""

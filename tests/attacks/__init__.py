"""Attacks on the running site, as tables: who asks for what, and what must come of it (docs/security.md)."""

"""Mails, and what comes with them."""

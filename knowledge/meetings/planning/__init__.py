"""Meetings are planned, announced and answered: the store of topics, invitations, calendar entries."""

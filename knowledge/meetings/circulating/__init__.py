"""Minutes go out and are approved: checks, numbers of decisions, rows that are born, addenda."""

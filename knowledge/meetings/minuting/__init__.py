"""Minutes are written: what the plain form takes in, and who sees which item."""

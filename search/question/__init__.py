"""Turn what a reader typed and chose into a query for the engines, and explain why one found nothing."""

"""The processes in which files are read, and how they are confined."""

"""Word, Excel and PowerPoint files of both families, and what their parts have in common."""

"""See the site as somebody else."""

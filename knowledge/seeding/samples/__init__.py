"""Invented people and content that show what each kind of page is for; `samples remove` takes all of it away."""

KEY_PREFIX = "sample_"
"""Keys of `SeedRecord` that begin like this are of samples."""

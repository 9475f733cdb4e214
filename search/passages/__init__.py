"""Hits as they are shown: the passages that matched, with their words marked."""

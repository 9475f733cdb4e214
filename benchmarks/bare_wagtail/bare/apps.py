"""Configuration of the bare site's only app."""

from django.apps import AppConfig


class BareConfig(AppConfig):
    """One page type."""

    name = "benchmarks.bare_wagtail.bare"
    label = "bare"

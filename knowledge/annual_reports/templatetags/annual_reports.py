"""Filters of the reports' templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def own_drawing(svg: str) -> SafeString:
    """Show a drawing of a report: our own template wrote it, with every word escaped, when the report was composed."""
    return mark_safe(svg)  # noqa: S308  see above


@register.filter
def stem(name: str) -> str:
    """Return a file's name without its ending."""
    return name.rpartition(".")[0]


@register.filter
def ending(name: str) -> str:
    """Return the ending of a file's name."""
    return name.rpartition(".")[2]

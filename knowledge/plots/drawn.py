"""Pictures as SVG text, for files; pages include the templates themselves."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string


def svg_of(plot: Any) -> str:
    """Return the SVG of a plot as its template writes it; `knowledge.export.drawings.drawing` makes it stand by itself.

    Args:
        plot: From `bars`, `timeline` or `lines`.
    """
    return render_to_string(plot.template, {"plot": plot}).strip()

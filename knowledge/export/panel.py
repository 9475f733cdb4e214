"""Offer the files of a page in its right column."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from access.handling import is_confidential
from access.rights import rights_of
from knowledge.export.outputs import Output, offered
from web.menu import Link
from web.panels import Panel, Place


def _downloads(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    # Through somebody else's eyes nothing is taken out.
    if page.pk is None or not page.live or is_confidential(page) or rights_of(request.user).is_view:
        return None
    found = offered(page, request)
    groups = [
        (group, [_link(page, one) for one in some])
        for group, some in groupby(found, key=lambda one: str(one.group))
    ]
    return {"groups": groups}


def _link(page: Any, output: Output) -> Link:
    return Link(str(output.label), reverse("export:download", args=[page.pk, output.name]))


DOWNLOADS = Panel(
    name="export.downloads",
    template="export/_downloads.html",
    place=Place.ASIDE,
    order=60,
    context=_downloads,
)

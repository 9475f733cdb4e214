"""Which page or file lies at an address of the site, whoever may see it; for requests for access only."""

from __future__ import annotations

from typing import Any

from django.urls import Resolver404, resolve

from knowledge.basepage.addresses import url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument
from knowledge.files.selectors import image_named


def object_at_address(path: str) -> Any:
    """Return the page, document or image at `path`; None for everything else."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.view_name == "wagtail_serve":
        address = match.args[0] if match.args else ""
        return KnowledgePage.objects.filter(url_path=url_path_of(address)).first()
    if match.view_name == "access:page":
        return KnowledgePage.objects.filter(pk=match.kwargs["pk"]).first()
    if match.view_name == "wagtaildocs_serve":
        return KnowledgeDocument.objects.filter(pk=match.args[0]).first()
    if match.view_name == "image":
        return image_named(match.kwargs["name"])
    return None

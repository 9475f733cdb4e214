"""The facets over fields of action and districts."""

from __future__ import annotations

from access.scope import AccessScope
from knowledge.taxonomy.models import District, FieldOfAction
from search.registry import FacetChoice, register_facet


def fields_of_action(scope: AccessScope) -> list[FacetChoice]:
    """Return all fields of action; they are the same for everybody."""
    rows = FieldOfAction.objects.values_list("slug", "title")
    return [FacetChoice(slug, title, (title.lower(),)) for slug, title in rows]


def districts(scope: AccessScope) -> list[FacetChoice]:
    """Return all districts; they are the same for everybody."""
    rows = District.objects.values_list("slug", "name")
    return [FacetChoice(slug, name, (name.lower(),)) for slug, name in rows]


def register() -> None:
    """Tell the search the labels of both facets."""
    register_facet("field_of_action", fields_of_action)
    register_facet("district", districts)

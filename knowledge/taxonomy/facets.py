"""The facets over fields of action and districts; they are the same for everybody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from access.scope import AccessScope
from knowledge.taxonomy.models import District, FieldOfAction
from search.facet import Facet, FacetChoice


def _fields_of_action(scope: AccessScope) -> list[FacetChoice]:
    rows = FieldOfAction.objects.values_list("slug", "title")
    return [FacetChoice(slug, title, (title.lower(),)) for slug, title in rows]


def _districts(scope: AccessScope) -> list[FacetChoice]:
    rows = District.objects.values_list("slug", "name")
    return [FacetChoice(slug, name, (name.lower(),)) for slug, name in rows]


FIELD_OF_ACTION = Facet(
    name="field_of_action",
    legend=_("Field of action"),
    order=40,
    parameter="field",
    typed=("feld", "handlungsfeld"),
    choices=_fields_of_action,
    leads_to_people=True,
)
DISTRICT = Facet(
    name="district",
    legend=_("District"),
    order=50,
    parameter="district",
    typed=("bezirk", "stadtbezirk"),
    choices=_districts,
)

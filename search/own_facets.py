"""The facets that every installation has: kind, organisation, space, year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.scope import AccessScope
from accounts.models import Organisation
from accounts.short_names import names_of_today
from search.documents import SearchDocument
from search.facet import Facet, FacetChoice, facets
from search.registry import kinds
from web.composed import composed
from web.menu import Label

MAX_LABELS = 60
"""Values whose labels are read for one facet: some more than are shown, as a few may have none."""


@composed
def _short_names(*, slugs: Any) -> QuerySet[Any, Any]:
    bodies = Organisation.objects.filter(slug__among=slugs).order_by()
    return bodies.values_list("slug", "short_name")


@composed
def _titles(*, pks: Any) -> QuerySet[Any, Any]:
    return Space.objects.filter(pk__among=pks).order_by().values_list("pk", "title")


def _kinds(scope: AccessScope) -> Iterable[FacetChoice]:
    return (FacetChoice(kind.value, kind.label, kind.aliases) for kind in kinds)


def _some_kinds(scope: AccessScope, values: Sequence[str]) -> Iterable[tuple[str, Label]]:
    return ((kind.value, kind.label) for value in values if (kind := kinds.get(value)))


def _organisations(scope: AccessScope) -> Iterable[FacetChoice]:
    rows = Organisation.objects.values_list("slug", "short_name", "name")
    return (FacetChoice(slug, short_name, (name,)) for slug, short_name, name in rows)


def organisation_labels(slugs: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return slug and short name of some organisations."""
    return _short_names(slugs=slugs) if slugs else ()


def _some_organisations(scope: AccessScope, slugs: Sequence[str]) -> Iterable[tuple[str, Label]]:
    return organisation_labels(slugs)


def _spaces(scope: AccessScope) -> Iterable[FacetChoice]:
    rows = Space.objects.filter(pk__among=scope.spaces).values_list("pk", "title", "slug")
    return (FacetChoice(str(pk), title, (slug,)) for pk, title, slug in rows)


def _some_spaces(scope: AccessScope, values: Sequence[str]) -> Iterable[tuple[str, Label]]:
    known = [int(value) for value in values if value.isdecimal() and int(value) in scope.spaces]
    return ((str(pk), title) for pk, title in _titles(pks=known)) if known else ()


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 4


def _year(document: SearchDocument) -> Iterable[str]:
    return (f"{document.dated_on.year:04d}",) if document.dated_on else ()


def register_all() -> None:
    """Register the facets; called once, when the app is ready."""
    facets.register(
        Facet(
            name="kind",
            legend=_("Kind"),
            order=10,
            parameter="kind",
            typed=("typ", "art"),
            choices=_kinds,
            labels=_some_kinds,
            values_of=lambda document: (document.kind,) if document.kind else (),
            is_open=True,
        ),
        Facet(
            name="organisation",
            legend=_("Organisation"),
            order=20,
            parameter="org",
            typed=("org", "organisation"),
            choices=_organisations,
            labels=_some_organisations,
            today=names_of_today,
            values_of=lambda document: document.organisations,
            is_open=True,
            leads_to_people=True,
        ),
        Facet(
            name="space",
            legend=_("Space"),
            order=30,
            parameter="space",
            typed=("bereich",),
            choices=_spaces,
            labels=_some_spaces,
            is_value=_is_number,
            values_of=lambda document: (str(document.space_id),),
            is_open=True,
        ),
        Facet(
            name="year",
            legend=_("Year"),
            order=90,
            parameter="year",
            typed=("jahr",),
            choices=None,
            is_value=_is_year,
            values_of=_year,
        ),
    )

"""Former short names of organisations: kept addresses and settings still mean the same body."""

from __future__ import annotations

from collections.abc import Container, Iterable

from django.core.validators import slug_re

from accounts.models import OldShortName, Organisation


def names_of_today(names: Iterable[str]) -> dict[str, str]:
    """Return today's short name for each former one among `names`; one query, none for no names.

    Today's short names are not among the keys. No name means two bodies (`people.organisations.check_names`).
    """
    wanted = [
        name for name in names if slug_re.match(name)
    ]  # what stands in an address may be anything
    if not wanted:
        return {}
    found = OldShortName.objects.filter(slug__in=wanted)
    return dict(found.values_list("slug", "organisation__slug"))


def of_today(name: str, known: Container[str]) -> str:
    """Return `name`, or today's name for it, if that is `known`; otherwise an empty text."""
    if name in known:
        return name
    today = names_of_today([name]).get(name, "") if name else ""
    return today if today in known else ""


def is_called(organisation: Organisation, names: Iterable[str]) -> bool:
    """Tell whether one of `names` means the organisation, by today's short name or a former one."""
    wanted = list(names)
    return (
        organisation.slug in wanted or organisation.old_short_names.filter(slug__in=wanted).exists()
    )

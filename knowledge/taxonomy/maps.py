"""The map of districts: loaded, looked at, then shown to everybody; those who operate the platform choose."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.taxonomy.models import DistrictMap
from knowledge.taxonomy.outlines import outlines_of


def shown_map() -> DistrictMap | None:
    """Return the map that everybody sees; None if there is none."""
    return DistrictMap.objects.filter(is_shown=True).first()


def load_map(
    content: bytes, *, named_by: str, source: str, licence: str, actor: User
) -> DistrictMap:
    """Keep the outlines of a file to be looked at; what waited before is forgotten.

    Raises:
        PermissionDenied: If the actor doesn't operate the platform.
        ValidationError: If the file can't be drawn.
    """
    _check(actor)
    found = outlines_of(content, named_by)
    with transaction.atomic():
        DistrictMap.objects.filter(is_shown=False).delete()
        return DistrictMap.objects.create(
            source=source, licence=licence, outlines=found.outlines, unknown=found.unknown
        )


@transaction.atomic
def show_map(chosen: DistrictMap, *, actor: User) -> None:
    """Show a map instead of the one before.

    Raises:
        PermissionDenied: If the actor doesn't operate the platform.
    """
    _check(actor)
    DistrictMap.objects.exclude(pk=chosen.pk).delete()
    DistrictMap.objects.filter(pk=chosen.pk).update(is_shown=True)
    record("districts.map_shown", actor=actor)


@transaction.atomic
def remove_map(chosen: DistrictMap, *, actor: User) -> None:
    """Forget a map, whether it is shown or waits.

    Raises:
        PermissionDenied: If the actor doesn't operate the platform.
    """
    _check(actor)
    chosen.delete()
    record("districts.map_removed", actor=actor)


def _check(actor: User) -> None:
    if not can(actor, Action.OPERATE):
        raise PermissionDenied

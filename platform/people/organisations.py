"""Organisations as the curator keeps them: made and renamed; earlier short names lead on."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from accounts.models import OldShortName, Organisation, User
from audit.context import acting
from people.turns import take_turn

# Words that stand at this place of addresses already.
TAKEN_WORDS = frozenset({"neu", "export", "bericht"})


def require_curator(actor: User) -> None:
    """Refuse whoever doesn't curate the platform.

    Raises:
        PermissionDenied: If the actor doesn't.
    """
    if not can(actor, Action.CURATE):
        raise PermissionDenied


@transaction.atomic
def save_organisation(organisation: Organisation, *, actor: User) -> Organisation:
    """Store a new organisation, or a known one under other names; its old short name leads to it from then on.

    `audit.receivers` records it.

    Args:
        organisation: With the new values, stored already or not.
        actor: A curator.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform.
        ValidationError: With a sentence for each field that can't stay.
    """
    require_curator(actor)
    take_turn()
    before = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
    check_names(organisation)
    with acting(actor):
        organisation.save()
    # Whoever comes back to an earlier name is found there directly.
    OldShortName.objects.filter(slug=organisation.slug).delete()
    if before is not None and before.slug != organisation.slug:
        OldShortName.objects.create(slug=before.slug, organisation=organisation)
    return organisation


def check_names(organisation: Organisation) -> None:
    """Refuse names that another organisation has, and a collective term that people belong to.

    Raises:
        ValidationError: With a sentence for each field.
    """
    others = Organisation.objects.exclude(pk=organisation.pk)
    old = OldShortName.objects.exclude(organisation=organisation.pk).filter(slug=organisation.slug)
    problems: dict[str, str] = {}
    if organisation.slug in TAKEN_WORDS:
        problems["slug"] = _("This word has another meaning in addresses. Choose another one.")
    elif others.filter(slug=organisation.slug).exists() or old.exists():
        problems["slug"] = _(
            "“%(slug)s” leads to another organisation, now or from before. Choose another one."
        ) % {"slug": organisation.slug}
    twin = others.filter(short_name__iexact=organisation.short_name, left_at=None).first()
    if twin is not None:
        problems["short_name"] = _(
            "There is an organisation with this short name already: %(name)s."
        ) % {"name": twin.name}
    if organisation.is_collective and organisation.pk and organisation.people.exists():
        problems["is_collective"] = _("People belong to this organisation, so it is one body.")
    if problems:
        raise ValidationError(problems)

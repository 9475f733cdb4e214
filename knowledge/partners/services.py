"""Let an organisation leave: one transaction, one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.granting.leaving import record_revoked, revoke_all
from access.models import Space
from access.reader import forget
from access.rights import can
from access.roles import Action
from accounts import leaving
from accounts.models import Organisation, User
from audit.services import record
from knowledge.partners.models import PartnerExit
from knowledge.partners.plan import (
    REVOKED,
    Line,
    internal_spaces,
    lines_of_exit,
    others_grants,
    others_shares,
    pages_to_hand_over,
)
from knowledge.writing.amending import amend
from people.closure import carry_out, refuse_last_administrator
from people.turns import take_turn


@transaction.atomic
def check_exit(
    organisation: Organisation,
    *,
    actor: User | None,
    heir: Organisation | None,
    opens_to_curators: bool,
) -> None:
    """Refuse an exit that can't be meant or would leave the platform without somebody it needs.

    Raises:
        PermissionDenied: If the actor does not curate the platform.
        ValidationError: With the reason in a sentence; nothing was changed.
    """
    if actor is not None and not can(actor, Action.CURATE):
        raise PermissionDenied
    if organisation.is_collective:
        raise ValidationError(
            _(
                "“%(organisation)s” stands for many bodies and has no people. Let each of them leave by itself."
            )
            % {"organisation": organisation}
        )
    if actor is not None and actor.organisation_id == organisation.pk:
        raise ValidationError(
            _(
                "This is your own organisation. Somebody of another one has to let it leave. Nothing was changed."
            )
        )
    people = User.objects.filter(organisation=organisation)
    refuse_last_administrator(list(people.values_list("pk", flat=True)))
    pages = pages_to_hand_over(organisation, opens_to_curators=opens_to_curators)
    if heir is None and pages.exists():
        raise ValidationError(
            _(
                "The organisation answers for pages. Choose who answers for them from now on. Nothing was changed."
            )
        )
    if heir is not None and (heir == organisation or heir.is_collective or heir.left_at):
        raise ValidationError(
            _(
                "“%(heir)s” can't answer for the pages. Choose another organisation. Nothing was changed."
            )
            % {"heir": heir}
        )


@transaction.atomic
def let_leave(
    organisation: Organisation,
    *,
    actor: User | None,
    heir: Organisation | None,
    reason: str,
    opens_to_curators: bool = False,
) -> PartnerExit:
    """End everything that an organisation and its people hold, and hand its pages over; a second time changes nothing.

    Accounts are closed (sessions and tokens end at once), rights and shares go in both directions, pages get another
    owner, internal spaces stay shut or become curated. Its content should be exported before (`exporting`).

    Args:
        organisation: Who leaves.
        actor: A curator of another organisation; None for the installation itself (`manage.py organisation leave`).
        heir: Who answers for its pages from now on; None if it has none.
        reason: Why, in a sentence; it stands in every line of the audit log.
        opens_to_curators: Whether its internal spaces become curated; else nobody reads them any more.

    Returns:
        The exit with its report: this one, or the earlier one.

    Raises:
        PermissionDenied, ValidationError: As `check_exit` does.
    """
    take_turn()
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.left_at is not None:
        if actor is not None and not can(actor, Action.CURATE):
            raise PermissionDenied
        return organisation.exits.latest("left_at")
    check_exit(organisation, actor=actor, heir=heir, opens_to_curators=opens_to_curators)
    lines = lines_of_exit(organisation, opens_to_curators=opens_to_curators)
    entry = record(
        "organisation.left",
        actor=actor,
        obj=organisation,
        details={**_counts(lines), "reason": reason},
    )
    organisation.left_at = timezone.now()
    organisation.save(update_fields=["left_at"])
    _close_accounts(organisation, actor=actor, reason=reason)
    revoke_all(organisation, actor=actor, reason=reason)
    _revoke_others(organisation, actor=actor, reason=reason)
    if heir is not None:
        _hand_over(organisation, heir, actor=actor, opens_to_curators=opens_to_curators)
    if opens_to_curators:
        for space in internal_spaces(organisation):
            space.is_curated, space.organisation = True, heir
            space.save()
    forget()
    return PartnerExit.objects.create(
        organisation=organisation,
        heir=heir,
        decided_by=actor,
        reason=reason,
        opened_to_curators=opens_to_curators,
        lines=[line.as_dict() for line in lines],
        audit_entry_id=entry.pk,
    )


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    kinds = Counter(line.kind for line in lines)
    return {
        "people": kinds["account"],
        "rights": sum(kinds[kind] for kind in REVOKED),
        "pages": sum(line.count for line in lines if line.kind == "pages"),
    }


def _close_accounts(organisation: Organisation, *, actor: User | None, reason: str) -> None:
    for person in User.objects.filter(organisation=organisation).order_by("pk"):
        if person.is_active:
            carry_out(person, actor=actor, reason=reason)
        else:  # closed before, perhaps past the service
            leaving.leave(person, actor=actor, reason=reason)


def _revoke_others(organisation: Organisation, *, actor: User | None, reason: str) -> None:
    """Take away what others hold on its internal spaces, and end the shares of its pages."""
    for grants, related in (
        (others_grants(organisation), ("content_object", "permission")),
        (others_shares(organisation), ("content_object__space",)),
    ):
        rows = grants.rows(*related)
        grants.delete()
        record_revoked(rows, actor=actor, reason=reason)


def _hand_over(
    organisation: Organisation, heir: Organisation, *, actor: User | None, opens_to_curators: bool
) -> None:
    """Make `heir` answer for the pages, in their open drafts too, with one line for each space."""
    handed = pages_to_hand_over(organisation, opens_to_curators=opens_to_curators)
    by_space = Counter(handed.values_list("space", flat=True))
    amend(handed, {"owning_organisation": heir})
    for space in Space.objects.filter(pk__in=by_space).order_by("pk"):
        record(
            "organisation.pages_handed_over",
            actor=actor,
            obj=organisation,
            space=space,
            details={"heir": str(heir), "pages": by_space[space.pk]},
        )

"""Organisations, their exports and exits, for those whose task they are."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from access.rights import can, scope_for
from access.roles import Action
from accounts.models import Organisation, User
from audit.models import Entry
from knowledge.partners.exporting import may_export
from knowledge.partners.models import ContentExport, PartnerExit


def organisations_with_counts(reader: User) -> Any:
    """Return all organisations that people can belong to, with `open_accounts` and `owned` pages that `reader` sees."""
    seen = Q(owned_pages__live=True, owned_pages__space__in=scope_for(reader).spaces)
    return (
        Organisation.objects.filter(is_collective=False)
        .annotate(
            open_accounts=Count("people", filter=Q(people__is_active=True), distinct=True),
            owned=Count("owned_pages", filter=seen, distinct=True),
        )
        .order_by("short_name")
    )


def organisation_for(user: User, slug: str) -> Organisation | None:
    """Return the organisation if `user` may let it leave or have its content exported; else None."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None or not may_export(user, organisation):
        return None
    return organisation


def export_for(user: User, pk: int) -> ContentExport | None:
    """Return an export that `user` asked for, may still have made, and whose time is not over."""
    export = ContentExport.objects.filter(pk=pk, requested_by=user).first()
    if export is None or not export.can_be_fetched or not export.path.is_file():
        return None
    return export if may_export(user, export.organisation) else None


def exit_for(user: User, pk: int) -> PartnerExit | None:
    """Return the report of an exit if `user` curates, operates or watches over data protection."""
    actions = (Action.CURATE, Action.OPERATE, Action.PROTECT_DATA)
    if not any(can(user, action) for action in actions):
        return None
    exits = PartnerExit.objects.select_related("organisation", "heir", "decided_by")
    return exits.filter(pk=pk).first()


# unscoped: the report's own line; exit_for decides who gets the report
def audit_entry_of(partner_exit: PartnerExit) -> Entry | None:
    """Return the line of the audit log that says that the organisation left; None once its period is over."""
    return Entry.objects.filter(pk=partner_exit.audit_entry_id).first()

"""What the platform holds on a person's rights, and what the audit log says about that person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.granting.leaving import shares_held_by
from access.grants import roles
from access.models import AccessRequest, Space
from access.rights import scope_for
from access.tree import page_model
from accounts.models import User
from accounts.personal_data import Row, Section, sections
from audit.selectors import entries_about
from audit.wording import sentence
from notices.kinds import kinds
from notices.models import Notice

# Refusals, and requests for access, are recorded only of what exists: told to whoever was refused or asked, they would
# tell hidden from missing.
_NOT_TOLD = ("denied", "request")


def _roles(person: User) -> Iterable[Row]:
    for row in roles().held_by(person).rows("content_object", "permission", "granted_by"):
        yield {
            _("Space"): row.content_object.title,
            _("Role"): str(row.role.label),
            _("Since"): row.granted_at,
            _("Until"): row.until,
            _("Granted by"): str(row.granted_by or ""),
            _("Reason"): row.reason,
        }


def _shares(person: User) -> Iterable[Row]:
    held = [share.content_object_id for share in shares_held_by(person)]
    for page in page_model().objects.visible_to(person).filter(pk__in=held).order_by("pk"):
        yield {_("Page"): page.title, _("Web address"): page.url}


def _requests(person: User) -> Iterable[Row]:
    """Yield what was typed; what became of it would tell whether there is anything at the address."""
    for one in AccessRequest.objects.filter(requester=person).order_by("pk"):
        yield {
            _("Web address"): one.address,
            _("Reason"): one.reason,
            _("Time"): one.created_at,
        }


def _notices(person: User) -> Iterable[Row]:
    for notice in Notice.objects.filter(recipient=person).order_by("pk"):
        label = str(kind.label) if (kind := kinds.get(notice.kind)) else notice.kind
        yield {_("Kind"): label, _("Time"): notice.created_at, _("Read at"): notice.read_at}


def _log(person: User) -> Iterable[Row]:
    # A space that is not (or no longer) known to the person stands by its number: the line keeps its short name.
    readable = scope_for(person).spaces
    names = {
        pk: title if pk in readable else _("no. %(number)s") % {"number": pk}
        for pk, title in Space.objects.values_list("pk", "title")
    }
    for entry in entries_about(person).exclude(group__in=_NOT_TOLD).iterator(chunk_size=500):
        if entry.space_id not in names:  # the space is gone
            entry.space_slug = ""
        yield {
            _("Time"): entry.at,
            _("What happened"): sentence(entry, names),
            # Of what somebody else did the address is theirs.
            _("Network"): entry.address if entry.actor_id == person.pk else "",
        }


def register_sections() -> None:
    """Register the sections; called once, when the app is ready."""
    sections.register(Section("roles", gettext_lazy("Roles on spaces"), collect=_roles))
    sections.register(Section("requests", gettext_lazy("Requests for access"), collect=_requests))
    sections.register(Section("notices", gettext_lazy("Notices"), collect=_notices))
    sections.register(Section("shares", gettext_lazy("Pages shared with me"), collect=_shares))
    sections.register(
        Section(
            "audit_log",
            gettext_lazy(
                "Audit log (without refused attempts and requests, which data protection tells on request)"
            ),
            collect=_log,
            remains=gettext_lazy(
                "The audit log keeps what happened, with the number of the person and without the name, "
                "until its period is over. Reasons that somebody typed are not changed."
            ),
        )
    )

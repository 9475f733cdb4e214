"""What the platform holds on a person's rights, and what the audit log says about her."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.leaving import shares_held_by
from access.models import AccessRequest, Space, SpaceUserObjectPermission
from access.rights import scope_for
from access.roles import ROLE_LABELS, Role
from accounts.models import User
from accounts.personal_data import Row, Section, register
from audit.selectors import entries_about
from audit.wording import sentence
from notices.kinds import is_known, kind_named
from notices.models import Notice

# Refusals, and requests for access, are recorded only of what exists: told to whoever was refused or asked, they would
# tell hidden from missing.
_NOT_TOLD = ("denied", "request")


def _roles(person: User) -> Iterable[Row]:
    rows = SpaceUserObjectPermission.objects.current().filter(user=person)
    highest: dict[int, Any] = {}  # a role is stored with every one that it includes
    for row in rows.select_related("content_object", "permission", "granted_by").order_by("pk"):
        known = highest.get(row.content_object_id)
        if known is None or _role(known) < _role(row):
            highest[row.content_object_id] = row
    for row in highest.values():
        yield {
            _("Space"): row.content_object.title,
            _("Role"): str(ROLE_LABELS[_role(row)]),
            _("Since"): row.granted_at,
            _("Until"): row.until,
            _("Granted by"): str(row.granted_by or ""),
            _("Reason"): row.reason,
        }


def _role(row: Any) -> Role:
    return Role.of_codename(row.permission.codename)


def _shares(person: User) -> Iterable[Row]:
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    held = [share.page.pk for share in shares_held_by(person)]
    for page in page_model.objects.visible_to(person).filter(pk__in=held).order_by("pk"):
        yield {_("Page"): page.title, _("Web address"): page.url}


def _requests(person: User) -> Iterable[Row]:
    """Yield what she typed; what became of it would tell whether there is anything at the address."""
    for one in AccessRequest.objects.filter(requester=person).order_by("pk"):
        yield {
            _("Web address"): one.address,
            _("Reason"): one.reason,
            _("Time"): one.created_at,
        }


def _notices(person: User) -> Iterable[Row]:
    for notice in Notice.objects.filter(recipient=person).order_by("pk"):
        label = str(kind_named(notice.kind).label) if is_known(notice.kind) else notice.kind
        yield {_("Kind"): label, _("Time"): notice.created_at, _("Read at"): notice.read_at}


def _log(person: User) -> Iterable[Row]:
    # A space that she may not know (any more) stands by its number: the line keeps its short name.
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
            # Of what somebody else did the address is hers or his.
            _("Network"): entry.address if entry.actor_id == person.pk else "",
        }


def register_sections() -> None:
    """Register the sections; called once, when the app is ready."""
    register(Section("roles", gettext_lazy("Roles on spaces"), collect=_roles))
    register(Section("requests", gettext_lazy("Requests for access"), collect=_requests))
    register(Section("notices", gettext_lazy("Notices"), collect=_notices))
    register(Section("shares", gettext_lazy("Pages shared with me"), collect=_shares))
    register(
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

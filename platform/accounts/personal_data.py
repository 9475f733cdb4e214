"""What the platform holds on a person: each app registers its part, for the download and for erasing.

    from accounts.personal_data import Section, sections
    sections.register(Section("tasks", _("My tasks"), collect=…, erase=…))

A section tells only what this person may see: what is hidden from them is counted or left out, never named.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Session, User, tokens_of
from web.registry import Registry

Text = str | Promise
Value = str | int | bool | dt.datetime | dt.date | None
Row = Mapping[str, Value]  # translated label to value


@dataclass(frozen=True, slots=True)
class Section:
    """What one app keeps.

    Attributes:
        name: Unique; the key in the JSON file.
        title: Heading of the section.
        collect: Yields what is kept on a person, a row for each thing, within what they may see.
        erase: Takes name and contact data out; None where nothing but the account names the person.
        remains: What must stay said after erasing, in a sentence; empty if nothing does.
    """

    name: str
    title: Text
    collect: Callable[[User], Iterable[Row]]
    erase: Callable[[User], None] | None = None
    remains: Text = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """A section with what it holds on one person."""

    name: str
    title: str
    rows: list[dict[str, Value]]


sections: Registry[Section] = Registry(
    "section", cure="register it with accounts.personal_data.sections.register"
)


def collect(person: User) -> list[Collected]:
    """Return what the platform holds on `person`, by section, with empty sections to show that they are empty."""
    return [
        Collected(one.name, str(one.title), [dict(row) for row in one.collect(person)])
        for one in sections
    ]


def what_remains() -> list[str]:
    """Return what must stay said after erasing, in sentences."""
    return [str(one.remains) for one in sections if one.remains]


def as_archive(person: User) -> bytes:
    """Return a ZIP with the same data twice: for reading (HTML) and for other programs (JSON)."""
    collected, now = collect(person), timezone.now()
    machine = {
        "created": now.isoformat(),
        "person": person.pk,
        "sections": {one.name: {"title": one.title, "rows": one.rows} for one in collected},
    }
    html = render_to_string(
        "people/personal_data_file.html",
        {"person": person, "sections": collected, "created_at": now},
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("meine-daten.html", html)
        files.writestr(
            "meine-daten.json", json.dumps(machine, ensure_ascii=False, indent=2, default=_plain)
        )
    return archive.getvalue()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else str(value)


# --- this app's own sections ----------------------------------------------------------------------------
def _account(person: User) -> Iterable[Row]:
    yield {
        _("Number"): person.pk,
        _("Sign-in name"): person.username,
        _("First name"): person.first_name,
        _("Last name"): person.last_name,
        _("E-mail"): person.email,
        _("Organisation"): str(person.organisation or ""),
        _("Position"): person.position,
        _("Phone"): person.phone,
        _("Platform role"): str(person.get_platform_role_display()) if person.platform_role else "",
        _("Account made on"): person.date_joined,
        _("Last sign-in"): person.last_login,
    }


def _memberships(person: User) -> Iterable[Row]:
    rows = Membership.objects.filter(user=person).select_related("group__circle")
    for membership in rows.filter(group__circle__isnull=False).order_by("since"):
        yield {
            _("Circle"): str(membership.group.circle),
            _("Function"): str(membership.get_function_display()),
            _("Since"): membership.since,
            _("Until"): membership.until,
        }


# unscoped: by the person's own name, for nobody else
def _sign_ins(person: User) -> Iterable[Row]:
    sessions = Session.objects.filter(user=person, expire_date__gt=timezone.now())
    for session in sessions.order_by("expire_date"):
        begun_at = session.expire_date - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        yield {
            _("What"): _("Session"),
            _("Last used or begun at"): begun_at,
            _("Ends at"): session.expire_date,
        }
    for factor in Authenticator.objects.filter(user=person).order_by("created_at"):
        yield {
            _("What"): _("Second factor"),
            _("Kind"): str(factor.get_type_display()),
            _("Made at"): factor.created_at,
            _("Last used at"): factor.last_used_at,
        }
    for token in tokens_of([person]).order_by("created"):
        yield {
            _("What"): _("Access token"),
            _("Name"): token.name,
            _("Made at"): token.created,
            _("Last used at"): token.last_used_at,
            _("Ended at"): token.revoked_at,
        }
    for attempt in AccessAttempt.objects.filter(username__iexact=person.username):
        yield {
            _("What"): _("Failed sign-ins, kept to slow down guessing"),
            _("Last at"): attempt.attempt_time,
            _("Network address"): attempt.ip_address,
            _("Browser"): attempt.user_agent,
        }
    for log in AccessLog.objects.filter(username__iexact=person.username):
        yield {
            _("What"): _("Sign-in"),
            _("Made at"): log.attempt_time,
            _("Ended at"): log.logout_time,
            _("Network address"): log.ip_address,
            _("Browser"): log.user_agent,
        }


# unscoped: deletes, shows nothing
def _erase_sign_ins(person: User) -> None:
    """Delete second factors, tokens, and what the throttling keeps under the sign-in name."""
    Authenticator.objects.filter(user=person).delete()
    tokens_of([person]).delete()
    EmailAddress.objects.filter(user=person).delete()
    for model in (AccessAttempt, AccessLog, AccessFailureLog):
        model.objects.filter(username__iexact=person.username).delete()


def register_own_sections() -> None:
    """Register what this app keeps; called once, when it is ready."""
    sections.register(
        Section(
            "account",
            gettext_lazy("Account"),
            collect=_account,
            remains=gettext_lazy(
                "The account stays, closed, under a number instead of the name, with its organisation: "
                "what was written and decided keeps its author."
            ),
        )
    )
    sections.register(Section("memberships", gettext_lazy("Circles"), collect=_memberships))
    sections.register(
        Section(
            "sign_ins",
            gettext_lazy("Signing in: sessions, second factors, tokens"),
            collect=_sign_ins,
            erase=_erase_sign_ins,
        )
    )

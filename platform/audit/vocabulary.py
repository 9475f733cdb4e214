"""The platform's own actions: each with its sentence and the details that it may carry.

Details hold no content, titles or search texts. A sentence names its subject by `object`: people, organisations,
circles and spaces by name, everything else by number.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, PlatformRole
from audit.actions import AuditAction, Group, Text, actions, groups

GROUPS: dict[str, Text] = {
    "sign_in": _("Signing in and out"),
    "account": _("Password and second factor"),
    "person": _("People"),
    "membership": _("Memberships"),
    "organisation": _("Organisations"),
    "circle": _("Circles"),
    "space": _("Spaces"),
    "grant": _("Roles on spaces"),
    "share": _("Shares"),
    "request": _("Requests for access"),
    "view_as": _("Seeing the site as somebody else"),
    "page": _("Pages"),
    "denied": _("Refused attempts"),
    "audit": _("Audit log"),
    "samples": _("Samples"),
    "read": _("Confidential content"),
}

_UNTIL = ("until", _("Ends: %(until)s."))
_REASON = ("reason", _("Reason: %(reason)s"))
_CHANGED = ("changed", _("Changed: %(changed)s."))
_ROLES = {
    "reader": _("Reader"),
    "contributor": _("Contributor"),
    "publisher": _("Publisher"),
    "steward": _("Steward"),
}
_COLUMNS = {
    "changed": {
        "username": _("sign-in name"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "email": _("e-mail address"),
        "organisation": _("organisation"),
        "position": _("position"),
        "phone": _("phone"),
        "platform_role": _("platform role"),
        "is_active": _("account open or closed"),
        "slug": _("short name in addresses"),
        "name": _("name"),
        "short_name": _("short name"),
        "kind": _("kind"),
        "is_collective": _("collective term"),
        "title": _("title"),
        "circle": _("circle"),
        "is_curated": _("curated"),
        "function": _("function"),
        "until": _("end date"),
    }
}
_YES_NO = {"True": _("yes"), "False": _("no")}
_PLATFORM_ROLES = {value or "none": label for value, label in PlatformRole.choices}
_FACTORS = {
    "totp": _("authenticator app"),
    "webauthn": _("security key"),
    "recovery_codes": _("recovery codes"),
}
_HANDLING = {
    "public": pgettext_lazy("handling", "public"),
    "internal": pgettext_lazy("handling", "internal"),
    "confidential": pgettext_lazy("handling", "confidential"),
}

SIGN_IN = (
    AuditAction("sign_in.succeeded", _("%(actor)s signed in.")),
    AuditAction("sign_in.ended", _("%(actor)s signed out.")),
    AuditAction(
        "sign_in.others_ended",
        _("%(actor)s ended all other sessions of %(object)s: %(sessions)s."),
        frozenset({"sessions"}),
    ),
    AuditAction("sign_in.failed", _("A sign-in failed. Account: %(object)s.")),
    AuditAction(
        "sign_in.second_factor_failed", _("A second factor was wrong. Account: %(object)s.")
    ),
    AuditAction(
        "sign_in.locked",
        _("After many failed sign-ins further ones are refused for a while. Account: %(object)s."),
    ),
    AuditAction("account.password_changed", _("%(actor)s changed the password of %(object)s.")),
    AuditAction(
        "account.link_made",
        _("%(actor)s made a one-time link with which %(object)s sets a password."),
        frozenset({"until"}),
        additions=(_UNTIL,),
    ),
    AuditAction(
        "account.link_revoked",
        _("%(actor)s took back the one-time link with which %(object)s sets a password."),
    ),
    AuditAction(
        "account.second_factor_reset",
        _("%(actor)s took away the second factor of %(object)s, who sets up a new one."),
        frozenset({"reason"}),
        additions=(_REASON,),
    ),
    AuditAction(
        "account.second_factor_added",
        _("%(actor)s added a second factor for %(object)s: %(kind)s."),
        frozenset({"kind"}),
        values={"kind": _FACTORS},
    ),
    AuditAction(
        "account.second_factor_removed",
        _("%(actor)s removed a second factor of %(object)s: %(kind)s."),
        frozenset({"kind"}),
        values={"kind": _FACTORS},
    ),
    AuditAction(
        "account.second_factor_renewed",
        _("%(actor)s renewed a second factor of %(object)s: %(kind)s."),
        frozenset({"kind"}),
        values={"kind": _FACTORS},
    ),
)

PEOPLE = (
    AuditAction("person.added", _("%(actor)s added the person %(object)s.")),
    AuditAction(
        "person.changed",
        _("%(actor)s changed the person %(object)s."),
        frozenset({"changed", "role", "is_active"}),
        additions=(
            _CHANGED,
            ("role", _("Platform role now: %(role)s.")),
            ("is_active", _("Account open: %(is_active)s.")),
        ),
        values={"role": _PLATFORM_ROLES, "is_active": _YES_NO, **_COLUMNS},
    ),
    AuditAction("person.removed", _("%(actor)s deleted the person %(object)s.")),
    AuditAction(
        "person.closed",
        _(
            "%(actor)s closed the account of %(object)s. Ended sessions: %(sessions)s, tokens: %(tokens)s."
        ),
        frozenset({"reason", "sessions", "tokens"}),
        additions=(_REASON,),
    ),
    AuditAction(
        "person.reopened",
        _("%(actor)s opened the account of %(object)s again, without its former rights."),
        frozenset({"reason"}),
        additions=(_REASON,),
    ),
    AuditAction(
        "person.erasure_ordered",
        _("%(actor)s ordered that the name of %(object)s be removed."),
        frozenset({"reason"}),
        additions=(_REASON,),
    ),
    AuditAction(
        "person.erasure_withdrawn",
        _("%(actor)s took back the order to remove the name of %(object)s."),
    ),
    AuditAction(
        "person.erased",
        _(
            "%(actor)s removed the name of %(object)s from the account, as data protection had ordered."
        ),
    ),
    AuditAction(
        "person.data_fetched", _("%(actor)s fetched what the platform holds on this person.")
    ),
    AuditAction(
        "person.pseudonymised",
        _("%(actor)s took the name of a person out of the audit log. Lines: %(lines)s."),
        frozenset({"lines"}),
    ),
    AuditAction("organisation.added", _("%(actor)s added the organisation %(object)s.")),
    AuditAction(
        "organisation.changed",
        _("%(actor)s changed the organisation %(object)s."),
        frozenset({"changed"}),
        additions=(_CHANGED,),
        values=_COLUMNS,
    ),
    AuditAction("organisation.removed", _("%(actor)s deleted the organisation %(object)s.")),
    AuditAction("circle.added", _("%(actor)s added the circle %(object)s.")),
    AuditAction(
        "circle.changed",
        _("%(actor)s changed the circle %(object)s."),
        frozenset({"changed"}),
        additions=(_CHANGED,),
        values=_COLUMNS,
    ),
    AuditAction("circle.removed", _("%(actor)s deleted the circle %(object)s.")),
)

_MEMBERSHIP = frozenset({"circle", "function", "until", "changed", "reason"})
_FUNCTION = {"function": dict(Membership.Function.choices)}
MEMBERSHIPS = (
    AuditAction(
        "membership.added",
        _("%(actor)s took %(object)s into the circle “%(circle)s”. Function: %(function)s."),
        _MEMBERSHIP,
        additions=(_UNTIL, _REASON),
        values=_FUNCTION,
    ),
    AuditAction(
        "membership.changed",
        _(
            "%(actor)s changed the membership of %(object)s in the circle “%(circle)s”. "
            "Function: %(function)s."
        ),
        _MEMBERSHIP,
        additions=(_UNTIL, _REASON),
        values=_FUNCTION,
    ),
    AuditAction(
        "membership.removed",
        _("%(actor)s ended the membership of %(object)s in the circle “%(circle)s”."),
        _MEMBERSHIP,
        values=_FUNCTION,
    ),
    AuditAction(
        "membership.confirmed",
        _("%(actor)s confirmed the membership of %(object)s in the circle “%(circle)s”."),
        frozenset({"circle", "function", "until"}),
        additions=(_UNTIL,),
        values=_FUNCTION,
    ),
)

RIGHTS = (
    AuditAction("space.added", _("%(actor)s added the space “%(object)s”.")),
    AuditAction(
        "space.changed",
        _("%(actor)s changed the space “%(object)s”."),
        frozenset({"changed"}),
        additions=(_CHANGED,),
        values=_COLUMNS,
    ),
    AuditAction("space.removed", _("%(actor)s deleted the space “%(object)s”.")),
    AuditAction(
        "space.rights_confirmed",
        _("%(actor)s confirmed all rights in the space “%(object)s”."),
    ),
    AuditAction(
        "grant.given",
        _("%(actor)s gave %(object)s the role “%(role)s” in the space “%(space)s”."),
        frozenset({"role", "until", "reason"}),
        additions=(_UNTIL, _REASON),
        values={"role": _ROLES},
    ),
    AuditAction(
        "grant.revoked",
        _("%(actor)s took the role “%(role)s” in the space “%(space)s” from %(object)s."),
        frozenset({"role", "reason"}),
        additions=(_REASON,),
        values={"role": _ROLES},
    ),
    AuditAction(
        "grant.confirmed",
        _("%(actor)s confirmed the role “%(role)s” of %(object)s in the space “%(space)s”."),
        frozenset({"role", "until"}),
        additions=(_UNTIL,),
        values={"role": _ROLES},
    ),
    AuditAction(
        "share.given",
        _("%(actor)s shared page no. %(page)s with %(object)s. With subpages: %(with_subpages)s."),
        frozenset({"page", "with_subpages", "until", "reason"}),
        additions=(_UNTIL, _REASON),
        values={"with_subpages": _YES_NO},
    ),
    AuditAction(
        "share.revoked",
        _("%(actor)s no longer shares page no. %(page)s with %(object)s."),
        frozenset({"page", "reason"}),
        additions=(_REASON,),
    ),
    AuditAction(
        "share.confirmed",
        _("%(actor)s confirmed that page no. %(page)s is shared with %(object)s."),
        frozenset({"page", "until"}),
        additions=(_UNTIL,),
    ),
)

REQUESTS = (
    AuditAction("request.made", _("%(actor)s asked for access to %(object)s.")),
    AuditAction(
        "request.declined",
        _("%(actor)s declined a request of %(object)s for access to the space “%(space)s”."),
    ),
    AuditAction(
        "request.closed",
        _("%(actor)s closed a request of %(object)s for access to the space “%(space)s”."),
    ),
)

VIEWS = (
    AuditAction(
        "view_as.started",
        _("%(actor)s began viewing the site as %(object)s."),
        frozenset({"until", "reason"}),
        additions=(_UNTIL, _REASON),
    ),
    AuditAction(
        "view_as.ended",
        _("%(actor)s stopped viewing the site as %(object)s. Reason: %(cause)s."),
        frozenset({"cause"}),
        values={
            "cause": {
                "button": _("by the button"),
                "signed_out": _("signed out"),
                "role_lost": _("no longer responsible for a space"),
                "account_closed": _("nobody can sign in as this entry any more"),
            }
        },
    ),
    AuditAction(
        "view_as.expired",
        _("The time in which %(actor)s viewed the site as %(object)s is over."),
    ),
)

CONTENT = (
    AuditAction(
        "page.published",
        _("%(actor)s published %(object)s. Handling: %(handling)s."),
        frozenset({"handling"}),
        values={"handling": _HANDLING},
    ),
    AuditAction("page.unpublished", _("%(actor)s took %(object)s back from publication.")),
    AuditAction(
        "page.moved",
        _("%(actor)s moved %(object)s with its subpages inside the space “%(space)s”."),
    ),
    # Two lines, one for each space: who may see the one may not know of the other.
    AuditAction(
        "page.moved_away",
        _(
            "%(actor)s moved %(object)s with its subpages from the space “%(space)s” to another one."
        ),
    ),
    AuditAction(
        "page.moved_here",
        _("%(actor)s moved %(object)s with its subpages from another space to “%(space)s”."),
    ),
    AuditAction("page.copied", _("%(actor)s copied %(object)s inside the space “%(space)s”.")),
    # Likewise.
    AuditAction(
        "page.copied_away",
        _("%(actor)s copied %(object)s from the space “%(space)s” to another one."),
    ),
    AuditAction(
        "page.copied_here",
        _("%(actor)s made %(object)s as a copy of a page of another space in “%(space)s”."),
    ),
    AuditAction(
        "page.alias_made",
        _("%(actor)s made an alias of %(object)s, which shows whatever is published there."),
    ),
    AuditAction("page.alias_ended", _("%(actor)s made the alias %(object)s an ordinary page.")),
    AuditAction("page.deleted", _("%(actor)s deleted %(object)s.")),
    AuditAction("denied.object", _("%(actor)s was refused %(object)s.")),
    AuditAction("denied.missing", _("%(actor)s asked for something that does not exist.")),
    AuditAction(
        "denied.many",
        _("%(actor)s was refused so often within an hour that further refusals are not listed."),
    ),
    AuditAction("read.page", _("%(actor)s read %(object)s, which is confidential."), is_read=True),
    AuditAction(
        "read.file",
        _("%(actor)s fetched %(object)s, which belongs to a confidential page."),
        is_read=True,
    ),
)

INSTALLATION = (
    AuditAction(
        "audit.exported",
        _("%(actor)s exported the audit log (%(log)s)."),
        frozenset({"log", "since", "until", "group", "scope"}),
        additions=(
            ("since", _("From: %(since)s.")),
            ("until", _("To: %(until)s.")),
            ("group", _("Kind: %(group)s.")),
            ("scope", _("Space: %(scope)s.")),
        ),
        values={
            "log": {"changes": _("changes and sign-ins"), "reads": _("who read what")},
            "group": GROUPS,
        },
    ),
    AuditAction(
        "audit.pruned",
        _(
            "%(actor)s removed lines of the audit log (%(log)s) whose period is over. Lines: %(lines)s."
        ),
        frozenset({"log", "lines"}),
        values={"log": {"changes": _("changes and sign-ins"), "reads": _("who read what")}},
    ),
    AuditAction(
        "audit.signed", _("%(actor)s signed the audit log anew with the installation's key.")
    ),
    AuditAction("samples.loaded", _("%(actor)s loaded the samples.")),
    AuditAction("samples.removed", _("%(actor)s removed the samples.")),
)


def register_all() -> None:
    """Register groups and actions; called once, when the app is ready."""
    groups.register(*(Group(name, label) for name, label in GROUPS.items()))
    actions.register(
        *SIGN_IN,
        *PEOPLE,
        *MEMBERSHIPS,
        *RIGHTS,
        *REQUESTS,
        *VIEWS,
        *CONTENT,
        *INSTALLATION,
    )

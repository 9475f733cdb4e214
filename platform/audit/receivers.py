"""Record what happens around sign-in, people and organisations, from the signals of libraries and models.

Services, commands and Wagtail's admin all change people and organisations, so the models themselves are watched.
"""

# unscoped: written into the log, shown to nobody here
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa import signals as mfa_signals
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save
from django.http import HttpRequest

from accounts.models import Circle, Membership, Organisation, User
from audit import flood
from audit.context import current_actor, current_request, short_address
from audit.services import object_reference, record

# What makes a change worth a line; everything else, such as the last sign-in, does not.
_PERSON = (
    "username", "first_name", "last_name", "email", "organisation_id", "position", "phone", "platform_role",
    "is_active",
)  # fmt: skip
# What things are called; the log keeps what each was before.
_NAMES = ("first_name", "last_name", "name", "short_name", "title", "username")
# What else the log keeps of a person as it was; it is taken out with the name.
_FORMER = ("email", "position", "phone")
_ORGANISATION = ("slug", "name", "short_name", "kind", "is_collective")


@dataclass(frozen=True, slots=True)
class Watch:
    """How to record changes of a model: group of the actions, columns that count."""

    word: str
    columns: tuple[str, ...]


_WATCHED: dict[type[Model], Watch] = {}


def signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Record a sign-in, after all its steps."""
    record("sign_in.succeeded", actor=user, request=request)


def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    """Record a sign-out; ending an anonymous session is none."""
    if user is not None:
        record("sign_in.ended", actor=user, request=request)


def sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Record a failed sign-in, with the account if there is one; what was typed may be a password and isn't stored."""
    typed = str(credentials.get("username") or credentials.get("login") or "")
    _record_failure("sign_in.failed", _account(typed), request)


def second_factor_failed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record a wrong second factor."""
    _record_failure("sign_in.second_factor_failed", user, request)


def locked_out(
    sender: Any, request: HttpRequest | None = None, username: str | None = None, **kwargs: Any
) -> None:
    """Record that axes blocks a name for a while."""
    _record_failure("sign_in.locked", _account(username or ""), request)


def _record_failure(action: str, meant: User | None, request: HttpRequest | None) -> None:
    request = request or current_request()
    if meant is None:
        where = {"object_type": "", "address": short_address(request)}
    else:
        object_type, object_id = object_reference(meant)
        where = {"object_type": object_type, "object_id": object_id}
    if flood.failure_is_recorded(action, **where):
        record(action, actor=None, obj=meant, request=request)


def _account(name: str) -> User | None:
    return User.objects.filter(username__iexact=name.strip()).first() if name else None


def second_factor_added(
    sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any
) -> None:
    """Record a new second factor."""
    _record_factor("account.second_factor_added", request, user, authenticator)


def second_factor_removed(
    sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any
) -> None:
    """Record that a second factor is gone."""
    _record_factor("account.second_factor_removed", request, user, authenticator)


def second_factor_renewed(
    sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any
) -> None:
    """Record new recovery codes."""
    _record_factor("account.second_factor_renewed", request, user, authenticator)


def _record_factor(action: str, request: HttpRequest, user: User, authenticator: Any) -> None:
    details = {"kind": str(authenticator.type)}
    record(action, actor=current_actor() or user, obj=user, details=details, request=request)


def before_save(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Remember what the watched columns were."""
    watched = _columns_written(sender, kwargs.get("update_fields"))
    if raw or not watched or instance._state.adding:
        return
    before = sender._default_manager.filter(pk=instance.pk).values(*watched).first()
    vars(instance)["_audit_before"] = before


def after_save(
    sender: type[Model], instance: Model, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    """Record a new person, organisation, circle or membership, or which of its columns changed."""
    if raw:
        return
    before = vars(instance).pop("_audit_before", None)
    if created:
        _record_change(sender, instance, "added")
    elif before is not None:
        changed = sorted(name for name, value in before.items() if getattr(instance, name) != value)
        if changed:
            _record_change(sender, instance, "changed", before=before, changed=changed)


def password_saved(sender: type[User], instance: User, created: bool, **kwargs: Any) -> None:
    """Record a new password, whoever set it; rehashing the same one at sign-in doesn't count."""
    # Django keeps the new password here until `save` is done, and clears it before it only renews the hash.
    if not created and vars(instance).get("_password") is not None:
        record("account.password_changed", actor=current_actor(), obj=instance)


def after_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Record a person, organisation, circle or membership that is gone."""
    _record_change(sender, instance, "removed")


def _columns_written(sender: type[Model], update_fields: Any) -> list[str]:
    watched = _WATCHED[sender].columns
    if update_fields is None:
        return list(watched)
    return [name for name in watched if {name, name.removesuffix("_id")} & set(update_fields)]


def _record_change(
    sender: type[Model],
    instance: Any,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    changed: list[str] | None = None,
) -> None:
    details: dict[str, Any] = {}
    former_name, former = "", []
    if changed is not None and before is not None:
        former_name = " ".join(before[name] for name in _NAMES if name in changed)
        former = former_values(before, changed)
        details["changed"] = ", ".join(name.removesuffix("_id") for name in changed)
        if "platform_role" in changed:
            details["role"] = instance.platform_role or "none"
        if "is_active" in changed:
            details["is_active"] = instance.is_active
    obj, space = instance, None
    if sender is Membership:
        circle = Circle.objects.filter(group=instance.group_id, is_everybody=False).first()
        if circle is None:
            return  # follows from the person's organisation, whose change has its own line
        obj, details["circle"], details["until"] = instance.user, circle.name, instance.until
        details["function"] = instance.function
        if what != "removed":
            details["reason"] = instance.reason
        space = getattr(circle, "space", None)  # of `access`, which lies above
    record(
        f"{_WATCHED[sender].word}.{what}",
        actor=current_actor(),
        obj=obj,
        former_name=former_name,
        former=former,
        space=space,
        details=details,
    )


def former_values(before: dict[str, Any], changed: list[str]) -> list[str]:
    """Return the former values of a person's changed columns, as the log keeps them beside the name."""
    values = [before[name] for name in _FORMER if name in changed]
    if "organisation_id" in changed and "position" in before:
        was = Organisation.objects.filter(pk=before["organisation_id"]).first()
        values.append(str(was or ""))
    return [value for value in values if value]


def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    user_logged_in.connect(signed_in, dispatch_uid="audit_signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="audit_signed_out")
    user_login_failed.connect(sign_in_failed, dispatch_uid="audit_sign_in_failed")
    user_locked_out.connect(locked_out, dispatch_uid="audit_locked_out")
    mfa_signals.authentication_failed.connect(
        second_factor_failed, dispatch_uid="audit_factor_failed"
    )
    mfa_signals.authenticator_added.connect(second_factor_added, dispatch_uid="audit_factor_added")
    mfa_signals.authenticator_removed.connect(
        second_factor_removed, dispatch_uid="audit_factor_removed"
    )
    mfa_signals.authenticator_reset.connect(
        second_factor_renewed, dispatch_uid="audit_factor_renewed"
    )
    post_save.connect(password_saved, sender=User, dispatch_uid="audit_password_saved")
    watch(User, word="person", columns=_PERSON)
    watch(Organisation, word="organisation", columns=_ORGANISATION)
    watch(Circle, word="circle", columns=("slug", "name"))
    watch(Membership, word="membership", columns=("function", "until"))


def watch(model: type[Model], *, word: str, columns: tuple[str, ...]) -> None:
    """Record changes of a model as `word.added`, `word.changed` and `word.removed`, wherever it is saved.

    Args:
        model: Its name must not be content (`audit.services.record`).
        word: Group of the three actions, which must be registered.
        columns: Columns whose change is worth a line; foreign keys with their `_id`.
    """
    _WATCHED[model] = Watch(word, columns)
    name = model.__name__
    pre_save.connect(before_save, sender=model, dispatch_uid=f"audit_before_{name}")
    post_save.connect(after_save, sender=model, dispatch_uid=f"audit_after_{name}")
    post_delete.connect(after_delete, sender=model, dispatch_uid=f"audit_deleted_{name}")

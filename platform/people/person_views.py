"""One account: what is said of its person, and every change of it with its consequence shown first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access.granting.leaving import roles_held_by, shares_held_by
from access.rights import can
from access.roles import Action
from accounts import personal_data
from accounts.leaving import chosen_memberships, consequences_of_leaving
from accounts.models import Session, User, tokens_of
from accounts.reauthentication import require_fresh_sign_in
from people.accounts import correct_person, facts_of, stamp_of
from people.closure import close_account, reopen_account
from people.erasure import carry_out_order, order_erasure, withdraw_order
from people.forms import NO_MAIL, PersonForm, ReasonForm
from people.passwords.links import mail_link, make_link, may_hold_link, revoke_link
from people.second_factors import has_second_factor, reset_second_factor
from people.selectors import person_seen_by
from people.views import keeper_of


def _shown(request: HttpRequest, pk: int) -> tuple[User, User]:
    """Return who keeps accounts, and the person with this number.

    Raises:
        Http404: If there is no such person, or the account isn't the reader's task; the answer is the same.
    """
    keeper = keeper_of(request)
    shown = person_seen_by(keeper, pk)
    if shown is None:
        raise Http404
    return keeper, shown


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person's account; invite, close or open it, order or carry out the removal of the name."""
    keeper, shown = _shown(request, pk)
    if request.method == "POST":
        return _change(request, keeper, shown)
    return render(request, "people/person.html", _context(keeper, shown))


def _context(keeper: User, shown: User) -> dict[str, Any]:
    roles, circles = roles_held_by(shown), chosen_memberships(shown)
    # Whoever keeps accounts for one organisation may not know every space and group that its people work in.
    names_rights = can(keeper, Action.OPERATE) or can(keeper, Action.PROTECT_DATA)
    return {
        "person": shown,
        "names_rights": names_rights,
        "circles": circles if names_rights else [],
        "circle_count": len(circles),
        "roles": [(held.content_object.title, held.role.label) for held in roles]
        if names_rights
        else [],
        "role_count": len(roles),
        "share_count": len(shares_held_by(shown)),
        "session_count": Session.objects.filter(user=shown, expire_date__gt=timezone.now()).count(),
        "token_count": tokens_of([shown]).filter(revoked_at__isnull=True).count(),
        "order": getattr(shown, "erasure_order", None),
        "link": getattr(shown, "password_link", None),
        "offered": [(name, _CHANGES[name].label) for name in _offered(keeper, shown)],
        "can_correct": shown.pseudonymised_at is None and can(keeper, Action.KEEP_ACCOUNT, shown),
    }


def _offered(keeper: User, shown: User) -> list[str]:
    """Return the changes that `keeper` may make to the account as it is now."""
    if shown.pseudonymised_at is not None:
        return []
    ordered = getattr(shown, "erasure_order", None) is not None
    offered = []
    if can(keeper, Action.KEEP_ACCOUNT, shown):
        offered += _offered_to_keeper(keeper, shown)
    if can(keeper, Action.OPERATE) and ordered and not shown.is_active:
        offered.append("erase")
    if can(keeper, Action.PROTECT_DATA) and not shown.is_active:
        offered.append("withdraw" if ordered else "order")
    return offered


def _offered_to_keeper(keeper: User, shown: User) -> list[str]:
    if not shown.is_active:
        return ["reopen"]
    offered = ["mail_link"] if shown.email else []
    if may_hold_link(keeper, shown):
        offered.append("show_link")
    link = getattr(shown, "password_link", None)
    if link is not None and link.is_open:
        offered.append("revoke_link")
    if has_second_factor(shown):
        offered.append("second_factor")
    return [*offered, "close"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an account.

    Attributes:
        label: What it is called.
        consequences: Says what it brings about, to the keeper.
        make: Does it, for the keeper, with the reason; a link that was made is returned with its end.
        done: What is said after it.
        has_reason: Whether a reason is asked for.
    """

    label: Any
    consequences: Callable[[User, User], list[str]]
    make: Callable[[User, User, str], Any]
    done: Any
    has_reason: bool = True


def _on_closing(keeper: User, shown: User) -> list[str]:
    if can(keeper, Action.OPERATE):
        ends = consequences_of_leaving(shown)
    else:  # names no space and no group that the keeper may not know
        ends = [_("Sessions, access keys, roles, shares and memberships of this person end.")]
    return [
        *ends,
        _("The account can't be used any more, from the next click on."),
        _("Pages, revisions and comments keep the name."),
    ]


def _on_opening(keeper: User, shown: User) -> list[str]:
    return [
        _("The person can sign in again with the password and the second factor from before."),
        _(
            "The account belongs to its organisation again. Former roles, shares, circles and tokens do not come back."
        ),
    ]


def _on_erasing(keeper: User, shown: User) -> list[str]:
    return [
        _("The account is called “Former person %(number)s” from now on. This can't be undone.")
        % {"number": shown.pk},
        *personal_data.what_remains(),
    ]


def _on_mailing(keeper: User, shown: User) -> list[str]:
    return [
        _("%(address)s gets a link with which a password is set, once.") % {"address": shown.email},
        *([] if settings.NOTICE_MAIL_ENABLED else [str(NO_MAIL)]),
        *_on_new_link(shown),
    ]


def _on_showing(keeper: User, shown: User) -> list[str]:
    return [
        _(
            "You are shown the link now and never again. Whoever holds it can sign in as this person."
        ),
        *_on_new_link(shown),
    ]


def _on_new_link(shown: User) -> list[str]:
    link = getattr(shown, "password_link", None)
    sentences = [_("An earlier link ends.")] if link is not None and link.is_open else []
    if shown.has_usable_password():
        sentences.append(
            _("The password of now works until a new one is set; then all sessions end.")
        )
    return sentences


_CHANGES = {
    "mail_link": Change(
        label=gettext_lazy("Mail a link to set a password"),
        consequences=_on_mailing,
        make=lambda shown, keeper, reason: mail_link(shown, actor=keeper),
        done=gettext_lazy("%(person)s gets a mail within the next minute."),
        has_reason=False,
    ),
    "show_link": Change(
        label=gettext_lazy("Make a link to hand over"),
        consequences=_on_showing,
        make=lambda shown, keeper, reason: make_link(shown, actor=keeper),
        done="",
        has_reason=False,
    ),
    "revoke_link": Change(
        label=gettext_lazy("Take back the link"),
        consequences=lambda keeper, shown: [_("The link that was sent or handed over ends.")],
        make=lambda shown, keeper, reason: revoke_link(shown, actor=keeper),
        done=gettext_lazy("The link of %(person)s has ended."),
        has_reason=False,
    ),
    "second_factor": Change(
        label=gettext_lazy("Take away the second factor"),
        consequences=lambda keeper, shown: [
            _("All sessions and access keys end. The person signs in with the password alone."),
            _("The person is told by mail."),
        ],
        make=lambda shown, keeper, reason: reset_second_factor(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The second factor of %(person)s is gone."),
    ),
    "close": Change(
        label=gettext_lazy("Close the account"),
        consequences=_on_closing,
        make=lambda shown, keeper, reason: close_account(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The account of %(person)s is closed. All sessions have ended."),
    ),
    "reopen": Change(
        label=gettext_lazy("Open the account again"),
        consequences=_on_opening,
        make=lambda shown, keeper, reason: reopen_account(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The account of %(person)s is open again."),
    ),
    "order": Change(
        label=gettext_lazy("Order the removal of the name"),
        consequences=_on_erasing,
        make=lambda shown, keeper, reason: order_erasure(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The removal is ordered. An administrator carries it out."),
    ),
    "withdraw": Change(
        label=gettext_lazy("Take back the order"),
        consequences=lambda keeper, shown: [_("The name stays as it is.")],
        make=lambda shown, keeper, reason: withdraw_order(shown, actor=keeper),
        done=gettext_lazy("The order is taken back."),
        has_reason=False,
    ),
    "erase": Change(
        label=gettext_lazy("Remove the name"),
        consequences=_on_erasing,
        make=lambda shown, keeper, reason: carry_out_order(shown, actor=keeper),
        done=gettext_lazy("The name was removed."),
        has_reason=False,
    ),
}


def _change(request: HttpRequest, keeper: User, shown: User) -> HttpResponse:
    name = request.POST.get("change", "")
    if name not in _offered(keeper, shown):
        messages.warning(
            request, _("This is not possible for the account as it is now. Nothing was changed.")
        )
        return redirect("people:person", pk=shown.pk)
    change = _CHANGES[name]
    confirmed = "confirmed" in request.POST
    if confirmed:
        require_fresh_sign_in(request)
    form = ReasonForm(request.POST if confirmed else None)
    if confirmed and (form.is_valid() or not change.has_reason):
        try:
            made = change.make(shown, keeper, form.cleaned_data.get("reason", ""))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _done(request, change, shown, made)
    context = {
        "person": shown,
        "name": name,
        "label": change.label,
        "consequences": change.consequences(keeper, shown),
        "form": form,
        "has_reason": change.has_reason,
    }
    return render(request, "people/confirm.html", context)


def _done(request: HttpRequest, change: Change, shown: User, made: Any) -> HttpResponse:
    if change.make is _CHANGES["show_link"].make:
        address, ends_at = made
        context = {"person": shown, "address": address, "ends_at": ends_at}
        return render(request, "people/link_made.html", context)
    messages.success(request, change.done % {"person": shown})
    return redirect("people:person", pk=shown.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is said of one person.

    Raises:
        Http404: If there is no such person, or the account isn't the reader's to keep; the answer is the same.
    """
    keeper, shown = _shown(request, pk)
    if not can(keeper, Action.KEEP_ACCOUNT, shown):
        raise Http404
    facts = facts_of(shown)
    initial = {name: getattr(facts, name) for name in PersonForm.base_fields}
    form = PersonForm(request.POST or None, initial=initial, keeper=keeper, person=shown)
    if request.method == "POST":
        require_fresh_sign_in(request)
        if form.is_valid():
            try:
                correct_person(
                    shown, form.facts(), actor=keeper, stamp=request.POST.get("stamp", "")
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("What is said of this person was saved."))
                return redirect("people:person", pk=shown.pk)
    # After somebody else's correction the form goes on from what is stored now, with what was typed.
    context = {"person": shown, "form": form, "stamp": stamp_of(shown)}
    return render(request, "people/correct.html", context)

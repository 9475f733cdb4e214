"""People for the administrator and data protection, and one's own data; every change shows its consequence first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access.closing import close_account, reopen_account
from access.erasing import carry_out_order, order_erasure, withdraw_order
from access.leaving import roles_held_by, shares_held_by
from access.people import (
    STATES,
    PeopleFilter,
    organisations_with_people,
    people,
    person_numbered,
)
from access.rights import can
from access.roles import ROLE_LABELS, Action
from accounts import personal_data
from accounts.leaving import circles_of, consequences_of_leaving
from accounts.models import Session, User, tokens_of
from accounts.signed_in import signed_in
from audit.services import record

PAGE_SIZE = 50  # people on one page

_STATE_LABELS = {
    "open": gettext_lazy("Account open"),
    "closed": gettext_lazy("Account closed"),
    "ordered": gettext_lazy("Name to be removed"),
}


class ReasonForm(forms.Form):
    """Why; it goes into the audit log."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Stands in the audit log. Don't name other people."),
    )


def _keeper(request: HttpRequest) -> User:
    """Return the signed-in person if accounts are her task.

    Raises:
        Http404: If they are not.
    """
    user = request.user
    is_keeper = can(user, Action.OPERATE) or can(user, Action.PROTECT_DATA)
    if not isinstance(user, User) or not is_keeper:
        raise Http404
    return user


@never_cache
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """List people with their organisations and whether their accounts are open."""
    _keeper(request)
    asked = request.GET
    organisations = organisations_with_people()
    chosen = PeopleFilter(
        words=asked.get("name", "")[:100].replace("\x00", ""),
        organisation=asked.get("org", "") if asked.get("org") in dict(organisations) else "",
        state=asked.get("konto", "") if asked.get("konto") in STATES else "",
    )
    page = Paginator(people(chosen), PAGE_SIZE).get_page(asked.get("page"))
    context = {
        "chosen": chosen,
        "organisations": organisations,
        "states": [(state, _STATE_LABELS[state]) for state in STATES],
        "page_obj": page,
        "total": page.paginator.count,
    }
    return render(request, "people/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person's account; close or open it, order or carry out the removal of the name.

    Raises:
        Http404: If there is no such person, or accounts are not the reader's task; the answer is the same.
    """
    keeper = _keeper(request)
    shown = person_numbered(pk)
    if shown is None:
        raise Http404
    if request.method == "POST":
        return _change(request, keeper, shown)
    return _show(request, keeper, shown)


def _show(request: HttpRequest, keeper: User, shown: User) -> HttpResponse:
    order = getattr(shown, "erasure_order", None)
    context = {
        "person": shown,
        "circles": circles_of(shown),
        "roles": [(held.space.title, ROLE_LABELS[held.role]) for held in roles_held_by(shown)],
        "share_count": len(shares_held_by(shown)),
        "session_count": Session.objects.filter(user=shown, expire_date__gt=timezone.now()).count(),
        "token_count": tokens_of([shown]).filter(revoked_at__isnull=True).count(),
        "order": order,
        "offered": [(name, _CHANGES[name].label) for name in _offered(keeper, shown)],
    }
    return render(request, "people/person.html", context)


def _offered(keeper: User, shown: User) -> list[str]:
    """Return the changes that `keeper` may make to the account as it is now."""
    if shown.pseudonymised_at is not None:
        return []
    ordered = getattr(shown, "erasure_order", None) is not None
    offered = []
    if can(keeper, Action.OPERATE):
        offered.append("close" if shown.is_active else "reopen")
        if ordered and not shown.is_active:
            offered.append("erase")
    if can(keeper, Action.PROTECT_DATA) and not shown.is_active:
        offered.append("withdraw" if ordered else "order")
    return offered


class Change:
    """One change of an account: what it is called, what it brings about, who does it, what is said after it."""

    def __init__(
        self,
        label: Any,
        *,
        consequences: Callable[[User], list[str]],
        make: Callable[[User, User, str], Any],
        done: Any,
        has_reason: bool = True,
    ) -> None:
        self.label, self.consequences, self.make = label, consequences, make
        self.done, self.has_reason = done, has_reason


def _on_closing(shown: User) -> list[str]:
    return [
        *consequences_of_leaving(shown),
        _("The account can't be used any more, from the next click on."),
        _("Pages, revisions and comments keep the name."),
    ]


def _on_opening(shown: User) -> list[str]:
    return [
        _("The person can sign in again with the password and the second factor from before."),
        _(
            "The account belongs to its organisation again. Former roles, shares, circles and tokens do not come back."
        ),
    ]


def _on_erasing(shown: User) -> list[str]:
    return [
        _("The account is called “Former person %(number)s” from now on. This can't be undone.")
        % {"number": shown.pk},
        *personal_data.what_remains(),
    ]


_CHANGES = {
    "close": Change(
        gettext_lazy("Close the account"),
        consequences=_on_closing,
        make=lambda shown, keeper, reason: close_account(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The account of %(person)s is closed. All sessions have ended."),
    ),
    "reopen": Change(
        gettext_lazy("Open the account again"),
        consequences=_on_opening,
        make=lambda shown, keeper, reason: reopen_account(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The account of %(person)s is open again."),
    ),
    "order": Change(
        gettext_lazy("Order the removal of the name"),
        consequences=_on_erasing,
        make=lambda shown, keeper, reason: order_erasure(shown, actor=keeper, reason=reason),
        done=gettext_lazy("The removal is ordered. An administrator carries it out."),
    ),
    "withdraw": Change(
        gettext_lazy("Take back the order"),
        consequences=lambda shown: [_("The name stays as it is.")],
        make=lambda shown, keeper, reason: withdraw_order(shown, actor=keeper),
        done=gettext_lazy("The order is taken back."),
        has_reason=False,
    ),
    "erase": Change(
        gettext_lazy("Remove the name"),
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
    form = ReasonForm(request.POST if confirmed else None)
    if confirmed and (form.is_valid() or not change.has_reason):
        try:
            change.make(shown, keeper, form.cleaned_data.get("reason", ""))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, change.done % {"person": shown})
            return redirect("people:person", pk=shown.pk)
    context = {
        "person": shown,
        "name": name,
        "label": change.label,
        "consequences": change.consequences(shown),
        "form": form,
        "has_reason": change.has_reason,
    }
    return render(request, "people/confirm.html", context)


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Tell the signed-in person what the platform holds on her."""
    collected = personal_data.collect(signed_in(request))
    return render(
        request,
        "people/my_data.html",
        {"sections": collected, "remains": personal_data.what_remains()},
    )


@never_cache
@require_safe
def my_data_file(request: HttpRequest) -> HttpResponse:
    """Send the signed-in person her data as a ZIP, and record that."""
    user = signed_in(request)
    if request.method == "GET":
        record("person.data_fetched", actor=user, obj=user)
    return HttpResponse(
        personal_data.as_archive(user),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="meine-daten.zip"'},
    )

"""Who sees this, and shares; each change is confirmed with its consequence in sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.consequence.confirmation import Question
from access.consequence.of_shares import (
    consequence_of_ending,
    consequence_of_share,
    state_of_shares,
)
from access.consequence.state import Outdated
from access.explain import Explanation, explain, explain_as_seen
from access.granting.behind import Behind, people_behind
from access.granting.forms import SeesForm, ShareForm
from access.granting.shares import share_page, unshare_page
from access.handling import is_confidential
from access.principals import key_of
from access.rights import can, scope_for
from access.roles import Action
from access.selectors import Holding, holdings_on_space, shares_reaching
from access.tree import Page, page_model, space_of
from access.viewing.views import view_as_url
from accounts.models import User
from accounts.signed_in import signed_in

ASKS = "sieht"  # in the address if it is asked whether somebody sees the page


def _visible_page(request: HttpRequest, pk: int) -> Any:
    pages = page_model().objects.visible_to(signed_in(request)).filter(space__isnull=False)
    page = pages.select_related("space").filter(pk=pk).first()
    if page is None:
        raise Http404
    return page


@require_http_methods(["GET", "HEAD", "POST"])
def page_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who may do what with a page; stewards share it here."""
    page = _visible_page(request, pk)
    is_steward = can(signed_in(request), Action.GRANT, page)
    if request.method == "POST":
        if not is_steward:
            raise Http404
        return _change_share(request, page)
    if not is_steward:
        return _show_page_access(request, page, None)
    asks = ASKS in request.GET
    return _show_page_access(
        request, page, ShareForm(initial={} if asks else request.GET.dict()), asks=asks
    )


def _show_page_access(
    request: HttpRequest, page: Page, form: ShareForm | None, *, asks: bool = False
) -> HttpResponse:
    user = signed_in(request)
    space = space_of(page)
    roles, shares = holdings_on_space(space), shares_reaching(page)
    own = explain_as_seen(user, page, holdings=[*roles, *shares])
    # Somebody with whom the page was shared learns why they see it, not who is in a space that is closed to them.
    reads_space = can(user, Action.READ, space)
    shown = [*roles, *shares] if reads_space else []
    behind = people_behind(shown, reader=user, page=page) if shown else {}
    sees_form = (SeesForm(request.GET) if asks else SeesForm()) if form else None
    return render(
        request,
        "access/page_access.html",
        {
            "page": page,
            "reads_space": reads_space,
            "aliases": _also_at(user, page) if reads_space else [],
            "holdings": _rows(roles, behind) if reads_space else [],
            "shares": _share_rows(user, shares, page, behind) if reads_space else [],
            "form": form,
            "sees_form": sees_form,
            "sees": _answer(sees_form, page, [*roles, *shares]) if sees_form else None,
            "readings_url": _readings_url(page) if form else "",
            "own_reasons": own.reasons,
            "view_as_url": view_as_url(space, first=page.url, back=request.path) if form else "",
        },
    )


def _answer(form: SeesForm, page: Page, holdings: list[Holding]) -> Explanation | None:
    """Say whether the person who was asked about sees the page, and why; None while nobody is chosen."""
    if not form.is_bound or not form.is_valid():
        return None
    return explain(form.cleaned_data["principal"], page, holdings=holdings)


def _readings_url(page: Page) -> str:
    """Return where a steward learns who read a confidential page; of others no reading is kept."""
    if not is_confidential(page):
        return ""
    asked = {"protokoll": "lesen", "objekt": f"{page_model()._meta.label}:{page.pk}"}
    return f"{reverse('audit_log')}?{urlencode(asked)}"


def _also_at(user: User, page: Page) -> Any:
    """Return the pages that show the same text: its aliases, and the page that it is an alias of itself."""
    same = Q(alias_of=page.pk) | Q(pk=page.alias_of_id)
    return page_model().objects.filter(same).visible_to(user).order_by("path")


def _change_share(request: HttpRequest, page: Page) -> HttpResponse:
    actor = signed_in(request)
    if "revoke" in request.POST:
        return _end_share(request, page, actor)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _show_page_access(request, page, form)
    chosen = form.cleaned_data
    include_descendants = chosen["include_descendants"]
    principal, until = chosen["principal"], chosen["until"]

    def save(state: str) -> None:
        _require_state(page, state)
        share_page(
            page,
            principal,
            actor=actor,
            include_descendants=include_descendants,
            until=until,
            reason=chosen["reason"],
        )

    answer = Question(
        request, _("Share “%(page)s”") % {"page": page.title}, _again(request, form)
    ).settle(
        describe=lambda: consequence_of_share(
            page, principal, include_descendants=include_descendants, until=until
        ),
        save=save,
        show=lambda: _show_page_access(request, page, form),
    )
    if answer is not None:
        return answer
    messages.success(request, _("The page is now shared with %(who)s.") % {"who": principal})
    return redirect("access:page", pk=page.pk)


def _end_share(request: HttpRequest, page: Page, actor: User) -> HttpResponse:
    """Ask, then end a share of this page; one of a page above is ended there."""
    key = request.POST["revoke"]
    holdings = shares_reaching(page)
    own = (
        one
        for one in holdings
        if one.principal and one.shared_page and one.shared_page.pk == page.pk
    )
    share = next((one for one in own if one.principal and key_of(one.principal) == key), None)
    principal = share.principal if share is not None else None
    if share is None or principal is None:
        messages.info(request, _("This page has no such share any more. Nothing was changed."))
        return redirect("access:page", pk=page.pk)

    def save(state: str) -> None:
        _require_state(page, state)
        unshare_page(page, principal, actor=actor)

    title = _("End the share of “%(page)s”") % {"page": page.title}
    answer = Question(request, title, {"revoke": key}).settle(
        describe=lambda: consequence_of_ending(page, share),
        save=save,
        show=lambda: _show_page_access(request, page, ShareForm()),
    )
    if answer is not None:
        return answer
    messages.success(request, _("The share with %(who)s has ended.") % {"who": principal})
    return redirect("access:page", pk=page.pk)


@require_safe
def shared_with_me(request: HttpRequest) -> HttpResponse:
    """List the pages that were shared with the reader from spaces that are closed to them."""
    paths = [share.path for share in scope_for(signed_in(request)).shared]
    pages = page_model().objects.visible_to(signed_in(request)).filter(path__in=paths)
    return render(
        request, "access/shared_with_me.html", {"pages": pages.select_related("content_type")}
    )


def _share_rows(
    user: User, shares: list[Holding], page: Page, behind: Mapping[int, Behind]
) -> list[dict[str, Any]]:
    """Return the shares that reach `page`, each of a page above with that page, if `user` may know it."""
    rows = _rows(shares, behind)
    for row in rows:
        shared = row["holding"].shared_page
        row["is_from_above"] = shared.pk != page.pk
        # It may have been taken off the site since, and be a draft again.
        row["page_above"] = shared if can(user, Action.READ, shared) else None
    return rows


def _rows(holdings: list[Holding], behind: Mapping[int, Behind]) -> list[dict[str, Any]]:
    """Return holdings with what a template can't work out."""
    return [
        {
            "holding": one,
            "role": one.role.label,
            "key": key_of(one.principal) if one.principal is not None else "",
            "behind": behind.get(getattr(one.principal, "group_id", 0)),
        }
        for one in holdings
    ]


def _require_state(page: Page, state: str) -> None:
    """Refuse to save on an outdated view.

    Raises:
        Outdated: If a share that reaches the page has changed since the consequence was shown.
    """
    if state != state_of_shares(page):
        raise Outdated


def _again(request: HttpRequest, form: ShareForm) -> dict[str, str]:
    """Return the fields that say the same share again."""
    typed = {name: str(value) for name, value in request.POST.items() if name in form.fields}
    typed.pop("who", None)
    return {**typed, "principal": key_of(form.cleaned_data["principal"])}

"""Who sees this, and shares; each change is confirmed with its consequence in sight."""

from __future__ import annotations

import hashlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.days import spoken_day
from access.effects import Effect, effect_of_ending, effect_of_share
from access.explain import explain_as_seen
from access.forms import PrincipalForm, ShareForm, key_of
from access.rights import can, scope_for
from access.roles import ROLE_LABELS, Action
from access.selectors import Holding, holdings_on_space, shares_reaching
from access.sharing import share_page, unshare_page
from access.view_as_pages import view_as_url
from accounts.models import User
from accounts.signed_in import signed_in


def _visible_page(request: HttpRequest, pk: int) -> Any:
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    pages = page_model.objects.visible_to(signed_in(request)).filter(space__isnull=False)
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
    form = ShareForm(initial=request.GET.dict()) if is_steward else None
    return _show_page_access(request, page, form)


def _show_page_access(request: HttpRequest, page: Any, form: ShareForm | None) -> HttpResponse:
    user = signed_in(request)
    roles, shares = holdings_on_space(page.space), shares_reaching(page)
    own = explain_as_seen(user, page, holdings=[*roles, *shares])
    # Somebody with whom the page was shared learns why she sees it, not who is in a space that isn't hers.
    reads_space = can(user, Action.READ, page.space)
    return render(
        request,
        "access/page_access.html",
        {
            "page": page,
            "reads_space": reads_space,
            "holdings": _rows(roles) if reads_space else [],
            "shares": _share_rows(user, shares, page) if reads_space else [],
            "form": form,
            "own_reasons": own.reasons,
            "view_as_url": view_as_url(page.space, first=page.url, back=request.path)
            if form
            else "",
        },
    )


def _change_share(request: HttpRequest, page: Any) -> HttpResponse:
    actor = signed_in(request)
    if "revoke" in request.POST:
        return _end_share(request, page, actor)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _show_page_access(request, page, form)
    chosen = form.cleaned_data
    with_subpages = chosen["include_descendants"]
    state = _state_of(shares_reaching(page))
    if not _is_confirmed(request, state):
        effect = effect_of_share(page, chosen["principal"], include_descendants=with_subpages)
        title = _("Share “%(page)s”") % {"page": page.title}
        return _ask(request, form, effect=effect, title=title, state=state)
    try:
        share_page(
            page,
            chosen["principal"],
            actor=actor,
            include_descendants=with_subpages,
            until=chosen["until"],
            reason=chosen["reason"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _show_page_access(request, page, form)
    messages.success(
        request, _("The page is now shared with %(who)s.") % {"who": chosen["principal"]}
    )
    return redirect("access:page", pk=page.pk)


def _end_share(request: HttpRequest, page: Any, actor: User) -> HttpResponse:
    """Ask, then end a share of this page; one of a page above is ended there."""
    key = request.POST["revoke"]
    holdings = shares_reaching(page)
    own = (one for one in holdings if one.principal is not None and one.shared_page.pk == page.pk)
    share = next((one for one in own if one.principal and key_of(one.principal) == key), None)
    if share is None or share.principal is None:
        messages.info(request, _("This page has no such share any more. Nothing was changed."))
        return redirect("access:page", pk=page.pk)
    state = _state_of(holdings)
    if not _is_confirmed(request, state):
        context = {
            "effect": effect_of_ending(share),
            "title": _("End the share of “%(page)s”") % {"page": page.title},
            "hidden": {"revoke": key},
            "state": state,
        }
        return render(request, "access/confirm.html", context)
    unshare_page(page, share.principal, actor=actor)
    messages.success(request, _("The share with %(who)s has ended.") % {"who": share.principal})
    return redirect("access:page", pk=page.pk)


@require_safe
def shared_with_me(request: HttpRequest) -> HttpResponse:
    """List the pages that were shared with the reader from spaces that she can't read."""
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    paths = [share.path for share in scope_for(signed_in(request)).shared]
    pages = page_model.objects.visible_to(signed_in(request)).filter(path__in=paths)
    return render(
        request, "access/shared_with_me.html", {"pages": pages.select_related("content_type")}
    )


def _share_rows(user: User, shares: list[Holding], page: Any) -> list[dict[str, Any]]:
    """Return the shares that reach `page`, each of a page above with that page, if `user` may know it."""
    rows = _rows(shares)
    for row in rows:
        shared = row["holding"].shared_page
        row["is_from_above"] = shared.pk != page.pk
        # It may have been taken off the site since, and be a draft again.
        row["page_above"] = shared if can(user, Action.READ, shared) else None
    return rows


def _rows(holdings: list[Holding]) -> list[dict[str, Any]]:
    """Return holdings with what a template can't work out."""
    return [
        {
            "holding": one,
            "role": ROLE_LABELS[one.role],
            "key": key_of(one.principal) if one.principal is not None else "",
        }
        for one in holdings
    ]


def _state_of(holdings: list[Holding]) -> str:
    """Return a short mark of who holds what, to notice that somebody else has changed it meanwhile."""
    parts = sorted(
        f"{key_of(one.principal)} {one.role} {one.until} {one.with_subpages}"
        for one in holdings
        if one.principal is not None
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _is_confirmed(request: HttpRequest, state: str) -> bool:
    """Tell whether the consequence was confirmed, and nothing changed since it was shown."""
    if "confirmed" not in request.POST:
        return False
    if request.POST.get("state") == state:
        return True
    messages.warning(
        request,
        _(
            "Somebody else has changed the rights here in the meantime. Nothing was saved; "
            "please check the consequence once more."
        ),
    )
    return False


def _ask(
    request: HttpRequest, form: PrincipalForm, *, effect: Effect, title: str, state: str
) -> HttpResponse:
    """Show the consequence and ask for the confirmation; `state` marks what it was worked out from."""
    hidden = {
        name: value
        for name, value in request.POST.items()
        if name in form.fields and name not in {"who", "principal"}
    }
    hidden["principal"] = key_of(form.cleaned_data["principal"])
    until = form.cleaned_data["until"]
    ends = _("The share ends after %(day)s.") % {"day": spoken_day(until)} if until else ""
    context = {"effect": effect, "ends": ends, "hidden": hidden, "title": title, "state": state}
    return render(request, "access/confirm.html", context)

"""Invite people: one by a form, many by a list whose effect is shown first."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access.rights import can
from access.roles import Action
from accounts.models import User
from accounts.reauthentication import require_fresh_sign_in
from audit.export import BYTE_ORDER_MARK, safe_cell
from people.accounts import add_person
from people.forms import BY_MAIL, NO_MAIL, InvitationForm, ListForm, WayForm
from people.lists.changes import (
    Applied,
    ChangedMeanwhile,
    apply_and_mail,
    apply_and_make_links,
)
from people.lists.kept import keep, kept_by, throw_away
from people.lists.plan import Plan, State, plan_of, rows_of, text_of
from people.passwords.links import MadeLink, mail_link, make_link
from people.views import keeper_of

SHOWN_ROWS = 200  # of each state, in the preview


def _inviter(request: HttpRequest) -> User:
    """Return the signed-in person if they may add people.

    Raises:
        Http404: If they may not.
    """
    keeper = keeper_of(request)
    if not can(keeper, Action.KEEP_ACCOUNT):
        raise Http404
    return keeper


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account, and mail or show the link with which its person sets a password."""
    keeper = _inviter(request)
    form = InvitationForm(request.POST or None, keeper=keeper)
    if request.method == "POST":
        require_fresh_sign_in(request)
        if form.is_valid():
            try:
                return _invited(request, keeper, form)
            except ValidationError as error:
                form.add_error(None, error)
    return render(request, "people/invite.html", {"form": form})


def _invited(request: HttpRequest, keeper: User, form: InvitationForm) -> HttpResponse:
    with transaction.atomic():
        person = add_person(form.facts(), actor=keeper)
        if form.cleaned_data["way"] != BY_MAIL:
            address, ends_at = make_link(person, actor=keeper)
            context = {"person": person, "address": address, "ends_at": ends_at}
            return render(request, "people/link_made.html", context)
        mail_link(person, actor=keeper)
    text = _(
        "%(person)s has an account with the user name “%(name)s” and gets the invitation by mail."
    )
    messages.success(request, text % {"person": person, "name": person.username})
    _warn_without_mail(request)
    return redirect("people:person", pk=person.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read_list(request: HttpRequest) -> HttpResponse:
    """Take a list of people; what it would do is shown next."""
    keeper = _inviter(request)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = text_of(form.cleaned_data["file"].read())
            rows_of(text, actor=keeper)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            keep(text, actor=keeper)
            return redirect("people:list_preview")
    return render(request, "people/read_list.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_preview(request: HttpRequest) -> HttpResponse:
    """Show what the list would do, and do it once that is confirmed."""
    keeper = _inviter(request)
    kept = kept_by(keeper)
    if kept is None:
        messages.info(request, _("There is no list that waits. Read one in."))
        return redirect("people:read_list")
    if "cancel" in request.POST:
        throw_away(keeper)
        messages.info(request, _("The list was thrown away. Nothing was changed."))
        return redirect("people:list")
    form = WayForm(request.POST or None)
    if request.method == "POST":
        require_fresh_sign_in(request)
        if form.is_valid():
            do = apply_and_mail if form.cleaned_data["way"] == BY_MAIL else apply_and_make_links
            fingerprint = request.POST.get("fingerprint", "")
            try:
                return _applied(request, do(kept, actor=keeper, fingerprint=fingerprint))
            except ChangedMeanwhile as error:
                form = WayForm(initial=form.cleaned_data)
                messages.warning(request, " ".join(error.messages))
            except ValidationError as error:
                messages.warning(request, " ".join(error.messages))
                return redirect("people:read_list")
    return render(request, "people/list_preview.html", _preview(kept.text, keeper, form))


def _preview(text: str, keeper: User, form: WayForm) -> dict[str, Any]:
    plan = plan_of(text, actor=keeper)
    return {
        "form": form,
        "fingerprint": plan.fingerprint,
        "groups": [group for state, title in _titles() if (group := _group(plan, state, title))],
        "does_something": bool(plan.of(State.NEW) or plan.of(State.CHANGED)),
    }


def _titles() -> list[tuple[State, str]]:
    return [
        (State.WRONG, _("Wrong: left out")),
        (State.DOUBLED, _("Doubled: left out")),
        (State.NEW, _("New: invited")),
        (State.CHANGED, _("Changed")),
        (State.SAME, _("As before: nothing happens")),
    ]


def _group(plan: Plan, state: State, title: str) -> dict[str, Any] | None:
    rows = plan.of(state)
    if not rows:
        return None
    return {
        "name": state.value,
        "title": title,
        "count": len(rows),
        "rows": rows[:SHOWN_ROWS],
        "more": max(0, len(rows) - SHOWN_ROWS),
    }


def _warn_without_mail(request: HttpRequest) -> None:
    if not settings.NOTICE_MAIL_ENABLED:
        messages.warning(request, NO_MAIL)


def _applied(request: HttpRequest, applied: Applied) -> HttpResponse:
    if applied.links:
        return _links_as_file(applied.links)
    sentences = []
    if applied.added:
        sentences.append(
            ngettext(
                "%(count)d person was added and gets an invitation by mail.",
                "%(count)d people were added and get an invitation by mail.",
                applied.added,
            )
            % {"count": applied.added}
        )
        _warn_without_mail(request)
    if applied.changed:
        sentences.append(
            ngettext(
                "%(count)d person was corrected.",
                "%(count)d people were corrected.",
                applied.changed,
            )
            % {"count": applied.changed}
        )
    messages.success(request, " ".join(sentences) or _("There was nothing to do."))
    return redirect("people:list")


def _links_as_file(links: Any) -> HttpResponse:
    """Send the links once, as a list that spreadsheets open; they are stored nowhere."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(
        [_("Last name"), _("First name"), _("E-mail"), _("User name"), _("Link"), _("Ends")]
    )
    for made in links:
        writer.writerow([safe_cell(cell) for cell in _cells(made)])
    return HttpResponse(
        BYTE_ORDER_MARK + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="einladungen.csv"'},
    )


def _cells(made: MadeLink) -> list[str]:
    person = made.person
    ends_at = f"{timezone.localtime(made.ends_at):%d.%m.%Y %H:%M}"
    return [
        person.last_name,
        person.first_name,
        person.email,
        person.username,
        made.address,
        ends_at,
    ]

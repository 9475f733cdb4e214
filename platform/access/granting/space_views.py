"""The matrix: roles in one space for its stewards, and all spaces against organisations and groups."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.consequence.confirmation import Question, is_part, say_saved
from access.consequence.of_roles import Consequence, consequence_of_roles
from access.consequence.space_grants import Change
from access.due import due_spaces
from access.granting.changes import change_roles
from access.granting.forms import GrantForm
from access.granting.matrix import MatrixQuestion, matrix_for
from access.granting.memberships import circles_kept_by
from access.granting.sheets import (
    NOTHING,
    Sheet,
    SheetRow,
    Triple,
    Wanted,
    read_sheet,
    row_of,
    sheet_for,
)
from access.models import Space
from access.principals import key_of, principal_of
from access.rights import can
from access.roles import Action, Role
from access.selectors import Holding, holdings_on_space
from access.viewing.views import view_as_url
from accounts.models import User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from web.days import day_in_words, iso_day

ROLE_CHOICES = {str(role.value): str(role.label) for role in Role}


def stewarded_space(request: HttpRequest, slug: str) -> Space:
    """Return the space, for somebody who is responsible for it.

    Raises:
        Http404: If they aren't, or if there is none.
    """
    space = Space.objects.select_related("circle").filter(slug=slug).first()
    if space is None or not can(signed_in(request), Action.GRANT, space):
        raise Http404
    return space


@require_http_methods(["GET", "HEAD", "POST"])
def space_access(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and change the roles on a space; for its stewards. `?wer=organisation:5` shows one row of it."""
    space = stewarded_space(request, slug)
    holdings = holdings_on_space(space)
    rows = _rows(request, holdings)
    if request.method != "POST":
        form = GrantForm(initial=request.GET.dict())
        return _show(request, space, holdings, Sheet(tuple(rows)), form)
    if "rows" in request.POST:
        sheet, form = read_sheet(request.POST, rows, choices=ROLE_CHOICES), GrantForm()
    else:
        form = GrantForm(request.POST)
        if not form.is_valid():
            return _show(request, space, holdings, Sheet(tuple(rows)), form)
        sheet = _asked_by_form(form, rows)
    return _change(request, space, holdings, sheet, form)


def _rows(request: HttpRequest, holdings: Sequence[Holding]) -> list[SheetRow]:
    """Return a row for each principal with a role, or the one that the address names, with a role or without."""
    rows = [
        row_of(one, choice=str(one.role.value), facts=_facts_of(one))
        for one in holdings
        if one.principal is not None
    ]
    named = request.GET.get("wer", "")
    if not named:
        return rows
    principal = principal_of(named)
    if principal is None:
        raise Http404
    key = key_of(principal)
    return [row for row in rows if row.key == key] or [SheetRow(key=key, label=str(principal))]


def _facts_of(holding: Holding) -> tuple[str, ...]:
    """Return since when and by whom something is held, as far as that is known."""
    said = []
    if holding.since is not None:
        said.append(_("since %(day)s") % {"day": day_in_words(holding.since)})
    if holding.granted_by:
        said.append(_("granted by %(name)s") % {"name": holding.granted_by})
    return tuple(said)


def _asked_by_form(form: GrantForm, rows: Sequence[SheetRow]) -> Sheet:
    """Return what the form for somebody new asks for, as if it had been typed into a row."""
    chosen = form.cleaned_data
    principal, role = chosen["principal"], chosen["role"]
    key = key_of(principal)
    row = next((row for row in rows if row.key == key), SheetRow(key=key, label=str(principal)))
    typed = Triple(
        choice=str(role.value) if role else NOTHING,
        day=iso_day(chosen["until"]),
        reason=chosen["reason"],
    )
    return sheet_for(row, typed, principal, choices=ROLE_CHOICES)


def _change(
    request: HttpRequest,
    space: Space,
    holdings: Sequence[Holding],
    sheet: Sheet,
    form: GrantForm,
) -> HttpResponse:
    """Show what follows from the sheet, or save it if that was confirmed."""
    actor = signed_in(request)
    changes = [_as_change(one) for one in sheet.wanted]
    title = _("Roles in “%(space)s”") % {"space": space.title}

    def describe() -> Consequence | None:
        return consequence_of_roles(space, changes, actor=actor) if changes else None

    def save(state: str) -> None:
        require_fresh_sign_in(request)
        change_roles(space, changes, actor=actor, expected=state)

    answer = Question(request, title, sheet.hidden, sheet.errors).settle(
        describe=describe, save=save, show=lambda: _show(request, space, holdings, sheet, form)
    )
    if answer is not None:
        return answer
    say_saved(request, len(changes))
    return redirect(_after_change(request, actor, space))


def _after_change(request: HttpRequest, actor: User, space: Space) -> str:
    """Return where to go on: back, or home for whoever gave up their own role."""
    if not can(actor, Action.GRANT, space):
        return "/"
    if "wer" in request.GET:
        return reverse("access:spaces")
    return reverse("access:space", args=[space.slug])


def _as_change(wanted: Wanted) -> Change:
    role = Role(int(wanted.choice)) if wanted.choice is not None else None
    return Change(wanted.principal, role, wanted.until, wanted.reason)


def _show(
    request: HttpRequest,
    space: Space,
    holdings: Sequence[Holding],
    sheet: Sheet,
    form: GrantForm,
) -> HttpResponse:
    user = signed_in(request)
    circle = space.circle
    return render(
        request,
        "access/space_access.html",
        {
            "space": space,
            "sheet": sheet,
            "columns": ROLE_CHOICES.items(),
            "platform": [one for one in holdings if one.principal is None],
            "form": form,
            "is_one_row": "wer" in request.GET,
            "has_steward": any(one.role is Role.STEWARD and one.people for one in holdings),
            "circle": circle if circle is not None and can(user, Action.GRANT, circle) else None,
            "view_as_url": view_as_url(space, first="/", back=request.path),
            "due": next(iter(due_spaces([space])), None),
        },
    )


@require_safe
def all_spaces(request: HttpRequest) -> HttpResponse:
    """Show the spaces that one is a steward of against the organisations and groups that hold a role there."""
    user, question = signed_in(request), MatrixQuestion.read(request.GET)
    matrix = matrix_for(user, question)
    if matrix is None:
        raise Http404
    template = "access/spaces_matrix.html" if is_part(request) else "access/all_spaces.html"
    context = {
        "matrix": matrix,
        "question": question,
        "page_obj": matrix.page,
        "can_curate": can(user, Action.CURATE),
        "names_members": circles_kept_by(user).exists(),
    }
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response

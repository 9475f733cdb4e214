"""Confirming rights: a steward decides on each right in her space, the curator sees what nobody confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access.consequences import Consequence, Item, consequence_of_roles
from access.days import end_of, iso_day, spoken_day
from access.joining import consequence_of_joining
from access.matrix_views import stewarded_space
from access.memberships import Joining
from access.models import Space
from access.recertification.deciding import (
    Decision,
    Outcome,
    Verdict,
    changes_of_roles,
    decide,
)
from access.recertification.due import due_spaces, interval, open_round
from access.recertification.overdue import unconfirmed_for
from access.recertification.rights import Kind, Right, rights_in
from access.rights import can
from access.roles import Action
from access.sheet_pages import is_part
from accounts.models import Membership, User
from accounts.signed_in import signed_in

_DAY = forms.DateField(required=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One right as it is shown.

    Attributes:
        right: The right.
        is_decided: Whether it was decided on in this round.
        verdict: What was chosen; empty for nothing.
        day: The end that was typed, in ISO format.
        error: What is wrong with it.
    """

    right: Right
    is_decided: bool
    verdict: str = ""
    day: str = ""
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_rights(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every right in a space and save what its steward decides about each."""
    space = stewarded_space(request, slug)
    begun = open_round(space)
    since = begun.started_at if begun else None
    lines = [
        Line(one, one.is_decided_since(since), day=iso_day(one.until)) for one in rights_in(space)
    ]
    if request.method != "POST":
        return _show(request, space, lines)
    lines, decisions = _read(request.POST, lines)
    errors = [line for line in lines if line.error]
    if errors and not is_part(request):
        return _show(request, space, lines)
    if errors or not decisions or "confirmed" not in request.POST:
        return _ask(request, space, lines, decisions)
    actor = signed_in(request)
    try:
        outcome = decide(space, decisions, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _show(request, space, lines)
    _say(request, outcome)
    if not can(actor, Action.GRANT, space):
        return redirect("/")
    return redirect("access:confirm_rights", slug=space.slug)


def _read(data: QueryDict, lines: Sequence[Line]) -> tuple[list[Line], list[Decision]]:
    """Return the lines with what was chosen, and the decisions; a line without a choice is left for later."""
    shown = {line.right.key: line for line in lines}
    decisions: list[Decision] = []
    for key in dict.fromkeys(data.get("rows", "").split()):
        chosen, mark = data.get(f"{key}-verdict", ""), data.get(f"{key}-mark", "")
        if chosen not in {one.value for one in Verdict}:
            continue
        verdict, line = Verdict(chosen), shown.get(key)
        day = data.get(f"{key}-until", "").strip()
        if line is not None:
            line = replace(line, verdict=chosen, day=day)
            line, decision = _judged(line, verdict, mark)
            shown[key] = line
        else:
            decision = Decision(key, mark, verdict)
        if decision is not None:
            decisions.append(decision)
    return list(shown.values()), decisions


def _judged(line: Line, verdict: Verdict, mark: str) -> tuple[Line, Decision | None]:
    if verdict is not Verdict.END:
        return line, Decision(line.right.key, mark, verdict)
    try:
        day = _DAY.clean(line.day)
    except ValidationError as error:
        return replace(line, error=" ".join(error.messages)), None
    until = end_of(day) if day else None
    if until is not None and until <= timezone.now():
        return replace(line, error=_("This day lies in the past. Choose a later one.")), None
    return line, Decision(line.right.key, mark, verdict, until)


def _ask(
    request: HttpRequest, space: Space, lines: Sequence[Line], decisions: Sequence[Decision]
) -> HttpResponse:
    """Show what follows from the decisions and ask for the confirmation."""
    part = is_part(request)
    by_key = {line.right.key: line for line in lines}
    hidden = {"rows": " ".join(one.key for one in decisions)}
    for one in decisions:
        hidden[f"{one.key}-verdict"], hidden[f"{one.key}-mark"] = one.verdict.value, one.mark
        if one.key in by_key:
            hidden[f"{one.key}-until"] = by_key[one.key].day
    valid = [(by_key[one.key].right, one) for one in decisions if one.key in by_key]
    consequence = _consequence(space, valid, actor=signed_in(request)) if decisions else None
    context = {
        "title": _("Confirm the rights in “%(space)s”") % {"space": space.title},
        "consequence": consequence,
        "errors": [line for line in lines if line.error],
        "hidden": hidden,
        "state": "",  # each right carries its own mark
    }
    template = "access/consequence.html" if part else "access/confirm_sheet.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


def _consequence(
    space: Space, valid: Sequence[tuple[Right, Decision]], *, actor: User
) -> Consequence:
    """Collect what follows: for roles and memberships as anywhere else, for shares that they end."""
    kept = sum(decision.verdict is Verdict.KEEP for _right, decision in valid)
    total = ngettext(
        "%(count)d right stays as it is and is confirmed.",
        "%(count)d rights stay as they are and are confirmed.",
        kept,
    ) % {"count": kept}
    changes = changes_of_roles(valid)
    of_roles = consequence_of_roles(space, changes, actor=actor) if changes else None
    items = list(of_roles.items) if of_roles else []
    items += [_about_share(*one) for one in valid if one[0].kind is Kind.SHARE and _changes(one)]
    joining = [_joining(*one) for one in valid if one[0].kind is Kind.MEMBERSHIP and _changes(one)]
    if joining and space.circle is not None:
        items += consequence_of_joining(space.circle, joining, actor=actor).items
    return Consequence(
        items=tuple(items),
        total=(total,) if kept else (),
        warnings=of_roles.warnings if of_roles else (),
    )


def _changes(one: tuple[Right, Decision]) -> bool:
    return one[1].verdict is not Verdict.KEEP


def _about_share(right: Right, decision: Decision) -> Item:
    if decision.verdict is Verdict.REVOKE:
        said = _("The page is no longer shared.")
    elif decision.until is None:
        said = _("The share has no end.")
    else:
        said = _("The share ends after %(day)s.") % {"day": spoken_day(decision.until)}
    return Item(label=right.label, change=right.what, effects=(said,))


def _joining(right: Right, decision: Decision) -> Joining:
    person = right.principal
    if not isinstance(person, User):
        raise TypeError(f"A membership is held by a person, not by {person!r}.")
    is_kept = decision.verdict is Verdict.END
    function = Membership.Function(right.function) if is_kept else None
    return Joining(person, function, decision.until, right.reason)


def _say(request: HttpRequest, outcome: Outcome) -> None:
    """Say what was saved, and what was not because somebody else had changed it."""
    if outcome.is_complete:
        messages.success(request, _("All rights in this space are confirmed. Thank you."))
    elif outcome.decided:
        said = ngettext(
            "%(count)d decision was saved. You can go on with the others later.",
            "%(count)d decisions were saved. You can go on with the others later.",
            outcome.decided,
        )
        messages.success(request, said % {"count": outcome.decided})
    if outcome.changed:
        messages.warning(
            request,
            _(
                "Somebody else has changed these rights in the meantime: %(names)s. "
                "They are not confirmed; please look at them once more."
            )
            % {"names": ", ".join(outcome.changed)},
        )


def _show(request: HttpRequest, space: Space, lines: Sequence[Line]) -> HttpResponse:
    sections = [
        (title, [line for line in lines if line.right.kind is kind])
        for kind, title in (
            (Kind.ROLE, _("Roles in the space")),
            (Kind.SHARE, _("Shared pages")),
            (Kind.MEMBERSHIP, _("Members of the group")),
        )
    ]
    return render(
        request,
        "access/confirm_rights.html",
        {
            "space": space,
            "sections": [(title, some) for title, some in sections if some],
            "keys": " ".join(line.right.key for line in lines),
            "errors": [line for line in lines if line.error],
            "left": sum(not line.is_decided for line in lines),
            "total": len(lines),
            "due": next(iter(due_spaces([space])), None),
            "interval_days": interval().days,
        },
    )


@require_safe
def confirmations(request: HttpRequest) -> HttpResponse:
    """List, for the curator, the spaces in which something is unconfirmed or nobody is responsible."""
    user = signed_in(request)
    if not can(user, Action.CURATE):
        raise Http404
    page, spaces = unconfirmed_for(user, request.GET.get("page", "1"))
    context = {"page_obj": page, "spaces": spaces, "interval_days": interval().days}
    return render(request, "access/confirmations.html", context)

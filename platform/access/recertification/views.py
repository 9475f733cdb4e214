"""Confirming rights: a steward decides on each right in a space, the curator sees what nobody confirmed."""

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

from access.consequence.confirmation import Question
from access.consequence.of_roles import Consequence, Item, consequence_of_roles
from access.consequence.state import fingerprint
from access.due import due_spaces, interval, open_round
from access.granting.membership_consequences import consequence_of_joining
from access.granting.memberships import Joining
from access.granting.space_views import stewarded_space
from access.models import Space
from access.recertification.overdue import unconfirmed_for
from access.recertification.rights import Right, RightKind, rights_in
from access.recertification.services import (
    Decision,
    Outcome,
    Verdict,
    changes_of_roles,
    decide,
)
from access.rights import can
from access.roles import Action
from accounts.models import Membership, User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from web.days import end_of, iso_day, spoken_day

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
    actor = signed_in(request)

    def save(_state: str) -> None:  # each right carries a state of its own
        require_fresh_sign_in(request)
        _say(request, decide(space, decisions, actor=actor))

    answer = Question(
        request,
        _("Confirm the rights in “%(space)s”") % {"space": space.title},
        _again(lines, decisions),
        [line for line in lines if line.error],
    ).settle(
        describe=lambda: _consequence(space, lines, decisions, actor=actor),
        save=save,
        show=lambda: _show(request, space, lines),
    )
    if answer is not None:
        return answer
    if not can(actor, Action.GRANT, space):
        return redirect("/")
    return redirect("access:confirm_rights", slug=space.slug)


def _read(data: QueryDict, lines: Sequence[Line]) -> tuple[list[Line], list[Decision]]:
    """Return the lines with what was chosen, and the decisions; a line without a choice is left for later."""
    shown = {line.right.key: line for line in lines}
    decisions: list[Decision] = []
    for key in dict.fromkeys(data.get("rows", "").split()):
        chosen, state = data.get(f"{key}-verdict", ""), data.get(f"{key}-state", "")
        if chosen not in {one.value for one in Verdict}:
            continue
        verdict, line = Verdict(chosen), shown.get(key)
        day = data.get(f"{key}-until", "").strip()
        if line is not None:
            line = replace(line, verdict=chosen, day=day)
            line, decision = _judged(line, verdict, state)
            shown[key] = line
        else:
            decision = Decision(key, state, verdict)
        if decision is not None:
            decisions.append(decision)
    return list(shown.values()), decisions


def _judged(line: Line, verdict: Verdict, state: str) -> tuple[Line, Decision | None]:
    if verdict is not Verdict.END:
        return line, Decision(line.right.key, state, verdict)
    try:
        day = _DAY.clean(line.day)
    except ValidationError as error:
        return replace(line, error=" ".join(error.messages)), None
    until = end_of(day) if day else None
    if until is not None and until <= timezone.now():
        return replace(line, error=_("This day lies in the past. Choose a later one.")), None
    return line, Decision(line.right.key, state, verdict, until)


def _again(lines: Sequence[Line], decisions: Sequence[Decision]) -> dict[str, str]:
    """Return the fields that say the same decisions again."""
    days = {line.right.key: line.day for line in lines}
    fields = {"rows": " ".join(one.key for one in decisions)}
    for one in decisions:
        fields[f"{one.key}-verdict"], fields[f"{one.key}-state"] = (
            one.verdict.value,
            one.fingerprint,
        )
        if one.key in days:
            fields[f"{one.key}-until"] = days[one.key]
    return fields


def _consequence(
    space: Space, lines: Sequence[Line], decisions: Sequence[Decision], *, actor: User
) -> Consequence | None:
    """Collect what follows: for roles and memberships as anywhere else, for shares that they end."""
    if not decisions:
        return None
    rights = {line.right.key: line.right for line in lines}
    valid = [(rights[one.key], one) for one in decisions if one.key in rights]
    kept = sum(decision.verdict is Verdict.KEEP for _right, decision in valid)
    total = ngettext(
        "%(count)d right stays as it is and is confirmed.",
        "%(count)d rights stay as they are and are confirmed.",
        kept,
    ) % {"count": kept}
    changes = changes_of_roles(valid)
    of_roles = consequence_of_roles(space, changes, actor=actor) if changes else None
    items = list(of_roles.items) if of_roles else []
    items += [
        _about_share(*one) for one in valid if one[0].kind is RightKind.SHARE and _changes(one)
    ]
    joining = [
        _joining(*one) for one in valid if one[0].kind is RightKind.MEMBERSHIP and _changes(one)
    ]
    if joining and space.circle is not None:
        items += consequence_of_joining(space.circle, joining, actor=actor).items
    return Consequence(
        items=tuple(items),
        total=(total,) if kept else (),
        warnings=of_roles.warnings if of_roles else (),
        # What was decided; a right that changed meanwhile is left out and named, the others are saved.
        fingerprint=fingerprint(decisions),
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
            (RightKind.ROLE, _("Roles in the space")),
            (RightKind.SHARE, _("Shared pages")),
            (RightKind.MEMBERSHIP, _("Members of the group")),
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

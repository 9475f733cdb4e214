"""Who belongs to a working group: shown and changed, each change with its consequence in sight."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.consequence.confirmation import Question, say_saved
from access.consequence.of_roles import Consequence
from access.granting.forms import MembershipForm
from access.granting.membership_consequences import consequence_of_joining, limits_of_the_count
from access.granting.memberships import Joining, change_memberships, circles_kept_by, members_of
from access.granting.sheets import Sheet, SheetRow, Triple, Wanted, read_sheet, sheet_for
from access.principals import key_of, label_of
from access.rights import can
from access.roles import Action
from accounts.models import Circle, Membership, User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from web.days import day_in_words, iso_day

FUNCTION_CHOICES = {str(value): str(label) for value, label in Membership.Function.choices}


@require_safe
def circles(request: HttpRequest) -> HttpResponse:
    """List the circles whose members one may name."""
    mine = list(circles_kept_by(signed_in(request)))
    if not mine:
        raise Http404
    return render(request, "access/circles.html", {"circles": mine})


@require_http_methods(["GET", "HEAD", "POST"])
def circle_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and change who belongs to a circle; for those who are responsible for its space."""
    circle = Circle.objects.filter(slug=slug).select_related("space", "group").first()
    if circle is None or not can(signed_in(request), Action.GRANT, circle):
        raise Http404
    rows = [_row(one) for one in members_of(circle)]
    if request.method != "POST":
        return _show(request, circle, Sheet(tuple(rows)), MembershipForm())
    if "rows" in request.POST:
        sheet, form = read_sheet(request.POST, rows, choices=FUNCTION_CHOICES), MembershipForm()
    else:
        form = MembershipForm(request.POST)
        if not form.is_valid():
            return _show(request, circle, Sheet(tuple(rows)), form)
        sheet = _asked_by_form(form, rows)
    return _change(request, circle, sheet, form)


def _row(membership: Membership) -> SheetRow:
    now = Triple(
        membership.function, iso_day(membership.until), " ".join(membership.reason.split())
    )
    facts = [_("since %(day)s") % {"day": day_in_words(membership.since)}]
    if membership.added_by is not None:
        facts.append(_("named by %(name)s") % {"name": membership.added_by})
    return SheetRow(
        key=key_of(membership.user),
        label=label_of(membership.user),
        now=now,
        typed=now,
        facts=tuple(facts),
    )


def _asked_by_form(form: MembershipForm, rows: Sequence[SheetRow]) -> Sheet:
    """Return what the form for somebody new asks for, as if it had been typed into a row."""
    chosen = form.cleaned_data
    person = chosen["principal"]
    key = key_of(person)
    row = next((row for row in rows if row.key == key), SheetRow(key=key, label=str(person)))
    typed = Triple(choice=chosen["function"], day=iso_day(chosen["until"]), reason=chosen["reason"])
    return sheet_for(row, typed, person, choices=FUNCTION_CHOICES)


def _change(
    request: HttpRequest, circle: Circle, sheet: Sheet, form: MembershipForm
) -> HttpResponse:
    """Show what follows from the sheet, or save it if that was confirmed."""
    actor = signed_in(request)
    changes = [_as_joining(one) for one in sheet.wanted if isinstance(one.principal, User)]
    title = _("Members of “%(circle)s”") % {"circle": circle.name}

    def describe() -> Consequence | None:
        return consequence_of_joining(circle, changes, actor=actor) if changes else None

    def save(state: str) -> None:
        require_fresh_sign_in(request)
        change_memberships(circle, changes, actor=actor, expected=state)

    step = Question(request, title, sheet.hidden, sheet.errors, notes=(limits_of_the_count(),))
    answer = step.settle(
        describe=describe, save=save, show=lambda: _show(request, circle, sheet, form)
    )
    if answer is not None:
        return answer
    say_saved(request, len(changes))
    if not can(actor, Action.GRANT, circle):
        return redirect("/")
    return redirect("access:circle", slug=circle.slug)


def _as_joining(wanted: Wanted) -> Joining:
    function = Membership.Function(wanted.choice) if wanted.choice is not None else None
    return Joining(wanted.principal, function, wanted.until, wanted.reason)


def _show(request: HttpRequest, circle: Circle, sheet: Sheet, form: MembershipForm) -> HttpResponse:
    space = getattr(circle, "space", None)
    # Whoever only leads the group gives no roles.
    gives_roles = space is not None and can(signed_in(request), Action.GRANT, space)
    return render(
        request,
        "access/circle_members.html",
        {
            "circle": circle,
            "space": space if gives_roles else None,
            "sheet": sheet,
            "columns": FUNCTION_CHOICES.items(),
            "form": form,
        },
    )

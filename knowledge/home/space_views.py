"""Spaces for the curator: made, renamed, put in order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.consequence.confirmation import Question
from access.models import Space
from access.rights import can, spaces_where
from access.roles import Action
from accounts.models import User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from knowledge.home.forms import FormWithLists, SpaceChangeForm, SpaceForm
from knowledge.home.spaces import (
    Make,
    change_space,
    home_of,
    made,
    make_space,
    order_spaces,
    tried,
)

_DIGITS = 4  # of a place in the menu


def curator(request: HttpRequest) -> User:
    """Return the curator who asks.

    Raises:
        Http404: If the reader is none.
    """
    user = signed_in(request)
    if not can(user, Action.CURATE):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def spaces(request: HttpRequest) -> HttpResponse:
    """List the spaces that the curator is responsible for; POST puts them in order."""
    user = curator(request)
    mine = list(
        Space.objects.filter(pk__in=spaces_where(user, Action.GRANT))
        .select_related("circle", "organisation")
        .order_by("position", "pk")
    )
    if request.method == "POST":
        places = _places(request, mine)
        if places is None:
            messages.error(
                request, _("A place is a whole number from 0 to 9999. Nothing was changed.")
            )
        else:
            order_spaces(places, actor=user)
            messages.success(request, _("The menu has this order from now on."))
        return redirect("spaces:list")
    return render(request, "home/spaces.html", {"spaces": mine})


def _places(request: HttpRequest, mine: list[Space]) -> dict[int, int] | None:
    places = {}
    for space in mine:
        typed = request.POST.get(f"place-{space.pk}", str(space.position)).strip()
        if not (typed.isdecimal() and len(typed) <= _DIGITS):
            return None
        places[space.pk] = int(typed)
    return places


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a space, once its consequence was confirmed."""
    user = curator(request)
    form = SpaceForm(request.POST or None)

    def make() -> Any:
        return make_space(form.plan(roles=form.roles()), actor=user)

    return make_by_form(request, form, make, title=_("New space"))


def make_by_form(
    request: HttpRequest, form: FormWithLists, make: Make, *, title: str
) -> HttpResponse:
    """Show a form for a space or a group; show what follows from it; make it, once that was confirmed."""

    def show() -> HttpResponse:
        return render(request, "home/new_space.html", {"form": form, "title": title})

    if request.method != "POST" or not form.is_valid():
        return show()
    found: list[Space] = []

    def save(state: str) -> None:
        require_fresh_sign_in(request)
        found.append(made(make, expected=state))

    question = Question(request, title)
    try:
        answer = question.settle(describe=lambda: tried(make), save=save, show=show)
    except ValidationError as error:
        form.add_error(None, error)
        return show()
    if answer is not None:
        return answer
    space = found[0]
    messages.success(request, _("“%(space)s” is there.") % {"space": space.title})
    return redirect(home_of(space).url)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename a space.

    Raises:
        Http404: If there is none that the curator is responsible for; always the same answer.
    """
    user = curator(request)
    space = Space.objects.select_related("circle").filter(slug=slug).first()
    if space is None or not can(user, Action.GRANT, space):
        raise Http404
    page = home_of(space)
    form = (
        SpaceChangeForm(request.POST)
        if request.method == "POST"
        else SpaceChangeForm.of(space, page)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_space(space, actor=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("slug", error)
        else:
            messages.success(request, _("Saved. Earlier addresses lead to the page of today."))
            return redirect("spaces:list")
    return render(request, "home/change_space.html", {"form": form, "space": space})

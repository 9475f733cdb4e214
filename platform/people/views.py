"""The list of people for whoever keeps accounts, and for data protection."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.rights import can
from access.roles import Action
from accounts.models import User
from accounts.short_names import of_today
from people.selectors import STATES, PeopleFilter, organisations_with_people, people, people_seen_by

PAGE_SIZE = 50  # people on one page

_STATE_LABELS = {
    "open": gettext_lazy("Account open"),
    "invited": gettext_lazy("Invited, never signed in"),
    "closed": gettext_lazy("Account closed"),
    "ordered": gettext_lazy("Name to be removed"),
}


def keeps_accounts(request: HttpRequest) -> bool:
    """Tell whether the reader is shown anybody's account."""
    return can(request.user, Action.KEEP_ACCOUNT) or can(request.user, Action.PROTECT_DATA)


def keeper_of(request: HttpRequest) -> User:
    """Return the signed-in person if accounts are their task.

    Raises:
        Http404: If they are not.
    """
    user = request.user
    if not isinstance(user, User) or not keeps_accounts(request):
        raise Http404
    return user


@never_cache
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """List people with their organisations and whether their accounts are open."""
    keeper = keeper_of(request)
    asked = request.GET
    seen = people_seen_by(keeper)
    organisations = organisations_with_people(seen)
    chosen = PeopleFilter(
        words=asked.get("name", "")[:100].replace("\x00", ""),
        organisation=of_today(asked.get("org", ""), dict(organisations)),
        state=asked.get("konto", "") if asked.get("konto") in STATES else "",
    )
    page = Paginator(people(seen, chosen), PAGE_SIZE).get_page(asked.get("page"))
    context = {
        "chosen": chosen,
        "organisations": organisations,
        "states": [(state, _STATE_LABELS[state]) for state in STATES],
        "page_obj": page,
        "total": page.paginator.count,
        "can_invite": can(keeper, Action.KEEP_ACCOUNT),
    }
    return render(request, "people/list.html", context)

""" "Whom do I ask?": the contacts of the bodies that answer for a page, in its right column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest
from django.urls import reverse

from access.rights import Person
from knowledge.basepage.addresses import address_of
from knowledge.contacts.models import ContactPage
from knowledge.pages.kinds import kind_of
from web.panels import Panel, Place

SHOWN = 4  # the pages of the bodies have them all
_BODY_NAME = "__short_name"  # a kind names its bodies by this column


_COLUMNS = (
    "title", "url_path", "person", "phone", "email",
    "organisation__short_name", "organisation__slug",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactToAsk:
    """What other pages show of a contact."""

    title: str
    url_path: str
    person: str
    phone: str
    email: str
    body: str
    body_slug: str

    @property
    def url(self) -> str:
        """Return the address of its page."""
        return address_of(self.url_path)

    @property
    def organisation(self) -> dict[str, str]:
        """Return the organisation as a link."""
        return {"title": self.body, "url": reverse("profiles:organisation", args=[self.body_slug])}


def contacts_to_ask(page: Any, user: Person) -> list[ContactToAsk]:
    """Return contacts that `user` may read: of the bodies that the page names, then of its owner; one query.

    Confidential ones show on their own page only, where reading them is recorded.
    """
    kind = kind_of(type(page))
    asked = Q(organisation=page.owning_organisation_id)
    named = Q(pk__in=[])
    if kind is not None and kind.organisations:
        path = kind.organisations.removesuffix(_BODY_NAME)
        # unscoped: names the bodies of a page that is shown already
        bodies = kind.model.objects.filter(pk=page.pk).order_by().values(path)
        named = Q(organisation__in=bodies)
    elif page.owning_organisation_id is None:
        return []
    found = ContactPage.objects.visible_to(user).filter(named | asked, live=True)
    first = Case(When(named, then=Value(0)), default=Value(1))
    ordered = found.exclude(classification="confidential").order_by(
        first, "organisation__short_name", "title", "pk"
    )
    # Rows, because making pages of forty columns takes longer than the query.
    return [ContactToAsk(*row) for row in ordered.values_list(*_COLUMNS)[:SHOWN]]


def _ask(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if isinstance(page, ContactPage):  # says itself how to reach them
        return None
    found = contacts_to_ask(page, request.user)
    return {"contacts_to_ask": found} if found else None


ASK = Panel(name="ask", template="contacts/_ask.html", place=Place.ASIDE, order=20, context=_ask)

"""The ways to the pages of people, organisations and groups that lists of rights name."""

from __future__ import annotations

from django.urls import reverse

from access.naming import Find, Way
from access.rights import Person
from access.selectors import groups_named_to
from accounts.models import Organisation
from knowledge.groups.models import GroupPage
from knowledge.groups.selectors import people_known_to


def _to_people(reader: Person) -> Find:
    known = set(people_known_to(reader).order_by().values_list("pk", flat=True))
    return lambda pk: reverse("profiles:person", args=[pk]) if pk in known else ""


# unscoped: organisations are no content; those that the reader meets in lists of rights
def _to_organisations(reader: Person) -> Find:
    named = Organisation.objects.filter(group__in=groups_named_to(reader))
    slugs = dict(named.values_list("pk", "slug"))
    return lambda pk: reverse("profiles:organisation", args=[slugs[pk]]) if pk in slugs else ""


def _to_circles(reader: Person) -> Find:
    pages = GroupPage.objects.visible_to(reader).filter(live=True, space__circle__isnull=False)
    urls = {page.space.circle_id: page.url for page in pages.select_related("space")}
    return lambda pk: urls.get(pk, "")


WAYS = (
    Way("user", _to_people),
    Way("organisation", _to_organisations),
    Way("circle", _to_circles),
)

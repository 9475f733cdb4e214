"""Sample people with their circles and roles."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import partial

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import Circle, Membership, Organisation, User
from knowledge.articles.models import ArticleIndexPage
from knowledge.home.services import create_space
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.pages import home_of, publish_below
from knowledge.seeding.samples.texts import CONTENT_DIR

EMAIL_DOMAIN = "beispiel.example"
REASON = "Beispiel"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a file in `content/`."""
    with (CONTENT_DIR / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_internal_spaces(ledger: Ledger) -> None:
    """Make the space of each sample organisation, which its people may read and curators may not."""
    for row in rows("spaces.csv"):
        slug = row["slug"]
        organisation = Organisation.objects.filter(slug=row["organisation"]).first()
        ledger.ensure(
            f"sample_space:{slug}",
            Space.objects.filter(slug=slug),
            partial(_internal_space, slug, row["title"], row["description"], organisation),
        )


def _internal_space(
    slug: str, title: str, description: str, organisation: Organisation | None
) -> Space | None:
    if organisation is None:
        return None
    space = create_space(
        slug=slug,
        title=title,
        description=description,
        organisation=organisation,
        is_curated=False,
        is_sample=True,
    )
    grant_role(space, organisation, Role.READER, actor=None, reason=REASON)
    index = ArticleIndexPage(title="Interne Unterlagen", slug="unterlagen", is_sample=True)
    publish_below(home_of(space), index)
    return space


def load_people(ledger: Ledger) -> None:
    """Make the sample people, who cannot sign in until they are given a password."""
    for row in rows("people.csv"):
        ledger.ensure(
            f"sample_person:{row['username']}",
            User.objects.filter(username=row["username"]),
            partial(_person, row),
        )


def _person(row: dict[str, str]) -> User | None:
    username = row["username"]
    organisation = Organisation.objects.filter(slug=row["organisation"]).first()
    if row["organisation"] and organisation is None:
        return None
    person = User(
        username=username,
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=f"{username}@{EMAIL_DOMAIN}",
        position=row["position"],
        organisation=organisation,
        platform_role=row["platform_role"],
        is_sample=True,
    )
    person.set_unusable_password()
    person.save()
    _join_circles(person)
    _take_roles(person, row["spaces"].split())
    return person


def _join_circles(person: User) -> None:
    """Make this person a member of their circles, if people have not removed these."""
    circles = {circle.slug: circle for circle in Circle.objects.all()}
    for row in rows("memberships.csv"):
        circle = circles.get(row["circle"])
        if circle and row["username"] == person.username:
            Membership.objects.create(user=person, group=circle.group, function=row["function"])


def _take_roles(person: User, grants: Iterable[str]) -> None:
    """Grant this person's roles, given as `space:role`, if people have not removed the spaces."""
    spaces = {space.slug: space for space in Space.objects.all()}
    for grant in grants:
        slug, role = grant.split(":")
        if slug in spaces:
            grant_role(spaces[slug], person, Role[role.upper()], actor=None, reason=REASON)


def descriptions() -> dict[str, str]:
    """Return who each sample person is, by user name, in the order of the list."""
    return {row["username"]: row["description"] for row in rows("people.csv")}

"""Sample people with their circles and roles."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial

from access.models import Space
from access.roles import Role
from access.services import grant_role
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
    """Make the space of each sample organisation, which its people may read and no curator by office."""
    for row in rows("spaces.csv"):
        slug = row["slug"]
        organisation = Organisation.objects.get(slug=row["organisation"])
        ledger.ensure(
            f"sample_space:{slug}",
            Space.objects.filter(slug=slug),
            partial(_internal_space, slug, row["title"], row["description"], organisation),
        )


def _internal_space(slug: str, title: str, description: str, organisation: Organisation) -> Space:
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


def _person(row: dict[str, str]) -> User:
    username = row["username"]
    person = User(
        username=username,
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=f"{username}@{EMAIL_DOMAIN}",
        position=row["position"],
        organisation=Organisation.objects.filter(slug=row["organisation"]).first(),
        platform_role=row["platform_role"],
        is_sample=True,
    )
    person.set_unusable_password()
    person.save()
    for membership in rows("memberships.csv"):
        if membership["username"] == username:
            circle = Circle.objects.get(slug=membership["circle"])
            Membership.objects.create(
                user=person, group=circle.group, function=membership["function"]
            )
    for grant in row["spaces"].split():
        slug, role = grant.split(":")
        space = Space.objects.get(slug=slug)
        grant_role(space, person, Role[role.upper()], actor=None, reason=REASON)
    return person


def descriptions() -> dict[str, str]:
    """Return who each sample person is, by user name, in the order they are listed."""
    return {row["username"]: row["description"] for row in rows("people.csv")}

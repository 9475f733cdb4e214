"""A city of the size that the rights must bear: people, bodies, spaces, grants, shares, pages; written in bulk.

Nothing here goes through the services, which write one line of the log for each grant: what is measured is reading.
Run in a process of a stack: `build(pages)` makes it unless it is there and returns the seconds that it took.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from typing import Any

SEED = 20261126
PEOPLE, ORGANISATIONS, CIRCLES, SPACES = 2000, 60, 300, 200
SPACES_OF_AN_ORGANISATION = 20
SPACES_OF_A_CIRCLE = 4
CIRCLES_OF_A_PERSON = 6
SHARES = 4000  # over all people; the partner who is measured has 20 of her own
CONFIDENTIAL = 50  # one page in so many
TEXT = (
    "<p>Die Stellen stimmen sich ab, halten fest, was gilt, und prüfen nach einem halben Jahr.</p>"
)
BATCH = 2000


def build(pages: int) -> float:
    """Make the city with about `pages` pages, unless it is there; return how many seconds that took."""
    from django.db import connection, transaction

    from access.models import Space

    if Space.objects.filter(slug="bereich-0").exists():
        return 0.0
    started = time.perf_counter()
    chance = random.Random(SEED)
    with transaction.atomic():
        groups_of_bodies, groups_of_circles = _make_bodies()
        people = _make_people(groups_of_bodies)
        _make_memberships(people, groups_of_circles, chance)
        indexes = _make_spaces()
        made = _make_pages(indexes, pages // SPACES, people)
        _make_grants(groups_of_bodies, groups_of_circles, people, chance)
        _make_shares(made, groups_of_bodies, people, chance)
    if (
        connection.vendor == "postgresql"
    ):  # what autovacuum does by itself; nobody does it for SQLite
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return time.perf_counter() - started


def _make_bodies() -> tuple[list[int], list[int]]:
    """Return the groups of organisations and of circles."""
    from accounts.models import Circle, Organisation

    bodies = [
        Organisation.objects.create(
            slug=f"amt-{n}", name=f"Amt {n}", short_name=f"Amt {n}", kind="other"
        ).group_id
        for n in range(ORGANISATIONS)
    ]
    circles = [
        Circle.objects.create(slug=f"kreis-{n}", name=f"Kreis {n}").group_id for n in range(CIRCLES)
    ]
    return bodies, circles


def _make_people(bodies: list[int]) -> list[int]:
    """Return the people; number 0 is the partner, the last one the curator."""
    from accounts.models import Membership, Organisation, PlatformRole, User

    organisations = list(Organisation.objects.filter(slug__startswith="amt-").order_by("group_id"))
    users = [
        User(
            username=f"person-{n}", first_name="Erika", last_name=f"Mustermann {n}",
            organisation=organisations[n % ORGANISATIONS],
            platform_role=PlatformRole.CURATOR if n == PEOPLE - 1 else "",
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    people = [user.pk for user in User.objects.bulk_create(users, batch_size=BATCH)]
    Membership.objects.bulk_create(
        [Membership(user_id=pk, group_id=bodies[n % ORGANISATIONS]) for n, pk in enumerate(people)],
        batch_size=BATCH,
    )
    return people


def _make_memberships(people: list[int], circles: list[int], chance: random.Random) -> None:
    from accounts.models import Membership

    Membership.objects.bulk_create(
        [
            Membership(user_id=pk, group_id=group)
            for pk in people
            for group in chance.sample(circles, CIRCLES_OF_A_PERSON)
        ],
        batch_size=BATCH,
    )


def _make_spaces() -> list[Any]:
    """Make the spaces, each with one list of articles; return the lists."""
    from access.models import Space
    from knowledge.articles.models import ArticleIndexPage
    from knowledge.basepage.models import KnowledgePage
    from knowledge.home.services import ensure_start_page

    start = ensure_start_page()
    spaces = Space.objects.bulk_create(
        [Space(slug=f"bereich-{n}", title=f"Bereich {n}") for n in range(SPACES)]
    )
    homes = [
        _page(start, n, f"Bereich {n}", space, "home.spacepage") for n, space in enumerate(spaces)
    ]
    homes = KnowledgePage.objects.bulk_create(homes)
    _make_rows("home_spacepage", homes, {"introduction": ""})
    KnowledgePage.objects.filter(pk=start.pk).update(numchild=SPACES)
    lists = [_page(home, 0, "Artikel", home.space, "articles.articleindexpage") for home in homes]
    lists = KnowledgePage.objects.bulk_create(lists)
    _make_rows(ArticleIndexPage._meta.db_table, lists, {})
    KnowledgePage.objects.filter(pk__in=[home.pk for home in homes]).update(numchild=1)
    return lists


def _page(
    parent: Any, number: int, title: str, space: Any, model: str, owner: int | None = None
) -> Any:
    """Return an unsaved row of the page table, at its place in the tree."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from knowledge.basepage.models import KnowledgePage

    slug = title.lower().replace(" ", "-")
    steps = KnowledgePage._int2str(number + 1).rjust(KnowledgePage.steplen, "0")
    return KnowledgePage(
        path=parent.path + steps, depth=parent.depth + 1, title=title, draft_title=title, slug=slug,
        url_path=f"{parent.url_path}{slug}/", space=space, locale_id=parent.locale_id, owner_id=owner,
        content_type=ContentType.objects.get_by_natural_key(*model.split(".")), live=True,
        translation_key=uuid.uuid4(), first_published_at=timezone.now(), last_published_at=timezone.now(),
        classification="confidential" if number % CONFIDENTIAL == CONFIDENTIAL - 1 else "internal",
    )  # fmt: skip


def _make_pages(indexes: list[Any], each: int, people: list[int]) -> list[list[Any]]:
    """Make the articles; return a few of each space, to be shared."""
    from knowledge.articles.models import ArticlePage
    from knowledge.basepage.models import KnowledgePage

    body = ArticlePage(title="x", body=[("paragraph", TEXT)] * 3)
    stored = json.dumps(ArticlePage._meta.get_field("body").get_prep_value(body.body))
    kept = []
    for number, index in enumerate(indexes):
        pages = [
            _page(index, n, f"Seite {n}", index.space, "articles.articlepage", people[(number + n) % PEOPLE])
            for n in range(each)
        ]  # fmt: skip
        pages = KnowledgePage.objects.bulk_create(pages, batch_size=BATCH)
        _make_rows(ArticlePage._meta.db_table, pages, {"body": stored})
        KnowledgePage.objects.filter(pk=index.pk).update(numchild=each)
        kept.append([page for page in pages if page.classification == "internal"][:60])
    return kept


def _make_rows(table: str, pages: list[Any], columns: dict[str, str]) -> None:
    """Add what the specific model holds: Django makes no rows of derived models in bulk."""
    from django.db import connection

    names = ", ".join(["knowledgepage_ptr_id", *columns])
    marks = ", ".join(["%s"] * (1 + len(columns)))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of ours
            [(page.pk, *columns.values()) for page in pages],
        )


def _make_grants(
    bodies: list[int], circles: list[int], people: list[int], chance: random.Random
) -> None:
    """Give roles: bodies read, circles publish, and each space has a steward of its own."""
    from access.models import Space, SpaceGroupObjectPermission, SpaceUserObjectPermission
    from access.roles import Role

    spaces = list(Space.objects.filter(slug__startswith="bereich-").values_list("pk", flat=True))
    permissions = _permissions()
    of_groups = {
        (group, space): role
        for groups, each, role in (
            (circles, SPACES_OF_A_CIRCLE, Role.CONTRIBUTOR),
            (bodies, SPACES_OF_AN_ORGANISATION, Role.READER),
        )
        for group in groups
        for space in chance.sample(spaces, each)
    }
    SpaceGroupObjectPermission.objects.bulk_create(
        [
            SpaceGroupObjectPermission(group_id=group, content_object_id=space, permission=permissions[role])
            for (group, space), role in of_groups.items()
        ],
        batch_size=BATCH,
    )  # fmt: skip
    SpaceUserObjectPermission.objects.bulk_create(
        [
            SpaceUserObjectPermission(
                user_id=people[1 + number * 7 + more], content_object_id=space, permission=permissions[role]
            )
            for number, space in enumerate(spaces)
            for more, role in enumerate((Role.STEWARD, Role.PUBLISHER, Role.READER))
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _permissions() -> dict[Any, Any]:
    from django.contrib.auth.models import Permission

    from access.roles import Role

    codenames = Role.READER.codenames_from
    found = Permission.objects.filter(content_type__app_label="access", codename__in=codenames)
    return {Role.of_codename(one.codename): one for one in found}


def _make_shares(
    made: list[list[Any]], bodies: list[int], people: list[int], chance: random.Random
) -> None:
    """Share pages with people and bodies; the partner gets 20 of her own."""
    from django.contrib.auth.models import Permission

    from access.grants import VIEW_PAGE
    from access.models import PageGroupObjectPermission, PageUserObjectPermission

    view = Permission.objects.get(content_type__app_label="basepage", codename=VIEW_PAGE)
    pages = [page for of_space in made for page in of_space]
    chosen = chance.sample(range(len(pages)), SHARES)
    with_people = {(people[0], at) for at in chosen[:20]}
    with_people |= {(chance.choice(people), at) for at in chosen[20 : SHARES // 2]}
    with_groups = {(chance.choice(bodies[1:]), at) for at in chosen[SHARES // 2 :]}
    for model, holder, rows in (
        (PageUserObjectPermission, "user_id", with_people),
        (PageGroupObjectPermission, "group_id", with_groups),
    ):
        model.objects.bulk_create(
            [
                model(
                    **{holder: pk}, content_object_id=pages[at].pk, permission=view,
                    include_descendants=at % 2 == 0,
                )
                for pk, at in sorted(rows)
            ],
            batch_size=BATCH,
        )  # fmt: skip

"""All spaces that somebody is responsible for, against the organisations and groups with a role there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from access.due import DueSpace, due_spaces
from access.grants import curators, roles
from access.models import Space
from access.principals import key_of
from access.rights import spaces_where
from access.roles import Action, Role
from accounts.models import Circle, Membership, Organisation, User

SPACES_A_PAGE = 25
MAX_COLUMNS = 30  # organisations and groups shown beside each other

Body = Organisation | Circle


@dataclass(frozen=True, slots=True)
class MatrixQuestion:
    """What the address asks for.

    Attributes:
        space: Part of the titles of the spaces to show.
        body: Part of the names of the organisations and groups to show.
        page: Number of the page.
    """

    space: str = ""
    body: str = ""
    page: str = "1"

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> MatrixQuestion:
        """Return the question in an address; nonsense finds nothing or the first page."""
        return cls(
            space=_words(asked.get("bereich", "")),
            body=_words(asked.get("stelle", "")),
            page=asked.get("page", "1"),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """What one organisation or group has in one space: the name of its role or nothing, and its key."""

    key: str
    label: str
    role: str


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One space.

    Attributes:
        space: The space.
        cells: One for each column.
        people: How many single people hold a role.
        has_steward: Whether somebody active is responsible, curators included.
        only_curators: Whether nobody but they are.
        due: Its confirmation, if it is due.
    """

    space: Space
    cells: tuple[Cell, ...]
    people: int
    has_steward: bool
    only_curators: bool
    due: DueSpace | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of the matrix.

    Attributes:
        columns: Organisations and groups, as far as they are shown.
        rows: The spaces of the page.
        page: Which part of all spaces that is.
        left_out: How many organisations and groups with a role are not shown.
    """

    columns: tuple[Body, ...]
    rows: tuple[SpaceRow, ...]
    page: Page[Space]
    left_out: int


def matrix_for(user: User, question: MatrixQuestion) -> Matrix | None:
    """Return a page of the spaces that `user` is a steward of; None if there are none. A fixed number of queries."""
    mine = Space.objects.filter(pk__in=spaces_where(user, Action.GRANT))
    found = mine.filter(title__icontains=question.space) if question.space else mine
    page = Paginator(found, SPACES_A_PAGE).get_page(question.page)
    spaces = list(page.object_list)
    if not spaces and not mine.exists():
        return None
    held, bodies = _roles_of_bodies(spaces)
    named = _bodies_named(question.body) if question.body else bodies.values()
    columns = sorted(named, key=lambda one: (isinstance(one, Circle), str(one).casefold()))
    granted = stewards_by_grant(spaces)
    are_curators = has_curators()
    single = _single_people(spaces)
    due = {one.space.pk: one for one in due_spaces(spaces)}
    shown = tuple(columns[:MAX_COLUMNS])
    rows = tuple(
        SpaceRow(
            space=space,
            cells=tuple(_cell(one, held.get((space.pk, one.group_id))) for one in shown),
            people=single.get(space.pk, 0),
            has_steward=space.pk in granted or (space.is_curated and are_curators),
            only_curators=space.pk not in granted,
            due=due.get(space.pk),
        )
        for space in spaces
    )
    return Matrix(shown, rows, page, left_out=max(0, len(columns) - MAX_COLUMNS))


def _words(text: str) -> str:
    return text.replace("\x00", "").strip()[:100]


def _cell(body: Body, role: Role | None) -> Cell:
    return Cell(key_of(body), str(body), str(role.label) if role else "")


def _roles_of_bodies(
    spaces: Iterable[Space],
) -> tuple[dict[tuple[int, int], Role], dict[int, Body]]:
    """Return the role by (space, group), and the organisation or circle of each group; one query."""
    held: dict[tuple[int, int], Role] = {}
    bodies: dict[int, Body] = {}
    for row in roles().filter(content_object__in=spaces).of_bodies().rows("permission"):
        held[row.content_object_id, row.group_id] = row.role
        bodies[row.group_id] = row.principal
    return held, bodies


def _bodies_named(text: str) -> Sequence[Body]:
    """Return organisations and circles whose name contains `text`, with a role or without; two queries."""
    organisations = Organisation.objects.filter(
        Q(name__icontains=text) | Q(short_name__icontains=text), is_collective=False
    )
    return [*organisations, *Circle.objects.filter(name__icontains=text)]


def _single_people(spaces: Iterable[Space]) -> dict[int, int]:
    """Return how many active people hold a role of their own, by space; one query."""
    people = roles().usable().filter(content_object__in=spaces).of_people.order_by()
    return dict(people.values_list("content_object").annotate(people=Count("pk")))


def stewards_by_grant(spaces: Iterable[Space]) -> frozenset[int]:
    """Return the spaces in which somebody active is a steward by a grant, alone or with a group; two queries."""
    active = User.objects.filter(is_active=True)
    members = Membership.objects.current().filter(user__is_active=True)
    held = roles(Role.STEWARD).filter(content_object__in=spaces)
    return frozenset(held.held_by_any(active.values("pk"), members.values("group")).targets())


def has_curators() -> bool:
    """Tell whether anybody active curates the platform."""
    return curators().exists()


def spaces_without_steward() -> list[Space]:
    """Return the spaces for which nobody active is responsible, by a grant or as a curator; four queries."""
    spaces = list(Space.objects.all())
    granted, are_curators = stewards_by_grant(spaces), has_curators()
    return [
        one for one in spaces if one.pk not in granted and not (one.is_curated and are_curators)
    ]

"""What a kind of page hands over when the apps are ready; lists, pages, search and API look it up here.

A new kind of page is a folder of its own with `models.py` and `kind.py` (docs/recipes.md); no other room names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.listing import Listing
from knowledge.text import PlainText
from search.registry import SearchKind
from search.registry import kinds as search_kinds
from web.menu import Label
from web.registry import NotRegistered, Registry

Context = Callable[[Any, HttpRequest], Mapping[str, Any]]


@dataclass(slots=True)
class PageContent:
    """What a page says beside its title; the part of a document that depends on the kind of page."""

    text: PlainText = field(default_factory=PlainText)
    organisations: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that is narrowed to some organisations (`access.audience`): a document of its own in the search.

    Attributes:
        key: Of the passage; the part of an address that leads to it, too.
        audience: Primary keys of the organisations whose people see it; without any, nobody does.
        content: What it says.
    """

    key: UUID
    audience: frozenset[int]
    content: PageContent


def _nothing_more(page: Any, request: HttpRequest) -> Mapping[str, Any]:
    return {}


def _nothing_known(place: KnowledgePage, writer: User) -> Mapping[str, Any]:
    return {}


def _no_passages(page: Any) -> Iterable[Passage]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKind:
    """One kind of page.

    Attributes:
        name: Unique; the value of `SearchDocument.kind` and of the API's `kind`.
        model: The page type.
        label: What people call it.
        new_label: What the way to a new one is called, with its gender: "Neues Protokoll".
        aliases: Further words for `typ:` in a search, in lower case.
        asked_as: Words by which people ask for such pages, whatever is written on them.

        names_people: Whether such pages say whom to ask: whoever finds nothing is led to them.
        context: Returns what the template shows beside the page's own fields, within the reader's rights.
        shown_relations: Foreign keys that the template shows, beside space and owner: loaded with the page.
        facts_template: What stands in the right column, with the same context as the page; empty if nothing does.

        index: The page type that lists such pages; None if nothing does.
        takes_documents: Whether a document that is imported becomes such a page, and a folder its `index`.
        listing: How it lists them.

        content: Reads one page for the search, without queries beyond `prefetch`; None if it isn't findable.
        passages: Reads the passages that are not for all readers of the page; `content` leaves them out.
        prefetch: Relations to load for a batch of documents.
        title: Makes the title for the search, such as one with the measure's number.
        organisations: Look-up from the page to the names of organisations in charge; empty if it has none.
        card: Columns that a hit shows at once, by names that `components/result_hit.html` knows.
        dated_on: Column with the day (or the time) that the content is about; where it is empty, and where there is
            none, it is the day of the first publication.
        depends_on: Look-ups from the page to objects that `content` names; when one is saved, the page is indexed anew.

        facts: Fields that the API gives as they are: numbers, days, choices, organisations, names of `tables`.
        texts: Fields with formatted text that the API gives as HTML.
        tables: Relations whose rows belong to the page alone, with the columns that the API gives.

        edited: Fields of the plain form on the front, in its order, beside the title; empty if there is no such form.
        edited_rows: Relations whose rows are edited there, too, with the columns of a row.
        prefilled: Gets the list below which a new page lies and its writer; returns what is known of it, by field.
        corrected_by: Field with the organisation whose people may propose corrections; empty if nobody may.
        corrected: The fields of `edited` that they may correct.
    """

    name: str
    model: type[KnowledgePage]
    label: Label
    new_label: Label = ""
    aliases: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()
    names_people: bool = False
    context: Context = _nothing_more
    shown_relations: tuple[str, ...] = ()
    facts_template: str = ""
    index: type[KnowledgePage] | None = None
    takes_documents: bool = False
    listing: type[Listing] | None = None
    content: Callable[[Any], PageContent] | None = None
    passages: Callable[[Any], Iterable[Passage]] = _no_passages
    prefetch: tuple[str, ...] = ()
    title: Callable[[Any], str] = lambda page: page.title
    organisations: str = ""
    card: tuple[str, ...] = ()
    dated_on: str = ""
    depends_on: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edited: tuple[str, ...] = ()
    edited_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefilled: Callable[[KnowledgePage, User], Mapping[str, Any]] = _nothing_known
    corrected_by: str = ""
    corrected: tuple[str, ...] = ()


page_kinds: Registry[PageKind] = Registry(
    "kind of page", cure="register it with knowledge.pages.kinds.register_kind"
)


def register_kind(kind: PageKind) -> None:
    """Let pages, lists, API and, if it has content, the search know a kind.

    Raises:
        AlreadyRegistered: If another kind has its name or one of its aliases.
    """
    page_kinds.register(kind)
    if kind.content is not None:
        search_kinds.register(SearchKind(kind.name, kind.label, kind.aliases, kind.names_people))


def kind_of(model: type[Model]) -> PageKind | None:
    """Return the kind of the pages of `model`; None for lists and what else is no kind of its own."""
    return next((kind for kind in page_kinds if kind.model is model), None)


def kind_of_documents() -> Any:
    """Return the kind that documents become; a `PageKind` whose model has `body` and the day it is about."""
    return next(kind for kind in page_kinds if kind.takes_documents)


def kind_listed_by(index: type[Model]) -> PageKind | None:
    """Return the kind of which pages of the type `index` list the pages."""
    return next((kind for kind in page_kinds if kind.index is index), None)


def listing_of(index: type[Model]) -> type[Listing]:
    """Return how pages of the type `index` list others.

    Raises:
        NotRegistered: If no kind of page has this type as its index.
    """
    for kind in page_kinds:
        if kind.index is index and kind.listing is not None:
            return kind.listing
    raise NotRegistered(
        f"{index.__name__} lists no kind of page; name it as `index` of one, with a `listing`."
    )


def related_model(model: type[Model], path: str) -> type[Model] | None:
    """Return the model at the end of a look-up, such as one of `depends_on`."""
    found: type[Model] | None = get_fields_from_path(model, path)[-1].related_model
    return found

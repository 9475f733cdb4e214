"""Load the initial data: the facts of the council paper, and the spaces to begin with.

It adds nothing to the paper: what is empty there stays empty here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.formats import date_format

from access.granting.services import grant_role
from access.handling import Classification
from access.models import Space
from access.roles import Role
from accounts.models import Circle, Organisation
from knowledge.articles.models import ArticleIndexPage
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactIndexPage
from knowledge.council.models import Consultation, PaperFact, PaperIndexPage, PaperPage
from knowledge.events.models import EventIndexPage, EventPage
from knowledge.groups.models import GroupPage, MinutesIndexPage
from knowledge.home.services import create_space, ensure_start_page
from knowledge.measures.models import MeasureIndexPage, MeasurePage, MeasureResponsibility
from knowledge.practices.models import PracticeIndexPage
from knowledge.seeding import facts
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.pages import home_of, publish_below
from knowledge.taxonomy.models import District, FieldOfAction
from search.outbox import deferred
from search.words.house import Word
from search.words.models import WordEntry, WordKind
from search.words.services import add_word

EVERYBODY_SLUG = "alle-organisationen"
EVERYBODY_NAME = "Alle Organisationen"


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """A space that every organisation may read, with its index pages as (type, slug, title)."""

    slug: str
    title: str
    description: str
    index_pages: tuple[tuple[type[KnowledgePage], str, str], ...]


COMMON_SPACES = (
    SpacePlan(
        "massnahmen",
        "Maßnahmen",
        "Die Maßnahmen des Masterplans mit Umsetzungshorizont und zuständigen Stellen.",
        ((MeasureIndexPage, "katalog", "Maßnahmenkatalog"),),
    ),
    SpacePlan(
        "rat",
        "Rat",
        "Vorlagen mit Beratungsfolge sowie Veranstaltungen des Dialogs.",
        (
            (PaperIndexPage, "vorlagen", "Vorlagen"),
            (EventIndexPage, "veranstaltungen", "Veranstaltungen"),
        ),
    ),
    SpacePlan(
        "gute-praxis",
        "Gute Praxis",
        "Was sich bewährt hat und sich auf andere Stellen übertragen lässt.",
        ((PracticeIndexPage, "praxisbeispiele", "Praxisbeispiele"),),
    ),
    SpacePlan(
        "kontakte",
        "Kontakte",
        "Wer wofür zuständig und wie erreichbar ist.",
        ((ContactIndexPage, "verzeichnis", "Kontaktverzeichnis"),),
    ),
    SpacePlan(
        "wissen",
        "Wissen",
        "Arbeitshilfen, Abläufe und Begriffe für die tägliche Zusammenarbeit.",
        ((ArticleIndexPage, "artikel", "Artikel"),),
    ),
)
GROUP_INDEX_PAGES: tuple[tuple[type[KnowledgePage], str, str], ...] = (
    (MinutesIndexPage, "protokolle", "Protokolle"),
    (ArticleIndexPage, "unterlagen", "Unterlagen"),
)


def load_initial_data() -> Ledger:
    """Load every fact that was never loaded; leave facts loaded before as people have changed them.

    One transaction for each concern; indexing comes once, at the end.
    """
    ledger = Ledger()
    with deferred():
        for load in (
            _load_organisations,
            _load_taxonomy,
            _load_common_spaces,
            _load_working_groups,
            _load_measures,
            _load_council,
            _load_abbreviations,
        ):
            with transaction.atomic():
                load(ledger)
    return ledger


def _load_organisations(ledger: Ledger) -> None:
    for fact in facts.organisations():
        ledger.ensure(
            f"organisation:{fact.slug}",
            Organisation.objects.filter(slug=fact.slug),
            partial(
                Organisation.objects.create,
                slug=fact.slug,
                name=fact.name,
                short_name=fact.short_name,
                kind=fact.kind,
                note=fact.note,
                is_collective=fact.is_collective,
            ),
        )
    ledger.ensure(
        f"circle:{EVERYBODY_SLUG}",
        Circle.objects.filter(is_everybody=True),
        partial(Circle.objects.create, slug=EVERYBODY_SLUG, name=EVERYBODY_NAME, is_everybody=True),
    )


def _load_taxonomy(ledger: Ledger) -> None:
    for field in facts.fields_of_action():
        ledger.ensure(
            f"field_of_action:{field.slug}",
            FieldOfAction.objects.filter(slug=field.slug),
            partial(
                FieldOfAction.objects.create,
                slug=field.slug,
                title=field.title,
                order=field.order,
            ),
        )
    for district in facts.districts():
        ledger.ensure(
            f"district:{district.slug}",
            District.objects.filter(slug=district.slug),
            partial(
                District.objects.create,
                slug=district.slug,
                name=district.name,
                kind=district.kind,
            ),
        )


def _load_common_spaces(ledger: Ledger) -> None:
    ensure_start_page()
    for plan in COMMON_SPACES:
        space = ledger.ensure(
            f"space:{plan.slug}",
            Space.objects.filter(slug=plan.slug),
            partial(_common_space, plan),
        )
        _load_index_pages(ledger, plan.slug, space, plan.index_pages)


def _common_space(plan: SpacePlan) -> Space:
    space = create_space(slug=plan.slug, title=plan.title, description=plan.description)
    grant_role(
        space,
        Circle.objects.get(is_everybody=True),
        Role.READER,
        actor=None,
        reason="Grundeinrichtung: Alle Organisationen dürfen lesen.",
    )
    return space


def _load_working_groups(ledger: Ledger) -> None:
    for group in facts.working_groups():
        circle = ledger.ensure(
            f"circle:{group.slug}",
            Circle.objects.filter(slug=group.slug),
            partial(Circle.objects.create, slug=group.slug, name=group.title),
        )
        space = ledger.ensure(
            f"space:{group.slug}",
            Space.objects.filter(slug=group.slug),
            partial(_group_space, group, circle),
        )
        _load_index_pages(ledger, group.slug, space, GROUP_INDEX_PAGES)


def _group_space(group: facts.GroupFact, circle: Circle | None) -> Space | None:
    if circle is None:
        return None
    page = GroupPage(
        kind=group.kind,
        field_of_action=FieldOfAction.objects.filter(slug=group.field_of_action).first(),
    )
    space = create_space(slug=group.slug, title=group.title, circle=circle, home_page=page)
    grant_role(
        space,
        circle,
        Role.READER,
        actor=None,
        reason="Grundeinrichtung: Die Mitglieder der Arbeitsgruppe dürfen lesen.",
    )
    return space


def _load_index_pages(
    ledger: Ledger,
    space_slug: str,
    space: Space | None,
    plans: tuple[tuple[type[KnowledgePage], str, str], ...],
) -> None:
    """Make the index pages of a space below its home page, unless people have removed the space."""
    for model, slug, title in plans:
        ledger.ensure(
            f"index_page:{space_slug}/{slug}",
            model.objects.filter(space=space),
            partial(_index_page, space, model(slug=slug, title=title)),
        )


def _index_page(space: Space | None, page: KnowledgePage) -> KnowledgePage | None:
    return publish_below(home_of(space), page) if space else None


def _load_measures(ledger: Ledger) -> None:
    index: MeasureIndexPage | None = MeasureIndexPage.objects.filter(
        space__slug="massnahmen"
    ).first()
    organisations = {one.slug: one for one in Organisation.objects.all()}
    for fact in facts.measures():
        ledger.ensure(
            f"measure:{fact.number}",
            MeasurePage.objects.filter(number=fact.number),
            partial(_measure, index, fact, organisations),
        )


def _measure(
    index: MeasureIndexPage | None,
    fact: facts.MeasureFact,
    organisations: dict[str, Organisation],
) -> MeasurePage | None:
    if index is None:
        return None
    page = MeasurePage(
        title=fact.title,
        slug=f"massnahme-{fact.number}",
        number=fact.number,
        horizon=fact.horizon,
        source=f"{_paper_reference()}, {fact.source_page_hint}",
        note=fact.note,
        classification=Classification.PUBLIC,
    )
    page.responsibilities = [
        MeasureResponsibility(organisation=organisations[slug], sort_order=position)
        for position, slug in enumerate(fact.responsible)
    ]
    return publish_below(index, page, published_on=_paper_day())


def _load_council(ledger: Ledger) -> None:
    papers: PaperIndexPage | None = PaperIndexPage.objects.filter(space__slug="rat").first()
    number = facts.document()["paper_number"]
    ledger.ensure(
        f"paper:{number}",
        PaperPage.objects.filter(number=number),
        partial(_paper, papers),
    )
    events: EventIndexPage | None = EventIndexPage.objects.filter(space__slug="rat").first()
    for fact in facts.events():
        ledger.ensure(
            f"event:{fact.slug}",
            EventPage.objects.filter(slug=fact.slug, space__slug="rat"),
            partial(_event, events, fact),
        )


def _load_abbreviations(ledger: Ledger) -> None:
    """Tell the search the abbreviations; the curator can change and remove them."""
    for fact in facts.abbreviations():
        word = Word(WordKind.ABBREVIATION, (fact.abbreviation, fact.long_form))
        ledger.ensure(
            f"abbreviation:{fact.abbreviation}",
            WordEntry.objects.filter(kind=word.kind, expressions__0=fact.abbreviation),
            partial(add_word, actor=None, word=word, note=fact.note),
        )


def _paper(index: PaperIndexPage | None) -> PaperPage | None:
    if index is None:
        return None
    document = facts.document()
    organisations = Organisation.objects.in_bulk(field_name="slug")
    page = PaperPage(
        title=document["title"],
        slug=document["paper_number"],
        number=document["paper_number"],
        dated_on=_paper_day(),
        publicity=document["publicity"],
        lead=organisations.get(document["lead_department_slug"]),
        deciding_body=organisations.get(document["deciding_body_slug"]),
        decision_due_on=dt.date.fromisoformat(document["decision_date_scheduled"]),
        classification=Classification.PUBLIC,
    )
    page.facts = [
        PaperFact(
            label=label, value=_in_words(key, document[key], organisations), sort_order=position
        )
        for position, (key, label) in enumerate(facts.document_labels().items())
    ]
    page.consultations = [
        Consultation(
            body=fact.body,
            held_on=fact.held_on,
            role=fact.role,
            note=_note_in_words(fact.note, organisations),
            sort_order=position,
        )
        for position, fact in enumerate(facts.consultations())
    ]
    return publish_below(index, page, published_on=_paper_day())


def _in_words(key: str, value: str, organisations: dict[str, Organisation]) -> str:
    """Return a fact as readers expect it: an organisation by its name, a date in German."""
    if key.endswith("_slug"):
        return organisations[value].name
    if key.endswith("_date"):
        return date_format(dt.date.fromisoformat(value), "d.m.Y")
    return value


def _note_in_words(note: str, organisations: dict[str, Organisation]) -> str:
    """Return a consultation's note, with names instead of references to other files."""
    kind, _colon, slug = note.partition(": ")
    if kind == "Stadtbezirk":
        return f"{kind}: {District.objects.get(slug=slug).name}"
    if kind == "Organisation":
        return f"{kind}: {organisations[slug].name}"
    return note


def _event(index: EventIndexPage | None, fact: facts.EventFact) -> EventPage | None:
    if index is None:
        return None
    page = EventPage(
        title=fact.title,
        slug=fact.slug,
        kind=fact.kind,
        held_on=fact.held_on,
        note=fact.note,
        classification=Classification.PUBLIC,
    )
    return publish_below(index, page, published_on=_paper_day())


def _paper_reference() -> str:
    dated_on = date_format(_paper_day(), "d.m.Y")
    return f"Drucksache {facts.document()['paper_number']} vom {dated_on}"


def _paper_day() -> dt.date:
    """Return the day of the paper, which is the age of its facts, whenever they are loaded."""
    return dt.date.fromisoformat(facts.document()["date"])

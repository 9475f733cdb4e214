"""Sample pages, made from the texts in `content/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Organisation
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.events.models import EventIndexPage, EventPage, FollowUp
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import MinutesIndexPage, MinutesPage, Participant
from knowledge.measures.models import MeasurePage
from knowledge.practices.models import PracticeIndexPage, PracticeMeasure, PracticePage
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.pages import publish_below
from knowledge.seeding.samples import files
from knowledge.seeding.samples.people import rows
from knowledge.seeding.samples.texts import (
    CONTENT_DIR,
    Block,
    SampleText,
    blocks,
    html,
    read_texts,
    working_day,
    written_on,
)
from knowledge.taxonomy.models import District, FieldOfAction

_WRITERS: dict[str, Callable[[str, list[str]], bytes]] = {
    "txt": files.as_text,
    "odt": files.as_odt,
    "docx": files.as_docx,
    "pdf": files.as_pdf,
}


MINUTES_TAKE = 4  # days from a meeting to its published minutes


@dataclass(frozen=True, slots=True)
class Facts:
    """The objects that the texts refer to by name."""

    organisations: Mapping[str, Organisation] = field(
        default_factory=lambda: {one.slug: one for one in Organisation.objects.all()}
    )
    measures: Mapping[int, int] = field(
        default_factory=lambda: dict(
            MeasurePage.objects.exclude(number=None).values_list("number", "pk")
        )
    )

    def named(self, slugs: Iterable[str]) -> list[Organisation]:
        """Return organisations in the given order, without those that were removed."""
        return [self.organisations[slug] for slug in slugs if slug in self.organisations]


def load_contacts(ledger: Ledger, facts: Facts) -> None:
    """Load the contacts, with made-up people."""
    index = ContactIndexPage.objects.filter(space__slug="kontakte").first()
    for row in rows("contacts.csv"):
        ledger.ensure(
            f"sample_contact:{row['title']}",
            ContactPage.objects.filter(title=row["title"], is_sample=True),
            partial(_contact, index, row, facts),
        )


def _contact(
    index: ContactIndexPage | None, row: dict[str, str], facts: Facts
) -> ContactPage | None:
    organisation = facts.organisations.get(row["organisation"])
    if index is None or organisation is None:
        return None
    page = ContactPage(
        title=row["title"],
        organisation=organisation,
        owning_organisation=organisation,
        source="Beispiel, frei erfunden",
        confirmed_on=working_day(-int(row["confirmed_days_ago"])),
        is_sample=True,
        **{
            name: row[name]
            for name in ("person", "responsibility", "phone", "email", "address", "hours")
        },
    )
    page.fields_of_action = list(FieldOfAction.objects.filter(slug__in=row["fields"].split()))
    page.districts = list(District.objects.filter(slug__in=row["districts"].split()))
    return publish_below(index, page, published_on=page.confirmed_on)


def load_practices(ledger: Ledger, facts: Facts) -> None:
    """Load the best practices, linked to measures."""
    index = PracticeIndexPage.objects.filter(space__slug="gute-praxis").first()
    for text in read_texts("practices"):
        ledger.ensure(
            f"sample_practice:{text.name}",
            PracticePage.objects.filter(slug=text.name, is_sample=True),
            partial(_practice, index, text, facts),
        )


def _practice(
    index: PracticeIndexPage | None, text: SampleText, facts: Facts
) -> PracticePage | None:
    if index is None:
        return None
    sections = text.sections()
    page = PracticePage(
        title=text.fields["title"],
        slug=text.name,
        problem=html(sections["Ausgangslage"], facts.measures),
        approach=html(sections["Vorgehen"], facts.measures),
        results=html(sections["Ergebnisse"], facts.measures),
        transferability=html(sections["Übertragbarkeit"], facts.measures),
        field_of_action=FieldOfAction.objects.filter(slug=text.fields["field"]).first(),
        is_sample=True,
    )
    page.partners = facts.named(text.list_of("partners"))
    page.measure_links = [
        PracticeMeasure(measure_id=facts.measures[int(number)], sort_order=position)
        for position, number in enumerate(text.list_of("measures"))
        if int(number) in facts.measures
    ]
    _attach(page, text, index)
    return publish_below(index, page, published_on=written_on(text.name))


def load_events(ledger: Ledger, facts: Facts) -> None:
    """Load events, some over and some to come, linked to measures."""
    index = EventIndexPage.objects.filter(space__slug="rat").first()
    for text in read_texts("events"):
        ledger.ensure(
            f"sample_event:{text.name}",
            EventPage.objects.filter(slug=text.name, is_sample=True),
            partial(_event, index, text, facts),
        )


def _event(index: EventIndexPage | None, text: SampleText, facts: Facts) -> EventPage | None:
    if index is None:
        return None
    sections, held_on = text.sections(), working_day(int(text.fields["held"]))
    page = EventPage(
        title=text.fields["title"],
        slug=text.name,
        kind=text.fields["kind"],
        held_on=held_on,
        begins_at=dt.time.fromisoformat(text.fields["begins"]),
        ends_at=dt.time.fromisoformat(text.fields["ends"]),
        place=text.fields["room"],
        body=blocks(sections["Verlauf"], facts.measures),
        results=blocks(sections.get("Ergebnisse", ""), facts.measures),  # none before it was held
        is_sample=True,
    )
    page.districts = list(District.objects.filter(slug__in=text.list_of("districts")))
    page.fields_of_action = list(FieldOfAction.objects.filter(slug__in=text.list_of("fields")))
    page.participants = facts.named(text.list_of("participants"))
    page.follow_ups = [
        FollowUp(measure_id=facts.measures[int(number)], sort_order=position)
        for position, number in enumerate(text.list_of("measures"))
        if int(number) in facts.measures
    ]
    return publish_below(index, page, published_on=min(held_on, working_day(-1)))


def load_minutes(ledger: Ledger, facts: Facts) -> None:
    """Load the minutes of the working groups' meetings, held in the weeks before today."""
    for text in read_texts("minutes"):
        place = text.fields["place"]
        ledger.ensure(
            f"sample_minutes:{place}/{text.name}",
            MinutesPage.objects.filter(slug=text.name, space__slug=place, is_sample=True),
            partial(_minutes, text, facts),
        )


def _minutes(text: SampleText, facts: Facts) -> MinutesPage | None:
    index = MinutesIndexPage.objects.filter(space__slug=text.fields["place"]).first()
    if index is None:
        return None
    held_on = working_day(int(text.fields["held"]))
    page = MinutesPage(
        title=text.fields["title"],
        slug=text.name,
        held_on=held_on,
        place=text.fields["room"],
        chair=text.fields["chair"],
        keeper=text.fields["keeper"],
        agenda=[
            ("item", _agenda_item(title, body, facts)) for title, body in text.sections().items()
        ],
        is_sample=True,
    )
    page.participants = [
        Participant(
            name=name.strip(),
            organisation=facts.organisations.get(slug),
            is_present=is_present,
            sort_order=position,
        )
        for position, (name, slug, is_present) in enumerate(_participants(text))
    ]
    _attach(page, text, index)
    written = min(held_on + dt.timedelta(days=MINUTES_TAKE), dt.date.today())  # noqa: DTZ011 - a calendar day
    return publish_below(index, page, published_on=written)


def _participants(text: SampleText) -> list[tuple[str, str, bool]]:
    found = []
    for key, is_present in (("present", True), ("excused", False)):
        for one in text.list_of(key):
            name, _bracket, slug = one.rstrip(")").partition("(")
            found.append((name, slug, is_present))
    return found


def _agenda_item(title: str, body: str, facts: Facts) -> dict[str, Any]:
    prose, decisions, tasks = [], [], []
    for line in body.splitlines():
        if line.startswith("Beschluss: "):
            decisions.append(line.removeprefix("Beschluss: "))
        elif line.startswith("Aufgabe: "):
            what, who, days = line.removeprefix("Aufgabe: ").split(" | ")
            tasks.append({"what": what, "who": who, "due_on": _due_on(days)})
        else:
            prose.append(line)
    return {
        "title": title,
        "text": html("\n".join(prose), facts.measures),
        "decisions": decisions,
        "tasks": tasks,
    }


def _due_on(days: str) -> dt.date | None:
    return working_day(int(days)) if days.strip() != "-" else None


def load_articles(ledger: Ledger, facts: Facts) -> None:
    """Load articles for everybody, for the working groups, and for each internal space."""
    for text in read_texts("articles"):
        place = text.fields["place"]
        ledger.ensure(
            f"sample_article:{place}/{text.name}",
            ArticlePage.objects.filter(slug=text.name, space__slug=place, is_sample=True),
            partial(_article, text, facts),
        )


def _article(text: SampleText, facts: Facts) -> ArticlePage | None:
    index = ArticleIndexPage.objects.filter(space__slug=text.fields["place"]).first()
    if index is None:
        return None
    review_days = text.fields.get("review")
    page = ArticlePage(
        title=text.fields["title"],
        slug=text.name,
        owning_organisation=facts.organisations.get(text.fields.get("owner", "")),
        review_by=working_day(int(review_days)) if review_days else None,
        classification=text.fields.get("classification", "internal"),
        body=[_with_file(block, index) for block in blocks(text.body, facts.measures)],
        is_sample=True,
    )
    _attach(page, text, index)
    return publish_below(index, page, published_on=written_on(text.name))


def _with_file(block: Block, index: KnowledgePage) -> Block:
    kind, value = block
    if kind == "document":
        return kind, _document(value, index)
    if kind == "image":
        name, alternative_text, caption = (part.strip() for part in value.split("|"))
        return kind, {
            "image": _image(name, index),
            "alternative_text": alternative_text,
            "caption": caption,
        }
    return block


def _attach(page: KnowledgePage, text: SampleText, index: KnowledgePage) -> None:
    page.attachments = [
        PageAttachment(document=_document(name, index), sort_order=position)
        for position, name in enumerate(text.list_of("attachments"))
    ]


def _document(name: str, index: KnowledgePage) -> KnowledgeDocument:
    """Make the file `name` in the space of `index`.

    Its ending says the format, `content/files/<stem>.txt` what is in it.
    """
    stem, _dot, ending = name.rpartition(".")
    source = (CONTENT_DIR / "files" / f"{stem}.txt").read_text(encoding="utf-8")
    title, *lines = source.splitlines()
    content = _WRITERS[ending](title, lines[1:])
    document: KnowledgeDocument = KnowledgeDocument.objects.create(
        title=title, space=index.space, file=ContentFile(content, name=name), is_sample=True
    )
    return document


def _image(name: str, index: KnowledgePage) -> KnowledgeImage:
    row = next(row for row in rows("images.csv") if row["name"] == name)
    content = files.flow_chart(row["steps"].split())
    image: KnowledgeImage = KnowledgeImage.objects.create(
        title=row["title"],
        space=index.space,
        file=ContentFile(content, name=f"{name}.png"),
        is_sample=True,
    )
    return image

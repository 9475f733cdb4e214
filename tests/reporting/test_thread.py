"""The thread from a paper to the evidence is walked both ways, each end only where the reader may go."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from lxml import html

from access.audience import keep_audience
from access.models import Space
from accounts.models import Organisation
from knowledge.council.models import PaperIndexPage, PaperPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.indicators.models import Indicator
from knowledge.indicators.services import keep
from knowledge.measures import services as measures
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.services import Origin
from knowledge.meetings.models import Decision, Meeting, State
from knowledge.tasks.models import Task
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_measure, publish_below

TODAY = dt.date(2026, 11, 3)
FACTS = {
    "name": "Sicherheitsgefühl", "nature": "subjective", "level": "effect", "unit": "Schulnote",
    "direction": "down", "source": "Befragung", "area": "",
}  # fmt: skip
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@dataclass
class Ends:
    """What lies in one space, to be tied to a measure."""

    paper: PaperPage
    minutes: MinutesPage
    decision: Decision
    task: Task
    indicator: Indicator

    @property
    def urls(self) -> tuple[str, ...]:
        space = self.minutes.space.slug
        return (
            self.paper.url, self.minutes.url, self.decision.url, "/beschluesse/", self.task.url,
            f"/aufgaben/bereich/{space}/", self.indicator.url,
        )  # fmt: skip


def make_ends(space: Space) -> Ends:
    papers = publish_below(home_of(space), PaperIndexPage(title="Vorlagen"))
    index = publish_below(home_of(space), MinutesIndexPage(title="Protokolle"))
    minutes = publish_below(index, MinutesPage(title="Sitzung im November", held_on=TODAY))
    Meeting.objects.create(page=minutes, state=State.CIRCULATED)
    decision = make_decision(minutes, 1)
    return Ends(
        publish_below(papers, PaperPage(title="Beleuchtung", number="0815/26")),
        minutes,
        decision,
        make_task(decision, "Laternen zählen"),
        keep(space, "gefuehl", FACTS, None, actor=None),
    )


def make_decision(minutes: MinutesPage, number: int) -> Decision:
    made: Decision = Decision.objects.create(
        page=minutes, space=minutes.space, key=uuid4(), item_key=uuid4(), item_title="Licht",
        year=2026, running=number, number=f"B 2026/{number}", text="Es wird heller.", decided_on=TODAY,
    )  # fmt: skip
    return made


def make_task(decision: Decision, what: str) -> Task:
    return Task.objects.create(
        what=what, space=decision.space, origin=decision.page, passage=decision.item_key,
        reference=decision.number,
    )  # fmt: skip


def tie(measure: MeasurePage, ends: Ends, how: str) -> None:
    """Tie a measure to everything: by what the item is about, or by entries that come from it."""
    if how == "about":
        ends.decision.about.add(measure)
    else:
        origin = Origin(ends.minutes, ends.decision.key, ends.decision.number)
        write(measure, "Es geht los.", origin)
    write(measure, "Die Vorlage liegt vor.", Origin(ends.paper))
    ends.indicator.measures.add(measure)


def write(measure: MeasurePage, text: str, origin: Origin, **more: Any) -> None:
    entry = Entry(measure=measure, happened_on=TODAY, text=text, evidence=f"Beleg zu: {text}")
    measures.write_entry(entry, actor=None, origin=origin, **more)


def links(client: Client, url: str) -> set[str]:
    found = html.fromstring(client.get(url).content).xpath("//main//a/@href")
    return {str(one).split("#")[0].split("?")[0] for one in found}


def seen(client: Client, urls: tuple[str, ...]) -> list[bytes]:
    return [TOKEN.sub(b"", client.get(url).content) for url in urls]


@pytest.mark.parametrize("how", ["about", "entries"])
def test_each_end_leads_to_the_next_and_back(cast: Cast, how: str) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_a, 16, "Müllpolizei")
    tie(measure, ends, how)
    client = signed_in(cast.reader_a)
    assert {
        ends.paper.url,
        ends.decision.url,
        ends.task.url,
        ends.indicator.url,
    } <= links(client, measure.url)
    for url in set(ends.urls) - {ends.minutes.url}:  # their decisions lead on
        assert measure.url in links(client, url), url
    of_task = links(client, ends.task.url)
    assert {ends.decision.url, ends.indicator.url} <= of_task
    of_indicator = client.get(ends.indicator.url)
    assert {ends.decision.url, ends.task.url} <= links(client, ends.indicator.url)
    assert "Beleg zu: Die Vorlage liegt vor." in of_indicator.content.decode()


@pytest.mark.parametrize("how", ["about", "entries"])
def test_a_hidden_measure_leaves_no_trace_at_the_other_end(cast: Cast, how: str) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_b, 16, "Verborgene Maßnahme")
    client = signed_in(cast.reader_a)
    seen(client, ends.urls)
    before = seen(client, ends.urls)
    tie(measure, ends, how)
    assert seen(client, ends.urls) == before
    both = signed_in(cast.member_of_both)
    assert measure.url in links(both, ends.decision.url)
    assert measure.url in links(both, ends.task.url)


@pytest.mark.parametrize("how", ["about", "entries"])
def test_a_hidden_decision_task_paper_or_indicator_leaves_no_trace_on_the_measure(
    cast: Cast, how: str
) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_b, 16, "Müllpolizei")
    tie(measure, ends, how)
    shown = signed_in(cast.reader_b).get(measure.url).content.decode()
    for words in ("B 2026/1", "Es wird heller", "Laternen zählen", "Sicherheitsgefühl", "0815/26"):
        assert words not in shown
        assert words in signed_in(cast.member_of_both).get(measure.url).content.decode() or (
            words == "0815/26"  # an entry names the paper by its title
        )


def test_a_measure_shows_no_text_of_confidential_decisions(cast: Cast) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_a, 16, "Müllpolizei")
    tie(measure, ends, "entries")
    client = signed_in(cast.reader_a)
    assert "Es wird heller." in client.get(measure.url).content.decode()
    MinutesPage.objects.filter(pk=ends.minutes.pk).update(classification="confidential")
    shown = client.get(measure.url).content.decode()
    assert "Es wird heller." not in shown
    assert "B 2026/1" in shown


def test_an_entry_that_is_narrowed_to_others_ties_nothing(cast: Cast) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_a, 16, "Müllpolizei")
    client = signed_in(cast.reader_a)
    urls = (*ends.urls, measure.url)
    seen(client, urls)
    ends.indicator.measures.add(measure)
    before = seen(client, urls)
    for origin in (Origin(ends.minutes, ends.decision.key, ends.decision.number), Origin(ends.paper)):  # fmt: skip
        write(measure, "Nur für andere.", origin, only_for=[cast.organisation_b])
    assert seen(client, urls) == before


def test_an_item_that_is_narrowed_to_others_is_named_by_no_entry(cast: Cast) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_a, 16, "Müllpolizei")
    tie(measure, ends, "entries")
    only_b = tuple(Organisation.objects.filter(pk=cast.organisation_b.pk))
    keep_audience(ends.decision.item_key, only_b, pages=[ends.minutes.pk])
    client, entry = signed_in(cast.publisher_a), Entry.objects.get(origin=ends.minutes.pk)
    form = f"{measure.url}?form=entry-{entry.pk}"
    for url in (*ends.urls, measure.url, form):
        shown = client.get(url).content.decode()
        assert not any(word in shown for word in ("B 2026/1", str(ends.decision.key))), url
    assert measure.url not in links(client, ends.minutes.url)
    sent = f"/massnahme/{measure.pk}/form/entry-{entry.pk}/"
    typed = {
        "seen": client.get(form).context["opened"].seen, "f-text": "Neu.",
        "f-happened_on": TODAY.isoformat(), "f-classification": "internal",
    }  # fmt: skip
    assert client.post(sent, typed).status_code == 302
    entry.refresh_from_db()
    assert (entry.text, entry.origin_key) == ("Neu.", ends.decision.key), "what isn’t seen stays"


def test_whoever_is_charged_alone_finds_nothing_behind_the_decision(cast: Cast) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_b, 16, "Müllpolizei")  # which the charged person reads
    tie(measure, ends, "about")
    Task.objects.filter(pk=ends.task.pk).update(person=cast.reader_b)
    for url in (ends.task.url, "/aufgaben/"):
        client = signed_in(cast.reader_b)
        assert "Laternen zählen" in client.get(url).content.decode()
        assert not {measure.url, ends.decision.url, ends.indicator.url} & links(client, url)


def test_a_decision_that_was_taken_out_moves_nothing(cast: Cast) -> None:
    ends = make_ends(cast.space_a)
    measure = make_measure(cast.space_a, 16, "Müllpolizei")
    tie(measure, ends, "about")
    Decision.objects.update(withdrawn_at=dt.datetime(2026, 11, 4, tzinfo=dt.UTC))
    client = signed_in(cast.reader_a)
    assert ends.decision.url not in links(client, measure.url)
    assert measure.url not in links(client, ends.decision.url)
    assert measure.url not in links(client, ends.task.url)


def test_a_list_of_tasks_asks_for_their_decisions_once(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    ends = make_ends(cast.space_a)
    tie(make_measure(cast.space_a, 1, "Maßnahme 1"), ends, "about")
    client = signed_in(cast.reader_a)
    with django_assert_max_num_queries(40) as asked:
        found = links(client, f"/aufgaben/bereich/{cast.space_a.slug}/")
    assert ends.decision.url in found
    of_decisions = [one for one in asked if 'FROM "meetings_decision"' in one["sql"]]
    assert len(of_decisions) == 1


@pytest.mark.both
def test_lists_and_pages_ask_as_often_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    ends = make_ends(cast.space_a)
    client = signed_in(cast.reader_a)
    measure = make_measure(cast.space_a, 1, "Maßnahme 1")
    for how in ("about", "entries"):
        tie(measure, ends, how)
    urls = (*ends.urls, measure.url)

    def counts() -> list[int]:
        found = []
        for url in urls:
            client.get(url)
            with django_assert_max_num_queries(40) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked.captured_queries))
        return found

    few = counts()
    for number in range(2, 8):
        more = make_measure(cast.space_a, number, f"Maßnahme {number}")
        decision = make_decision(ends.minutes, number)
        make_task(decision, f"Aufgabe {number}")
        decision.about.add(more, measure)
        tie(more, ends, "entries")
    assert counts() == few

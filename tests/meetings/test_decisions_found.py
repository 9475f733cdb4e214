"""Decisions are hits of their own, found by their number, within the reader's rights."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.groups.models import MinutesPage
from knowledge.meetings.findable import DecisionSource
from knowledge.meetings.models import Decision, Rules
from knowledge.writing.services import unpublish
from search.engines import get_engine
from search.indexer import drain
from search.requests import SearchRequest
from search.service import search
from tests.meetings.conftest import Group, Typing, plan

SECRET = "Geheimwort"


def urls(person: Any, text: str) -> list[str]:
    return [hit.url for hit in search(person, SearchRequest(text=text)).hits]


@pytest.fixture
def page(group: Group) -> MinutesPage:
    Rules.objects.create(space=group.space, short_name="ÖR")
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Begrüßung", "B: Alle freuen sich.", "unanimous")
    form.add(f"{SECRET}titel", f"B: {SECRET}beschluss", "unanimous")
    form.narrow(1, group.lead.organisation)
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    drain()
    return page


@pytest.mark.both
def test_a_decision_is_found_by_its_number_and_words_by_who_may_see_it(
    group: Group, page: MinutesPage
) -> None:
    first, hidden = Decision.objects.order_by("running")
    assert first.number == "ÖR 2026/1"
    for words in ("ÖR 2026/1", "freuen typ:beschluss"):
        assert urls(group.partner, words)[:1] == [first.url], words
    assert hidden.url in urls(group.member, f"{SECRET}beschluss")
    assert urls(group.partner, f"{SECRET}beschluss") == []
    assert hidden.url not in urls(group.partner, "ÖR 2026/2")
    assert urls(group.outsider, "ÖR 2026/1") == []
    # The index may be behind: the database has the last word.
    keys = [key for key, _ in get_engine().stored() if key.startswith("decision:")]
    assert len(keys) == 2
    assert len(DecisionSource().load_hits(keys, group.member)) == 2
    assert len(DecisionSource().load_hits(keys, group.partner)) == 1
    assert not DecisionSource().load_hits(keys, group.outsider)
    assert [
        one.url for one in DecisionSource().title_matches(["2026"], group.partner, limit=5)
    ] == [first.url]


def test_what_is_taken_back_is_found_no_more(group: Group, page: MinutesPage) -> None:
    first = Decision.objects.get(running=1)
    unpublish(MinutesPage.objects.get(pk=page.pk), actor=group.lead)
    drain()
    assert first.url not in urls(group.lead, "ÖR 2026/1")
    assert not list(DecisionSource().documents([str(page.pk), "kein"]))

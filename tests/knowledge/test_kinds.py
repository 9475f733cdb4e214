"""What kinds of pages register, and that nothing about them is written down anywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.template.loader import get_template

from knowledge.basepage.models import KnowledgePage
from knowledge.council.models import PaperIndexPage, PaperPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage, Participant
from knowledge.home.models import SpacePage
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.pages.kinds import PageKind, kind_of, listing_of, page_kinds, related_model
from search.models import OutboxEntry
from search.registry import kinds
from tests.conftest import Cast
from tests.factories import home_of, make_measure, publish_below
from web.registry import NotRegistered

EVERY_KIND = pytest.mark.parametrize("kind", page_kinds, ids=lambda kind: kind.name)


@EVERY_KIND
def test_look_ups_of_a_kind_lead_somewhere(kind: PageKind) -> None:
    names = {field.name for field in kind.model._meta.get_fields()}
    assert {*kind.facts, *kind.texts, *kind.tables, *kind.shown_relations} <= names
    assert all(related_model(kind.model, path) for path in kind.depends_on)
    assert set(kind.tables) <= set(kind.facts)
    assert kind.content is None or kind.name in kinds


@EVERY_KIND
def test_a_kind_has_a_template_and_its_index_a_listing(kind: PageKind) -> None:
    model: Any = kind.model
    assert get_template(model.template)
    if kind.index is not None:
        assert listing_of(kind.index).model is kind.model


def test_every_type_of_page_is_a_kind_or_lists_one() -> None:
    for model in apps.get_models():
        if issubclass(model, KnowledgePage) and model is not KnowledgePage:
            assert issubclass(model, IndexPageMixin) or kind_of(model), model
            assert not issubclass(model, IndexPageMixin) or listing_of(model)


def test_a_space_takes_every_list_that_says_it_may_lie_there() -> None:
    below = set(SpacePage.creatable_subpage_models())
    assert below == {kind.index for kind in page_kinds if kind.index is not None}


def test_an_index_that_no_kind_names_says_the_cure() -> None:
    with page_kinds.holding(), pytest.raises(NotRegistered, match="name it as `index` of one"):
        listing_of(PaperIndexPage)


def _indexed_anew(change: Any) -> set[str]:
    OutboxEntry.objects.all().delete()
    change()
    return set(OutboxEntry.objects.values_list("object_id", flat=True))


def test_an_organisation_that_changes_is_indexed_anew_wherever_it_is_named(cast: Cast) -> None:
    home = home_of(cast.space_a)
    minutes = publish_below(
        publish_below(home, MinutesIndexPage(title="Protokolle")),
        MinutesPage(title="Sitzung", held_on="2026-05-01"),
    )
    Participant.objects.create(minutes=minutes, name="X", organisation=cast.organisation_b)
    papers = publish_below(home, PaperIndexPage(title="Vorlagen"))
    led = publish_below(papers, PaperPage(title="Eins", number="1", lead=cast.organisation_b))
    decided = publish_below(
        papers, PaperPage(title="Zwei", number="2", deciding_body=cast.organisation_b)
    )
    owned = make_measure(cast.space_a, 1, "Ihre", owning_organisation=cast.organisation_b)
    publish_below(papers, PaperPage(title="Drei", number="3", lead=cast.organisation_a))
    cast.organisation_b.name = "Anders"

    changed = _indexed_anew(cast.organisation_b.save)

    assert {str(page.pk) for page in (minutes, led, decided, owned)} <= changed
    assert str(papers.pk) not in changed

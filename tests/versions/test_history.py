"""Versions: who is shown them, what changed, and an earlier one that becomes the draft."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.granting.services import grant_role
from access.handling import Classification
from access.roles import Role
from accounts.models import User
from audit.models import Entry
from knowledge.articles.models import ArticlePage
from knowledge.editing.lines import Line, Run
from knowledge.versions.difference import by_words, compare
from knowledge.versions.selectors import difference
from knowledge.writing import services as writing
from tests.conftest import Cast, signed_in
from tests.factories import make_article, make_measure


def spoken(line: Line, with_links: bool) -> str:
    return line.text


def lines(*texts: str) -> list[Line]:
    return [Line(f"{n}-{text[:3]}", "p", (Run(text),)) for n, text in enumerate(texts)]


def shown(old: list[Line], new: list[Line]) -> list[str]:
    """Write each line with what went out in [-…-] and what came in in [+…+]."""
    marks = {"": "{}", "old": "[-{}-]", "new": "[+{}+]"}
    return [
        "".join(marks[piece.change].format(piece.text) for piece in row.inline)
        for row in compare(old, new, spoken)
    ]


def test_words_lines_and_nothing_else_are_marked() -> None:
    old = lines("Eins.", "Der Steg ist gesperrt.", "Zum Schluss.")
    new = lines("Eins.", "Der Steg ist seit Mai gesperrt.", "Neu dazu.", "Zum Schluss.")
    assert shown(old, new) == [
        "Eins.",
        "Der Steg ist [+seit Mai +]gesperrt.",
        "[+Neu dazu.+]",
        "Zum Schluss.",
    ]


WORDS = st.lists(st.sampled_from(["der", "Hafen", "ä", " ", ", ", "\n", "22"]), max_size=12)


@given(old=WORDS.map("".join), new=WORDS.map("".join))
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    before, after = by_words(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
    common = ["".join(one.text for one in side if not one.change) for side in (before, after)]
    assert common[0] == common[1]


@pytest.fixture
def article(cast: Cast) -> ArticlePage:
    page = make_article(cast.space_a, "Steg", text="<p>Der Steg ist offen.</p>")
    draft = writing.draft_of(page)
    draft.body = [("paragraph", "<p>Der Steg ist gesperrt.</p>")]
    writing.save_draft(draft, actor=cast.publisher_a, stamp=writing.stamp_of(draft))
    page.refresh_from_db()
    return page


@pytest.mark.django_db
def test_contributors_see_what_was_written_and_readers_don_t(
    cast: Cast, article: ArticlePage
) -> None:
    contributor = signed_in(cast.contributor_a)
    assert contributor.get(f"/verlauf/{article.pk}/").status_code == 200
    answer = contributor.get(f"/verlauf/{article.pk}/vergleich/").content.decode()
    assert "offen" in answer
    assert "gesperrt" in answer
    beside = contributor.get(f"/verlauf/{article.pk}/vergleich/?ansicht=nebeneinander")
    assert "vorher" in beside.content.decode()
    for person in (cast.reader_a, cast.publisher_b, cast.stranger, cast.administrator):
        client = signed_in(person)
        for path in ("", "vergleich/"):
            assert client.get(f"/verlauf/{article.pk}/{path}").status_code == 404
    # A version of another page is none of this one.
    other = make_measure(cast.space_b, 1, "Geheim")
    foreign = f"/verlauf/{article.pk}/vergleich/?von={other.latest_revision_id}"
    assert contributor.get(foreign).status_code == 404


@pytest.mark.django_db
def test_an_earlier_version_becomes_the_draft_and_stays_as_strict(
    cast: Cast, article: ArticlePage
) -> None:
    first = article.live_revision_id
    draft = writing.draft_of(article)
    draft.classification = Classification.CONFIDENTIAL.value
    writing.publish(draft, actor=cast.publisher_a, stamp=writing.stamp_of(draft))
    article.refresh_from_db()
    sent = {"version": first, "stamp": writing.stamp_of(article)}
    assert (
        signed_in(cast.contributor_a)
        .post(f"/verlauf/{article.pk}/wiederherstellen/", sent)
        .status_code
        == 404
    )
    publisher = signed_in(cast.publisher_a)
    publisher.post(f"/verlauf/{article.pk}/wiederherstellen/", sent)
    restored = writing.draft_of(article)
    assert "offen" in str(restored.body)
    assert restored.classification == Classification.CONFIDENTIAL
    article.refresh_from_db()
    assert "gesperrt" in str(article.body), "readers see what is published"
    assert Entry.objects.filter(action="page.restored").exists()
    # From a list that is old by now nothing is restored.
    late = publisher.post(f"/verlauf/{article.pk}/wiederherstellen/", sent, follow=True)
    assert "Es wurde nichts gespeichert" in late.content.decode()
    before = Entry.objects.filter(action="read.page").count()
    publisher.get(f"/verlauf/{article.pk}/vergleich/")
    assert Entry.objects.filter(action="read.page").count() == before + 1


@pytest.mark.django_db
def test_versions_name_nothing_that_is_hidden_from_their_reader(
    cast: Cast, article: ArticlePage
) -> None:
    hidden = make_measure(cast.space_b, 1, "Verdeckte Maßnahme")
    grant_role(cast.space_b, cast.steward_a, Role.READER, actor=None)
    old = writing.draft_of(article)
    old.body = [("paragraph", "<p>Siehe dort.</p>")]
    new = writing.draft_of(article)
    new.body = [("paragraph", f'<p>Siehe <a linktype="page" id="{hidden.pk}">dort</a>.</p>')]

    def said(person: User) -> str:
        return str(difference(old, new, person))

    assert "Verdeckte" not in said(cast.publisher_a)
    assert "wird Ihnen nicht angezeigt" in said(cast.publisher_a), "that the link changed is said"
    assert "Verdeckte Maßnahme" in said(cast.steward_a)

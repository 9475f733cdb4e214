"""What is composed once says what Django's own query says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from access.models import Space
from access.rights import own_rights_of
from access.sharing import share_page
from knowledge.basepage.models import KnowledgePage
from knowledge.page_source import SOURCE, PageSource
from search.models import IndexedText, OutboxEntry
from search.registry import make_key
from search.statements import KeyStatement, WrittenStatement, read_together
from search.texts import current_texts
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def titles() -> KeyStatement:
    return KeyStatement(
        lambda pks: (
            KnowledgePage.objects.filter(pk__in=pks, live=True)
            .order_by()
            .values_list("pk", "title", "first_published_at")
        ),
        stand_ins=range(-3, 0),
    )


def test_rows_are_those_of_the_queryset(cast: Cast) -> None:
    pages = [make_article(cast.space_a, f"Artikel {number}") for number in range(7)]
    make_article(cast.space_a, "Entwurf", live=False)
    statement = titles()
    for wanted in (pages, pages[:1], pages[2:5], []):
        keys = [page.pk for page in wanted]
        expected = KnowledgePage.objects.filter(pk__in=keys, live=True)
        assert sorted(statement.rows(keys)) == sorted(
            expected.values_list("pk", "title", "first_published_at")
        )


def test_a_key_may_be_any_text(cast: Cast) -> None:
    statement = KeyStatement(
        lambda slugs: Space.objects.filter(slug__in=slugs).values_list("slug"),
        stand_ins=["¶0", "¶1"],
    )
    assert statement.rows(["bereich-a", "' OR 1=1 --", "%s"]) == [("bereich-a",)]


def test_hits_are_what_the_reader_may_see(cast: Cast) -> None:
    ours = [make_article(cast.space_a, f"Artikel {number}") for number in range(2)]
    theirs = [make_article(cast.space_b, f"Artikel {number}") for number in range(2)]
    draft = make_article(cast.space_a, "Entwurf", live=False)
    share_page(theirs[0], cast.reader_a, actor=None)
    keys = {page.pk: make_key(SOURCE, page.pk) for page in (*ours, *theirs, draft)}
    for person in cast.people().values():
        visible = KnowledgePage.objects.visible_to(person).filter(pk__in=keys)
        cards = PageSource().load_hits(list(keys.values()), person)
        assert set(cards) == {keys[page.pk] for page in visible}
    # A shared page doesn't tell the name of the space around it.
    cards = PageSource().load_hits(list(keys.values()), cast.reader_a)
    assert {card.space_title for card in cards.values()} == {cast.space_a.title, ""}
    assert cards[keys[theirs[0].pk]].space_title == ""


def test_a_kept_text_is_used_only_while_nothing_changed(cast: Cast) -> None:
    page = make_article(cast.space_a, "Artikel", text="<p>Jetzt</p>")
    key = make_key(SOURCE, page.pk)
    content = {"headings": [], "body": "Früher", "attachments": []}
    IndexedText.objects.update_or_create(
        key=key,
        defaults={"source": SOURCE, "object_id": page.pk, "content": content, "fingerprint": "x"},
    )
    OutboxEntry.objects.all().delete()
    assert current_texts([key])[key].body == "Früher"
    OutboxEntry.objects.note(SOURCE, [page.pk])
    assert not IndexedText.objects.filter(key=key).current().exists()
    assert current_texts([key])[key].body == "Jetzt"


def test_statements_read_together_answer_as_each_by_itself(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    pages = [make_article(cast.space_a, f"Artikel {number}") for number in range(3)]
    keys = [page.pk for page in pages]
    spaces = KeyStatement(
        lambda slugs: Space.objects.filter(slug__in=slugs).values_list("slug", "title"),
        stand_ins=["¶0", "¶1"],
    )
    empty, statement = titles(), titles()
    wanted = [cast.space_a.slug, "'; SELECT 1 --"]
    expected = [sorted(statement.rows(keys)), spaces.rows(wanted)]
    with (
        django_assert_max_num_queries(2),
        read_together([(statement, keys), (spaces, wanted), (empty, [])]),
    ):
        assert [sorted(statement.rows(keys)), spaces.rows(wanted)] == expected
        assert empty.rows([]) == []
    # What was not foreseen is asked by itself, and nothing is kept beyond the block.
    with read_together([(statement, keys[:1]), (spaces, wanted)]):
        assert sorted(statement.rows(keys)) == expected[0]
    KnowledgePage.objects.filter(pk=keys[0]).update(title="Anders")
    assert "Anders" in [title for _, title, _ in statement.rows(keys)]


def test_a_statement_that_fails_is_an_error_of_django_s_and_breaks_nothing(cast: Cast) -> None:
    page = make_article(cast.space_a, "Artikel")
    bad, statement = WrittenStatement(lambda keys: ("SELECT nothing", [])), titles()
    together = [(statement, [page.pk]), (bad, [1])]
    with pytest.raises(DatabaseError), transaction.atomic(), read_together(together):
        bad.rows([1])
    assert len(statement.rows([page.pk])) == 1


def test_the_database_keeps_what_is_sent_again_and_again(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps every statement")
    statement = titles()
    for _ in range(5):
        own_rights_of(cast.reader_a)
        with read_together(
            [(statement, [1]), (WrittenStatement(lambda keys: ("SELECT 1", [])), [1])]
        ):
            statement.rows([1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [text for (text,) in cursor.fetchall()]
    assert any("access_spaceuserobjectpermission" in text for text in kept)
    assert any("basepage_knowledgepage" in text and "first_published_at" in text for text in kept)

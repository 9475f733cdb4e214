"""Task lines of an article become tasks when it is published, and keep their rows when it is corrected."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from knowledge.articles.models import ArticlePage
from knowledge.tasks.models import State, Task
from knowledge.writing.services import draft_of, publish, save_draft, stamp_of
from notices.models import Notice
from tests.clock import be_on
from tests.conftest import Cast, signed_in
from tests.factories import make_article

KEYS = [str(uuid4()) for _number in range(4)]


def body(*lines: tuple[str, bool]) -> list[dict[str, Any]]:
    value = [
        {"type": "item", "id": key, "value": {"text": f"<p>{text}</p>", "done": done}}
        for key, (text, done) in zip(KEYS, lines, strict=False)
    ]
    return [{"type": "tasks", "id": KEYS[3], "value": value}]


def put(page: ArticlePage, cast: Cast, *lines: tuple[str, bool]) -> ArticlePage:
    draft: ArticlePage = draft_of(page)
    draft.body = ArticlePage._meta.get_field("body").stream_block.to_python(body(*lines))
    return draft


def published(page: ArticlePage, cast: Cast, *lines: tuple[str, bool]) -> None:
    fresh = ArticlePage.objects.get(pk=page.pk)
    publish(put(fresh, cast, *lines), actor=cast.publisher_a, stamp=stamp_of(fresh))


@pytest.fixture
def article(cast: Cast) -> ArticlePage:
    return make_article(cast.space_a, "Winterdienst", text="<p>Wer räumt?</p>")


def test_a_line_with_somebody_and_a_day_is_born_at_publication(
    cast: Cast, article: ArticlePage
) -> None:
    body_a = cast.organisation_a.short_name
    lines = (
        (f"{body_a}: <b>Salz</b> bestellen bis 15.3.2027", False),
        ("Wege fegen", False),  # names nobody
        (f"{body_a}: Eimer suchen", False),  # has no day
    )
    fresh = ArticlePage.objects.get(pk=article.pk)
    save_draft(put(fresh, cast, *lines), actor=cast.publisher_a, stamp=stamp_of(fresh) or "")
    assert not Task.objects.exists()
    assert not Notice.objects.filter(kind="tasks.charged").exists()  # a draft tells nobody
    published(article, cast, *lines)
    task = Task.objects.get()
    assert (task.what, task.body, task.due_on) == (
        "Salz bestellen", cast.organisation_a, dt.date(2027, 3, 15)
    )  # fmt: skip
    assert (task.origin_id, str(task.origin_key), task.space) == (
        article.pk, KEYS[0], cast.space_a
    )  # fmt: skip
    assert Notice.objects.filter(kind="tasks.charged", recipient=cast.reader_a).exists()
    shown = signed_in(cast.reader_a).get(article.url).content.decode()
    assert task.url in shown
    assert f'id="{KEYS[0]}"' in shown
    assert f"{article.url}#{KEYS[0]}" in signed_in(cast.reader_a).get(task.url).content.decode()


def test_a_corrected_line_keeps_its_row_and_its_day(
    cast: Cast, article: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = cast.organisation_a.short_name
    published(article, cast, (f"{name}: Salz bestellen in 2 Wochen", False))
    before = Task.objects.get()
    be_on(monkeypatch, timezone.localdate() + dt.timedelta(days=30))
    published(article, cast, (f"{name}: Viel Salz bestellen in 2 Wochen", False))
    task = Task.objects.get()
    assert (task.pk, task.what, task.due_on) == (before.pk, "Viel Salz bestellen", before.due_on)
    published(article, cast, (f"{name}: Viel Salz bestellen in 2 Wochen", True))
    assert Task.objects.get().state == State.DONE


def test_a_line_that_is_gone_drops_its_task_and_one_born_done_is_none(
    cast: Cast, article: ArticlePage
) -> None:
    name = cast.organisation_a.short_name
    published(article, cast, (f"{name}: Salz bestellen bis 15.3.2027", False))
    published(article, cast, ("Wege fegen", False), (f"{name}: Altes tun bis 1.2.2027", True))
    task = Task.objects.get()
    assert (task.what, task.state) == ("Salz bestellen", State.DROPPED)
    assert task.url not in signed_in(cast.reader_a).get(article.url).content.decode()


def test_the_task_follows_the_rights_of_the_article(cast: Cast, article: ArticlePage) -> None:
    published(
        article, cast, (f"{cast.organisation_a.short_name}: Salz bestellen bis 15.3.2027", False)
    )
    task = Task.objects.get()
    assert signed_in(cast.reader_b).get(task.url).status_code == 404
    assert task not in Task.objects.visible_to(cast.stranger)
    assert task in Task.objects.visible_to(cast.reader_a)
    Task.objects.update(person=cast.stranger, body=None)
    alone = signed_in(cast.stranger).get(task.url).content.decode()
    assert "Salz bestellen" in alone
    assert "Winterdienst" not in alone
    assert article.url not in alone


def test_somebody_whom_the_writer_does_not_know_is_charged_with_nothing(
    cast: Cast, article: ArticlePage
) -> None:
    published(article, cast, ("Niemand Bekanntes: Salz bestellen bis 15.3.2027", False))
    assert not Task.objects.exists()

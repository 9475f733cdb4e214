"""Watching pages and spaces: one batch a person over all spaces, within the rights of the moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.audience import keep_audience
from access.granting.services import grant_role, revoke_role
from access.models import SpaceUserObjectPermission
from access.roles import Role
from accounts.leaving import consequences_of_leaving
from accounts.models import User
from accounts.personal_data import collect
from knowledge.collaboration import services
from knowledge.collaboration.happenings import (
    KEPT,
    WATCHED,
    forget_old,
    is_spelt_anew,
    tell_watchers,
)
from knowledge.collaboration.models import Happening, Watch
from knowledge.collaboration.watching import unwatch, watch
from knowledge.measures.models import Entry
from knowledge.wiki.models import PageTag
from knowledge.writing import services as writing
from notices.delivery import mail_daily
from notices.models import Notice
from notices.selectors import in_words, notices_of
from people.closure import close_account
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article, make_measure

pytestmark = pytest.mark.django_db
WORDS = st.lists(st.sampled_from(["Steg", "nicht", "2026", "dunkel", "dunkl", "ist"]), max_size=12)


def change(page: Any, text: str, *, actor: User, **more: Any) -> Any:
    draft = writing.draft_of(page)
    draft.body = [("paragraph", f"<p>{text}</p>")]
    for name, value in more.items():
        setattr(draft, name, value)
    return writing.publish(draft, actor=actor, stamp=None)


def batch(person: User) -> list[str]:
    """Return what a person's batches say, a line for each page."""
    told = in_words(person, list(notices_of(person).filter(kind=WATCHED)))
    return [line for one in told.values() for line in one.text.splitlines()]


def test_one_batch_tells_of_all_spaces_and_why(cast: Cast, mailoutbox: Any) -> None:
    both = cast.member_of_both
    User.objects.filter(pk=both.pk).update(email="beide@example.org")
    steg, hafen = (
        make_article(cast.space_a, "Steg", text="<p>Alt.</p>"),
        make_article(cast.space_b, "Hafen"),
    )
    other = make_article(cast.space_b, "Anderes")
    watch(steg, person=both)
    watch(home_of(cast.space_b), person=both)
    change(steg, "Ganz neuer Text.", actor=cast.publisher_a)
    change(hafen, "Auch hier.", actor=cast.publisher_b)
    change(hafen, "Und noch einmal etwas.", actor=cast.publisher_b)
    assert tell_watchers() == 1
    assert tell_watchers() == 0
    assert sorted(batch(both)) == [
        f"„Hafen“ wurde von {cast.publisher_b} geändert, weil Sie „Bereich-B“ beobachten.",
        f"„Steg“ wurde von {cast.publisher_a} geändert, weil Sie die Seite beobachten.",
    ]
    change(other, "Dritte Seite.", actor=cast.publisher_b)
    tell_watchers()
    assert Notice.objects.filter(recipient=both, kind=WATCHED).count() == 1, "one batch a day"
    assert len(batch(both)) == 3
    assert mail_daily() == 1
    assert all(word in mailoutbox[0].body for word in ("Steg", "Hafen", "Anderes"))
    assert not Notice.objects.filter(kind=WATCHED).exclude(recipient=both).exists()


def test_telling_reads_the_rights_of_each_watcher_once(cast: Cast) -> None:
    page = make_article(cast.space_a, "Steg", text="<p>Alt.</p>")
    watch(page, person=cast.reader_a)
    change(page, "Ganz neuer Text.", actor=cast.publisher_a)
    with CaptureQueriesContext(connection) as captured:
        assert tell_watchers() == 1
    rights = SpaceUserObjectPermission._meta.db_table
    assert sum(rights in one["sql"] for one in captured) == 1


def test_nobody_hears_of_what_is_hidden_when_told_or_when_shown(
    cast: Cast, mailoutbox: Any
) -> None:
    both = cast.member_of_both
    User.objects.filter(pk=both.pk).update(email="beide@example.org")
    page = make_article(cast.space_b, "Hafen")
    with pytest.raises(PermissionDenied):
        watch(page, person=cast.reader_a)
    watch(page, person=both)
    change(page, "Noch darf sie.", actor=cast.publisher_b)
    tell_watchers()
    assert len(batch(both)) == 1
    revoke_role(cast.space_b, both, actor=None)
    assert batch(both) == [], "shown with the rights of the moment"
    assert mail_daily() == 0
    assert not mailoutbox
    change(page, "Jetzt nicht mehr.", actor=cast.publisher_b)
    assert tell_watchers() == 0, "told with the rights of the moment"
    shown = signed_in(both).get("/beobachten/").content.decode()
    assert "Hafen" not in shown
    rows = [row for section in collect(both) if section.name == "watches" for row in section.rows]
    assert rows == []


def test_a_confidential_page_is_not_named(cast: Cast, mailoutbox: Any) -> None:
    reader = cast.reader_a
    User.objects.filter(pk=reader.pk).update(email="lesen@example.org")
    page = make_article(cast.space_a, "Tarnname")
    watch(page, person=reader)
    change(page, "Geheimer Inhalt.", actor=cast.publisher_a, classification="confidential")
    tell_watchers()
    (line,) = batch(reader)
    assert line == "Auf einer vertraulichen Seite gibt es etwas Neues, weil Sie sie beobachten."
    mail_daily()
    assert "Tarnname" not in mailoutbox[0].body + mailoutbox[0].subject


def test_comments_and_entries_are_told_to_those_who_see_them(cast: Cast) -> None:
    measure = make_measure(cast.space_a, 7, "Licht am Steg")
    for person in (cast.reader_a, cast.publisher_a, cast.member_of_both):
        watch(measure, person=person)
    services.comment_on(measure, actor=cast.contributor_a, text="Wann?")
    tell_watchers()
    assert [bool(batch(one)) for one in (cast.publisher_a, cast.reader_a)] == [True, False]
    entry = Entry.objects.create(
        measure=measure, happened_on=dt.date(2026, 5, 1), text="Mast steht."
    )
    keep_audience(entry.key, [cast.organisation_b], pages=[measure.pk])
    assert tell_watchers() == 0, "the entry is for others"
    Entry.objects.create(measure=measure, happened_on=dt.date(2026, 5, 2), text="Lampe brennt.")
    assert tell_watchers() == 3
    assert "neuen Eintrag" in batch(cast.reader_a)[0]


def test_small_corrections_are_told_to_nobody(cast: Cast) -> None:
    page = make_article(
        cast.space_a, "Steg", text="<p>Der Steg ist dunkl und gesperrt bis 2026.</p>"
    )
    watch(page, person=cast.reader_a)
    page = change(page, "Der Steg ist dunkel und gesperrt bis 2026.", actor=cast.publisher_a)
    assert (tell_watchers(), batch(cast.reader_a)) == (0, [])
    page = change(page, "Der Steg ist dunkel und nicht gesperrt bis 2026.", actor=cast.publisher_a)
    assert tell_watchers() == 1, "one word may turn the sense round"
    page = change(page, "Der Steg ist dunkel und nicht gesperrt bis 2027.", actor=cast.publisher_a)
    assert tell_watchers() == 1, "a number is no misspelling"
    page = change(
        page,
        "Der Steg ist dunkel und nicht gesperrt bis 2027.",
        actor=cast.publisher_a,
        title="Brücke",
    )
    assert tell_watchers() == 1


@given(old=WORDS, new=WORDS)
def test_what_is_small_keeps_every_number_and_every_word_in_its_place(
    old: list[str], new: list[str]
) -> None:
    if is_spelt_anew(old, new):
        assert len(old) == len(new)
        numbers = [(n, one) for n, one in enumerate(old) if one.isdigit()]
        assert numbers == [(n, one) for n, one in enumerate(new) if one.isdigit()]
        assert [one for one in old if one == "nicht"] == [one for one in new if one == "nicht"]
    assert is_spelt_anew(old, old)


def test_a_page_is_watched_and_left_on_the_front(cast: Cast) -> None:
    page = make_article(cast.space_a, "Steg")
    hidden = make_article(cast.space_b, "Geheim")
    reader = signed_in(cast.reader_a)
    assert f"/beobachten/{page.pk}/" in reader.get(page.url).content.decode()
    home = home_of(cast.space_a)
    reader.post(f"/beobachten/{page.pk}/", {"deed": "watch"})
    reader.post(f"/beobachten/{home.pk}/", {"deed": "watch"})
    reader.post(f"/beobachten/{home.pk}/", {"deed": "watch"})
    assert Watch.objects.count() == 2
    assert "Sie beobachten das." in reader.get(f"/beobachten/{page.pk}/").content.decode()
    change(page, "Etwas Neues.", actor=cast.publisher_a)
    shown = reader.get("/beobachten/").content.decode()
    assert "weil Sie die Seite beobachten" in shown
    reader.post(f"/beobachten/{page.pk}/", {"deed": "end", "from": "list"})
    assert [one.page_id for one in Watch.objects.all()] == [home.pk]
    for pk in (hidden.pk, 999_999):
        assert reader.get(f"/beobachten/{pk}/").status_code == 404
        assert reader.post(f"/beobachten/{pk}/", {"deed": "watch"}).status_code == 404


def test_whoever_leaves_watches_nothing_and_old_rows_go(cast: Cast) -> None:
    page = make_article(cast.space_a, "Steg")
    watch(page, person=cast.reader_a)
    change(page, "Etwas Neues.", actor=cast.publisher_a)
    assert any("Beobachten" in one for one in consequences_of_leaving(cast.reader_a))
    close_account(cast.reader_a, actor=cast.administrator, reason="geht")
    assert not Watch.objects.exists()
    change(page, "Noch etwas Neues.", actor=cast.publisher_a)
    assert Happening.objects.count() == 1, "nobody watches it"
    Happening.objects.update(happened_at=timezone.now() - KEPT - dt.timedelta(days=1))
    assert forget_old() == 1


@pytest.mark.both  # rows are locked while watchers are told
def test_telling_takes_as_many_queries_for_many_pages(cast: Cast) -> None:
    pages = [make_article(cast.space_a, f"Seite {n}") for n in range(8)]
    watch(home_of(cast.space_a), person=cast.reader_a)
    grant_role(cast.space_a, cast.publisher_b, Role.READER, actor=None)

    def queries(number: int) -> int:
        for page in pages[:number]:
            change(page, f"Stand {timezone.now()}", actor=cast.publisher_a)
        Happening.objects.filter(told_at__isnull=True).update(old=None)
        with CaptureQueriesContext(connection) as captured:
            assert tell_watchers() == 1
        in_words(cast.reader_a, list(notices_of(cast.reader_a)))
        return len(captured)

    queries(1)
    assert queries(2) == queries(8)
    unwatch(home_of(cast.space_a), person=cast.reader_a)


def test_a_tag_is_watched_over_all_spaces(cast: Cast) -> None:
    both, reader = cast.member_of_both, cast.reader_a
    steg, hafen = make_article(cast.space_a, "Steg"), make_article(cast.space_b, "Hafen")
    for page in (steg, hafen):
        PageTag.objects.create(page_id=page.pk, name="Licht", key="licht")
    PageTag.objects.create(page_id=hafen.pk, name="Tarnwort", key="tarnwort")
    client = signed_in(reader)
    assert "„Licht“" in client.get(f"/beobachten/{steg.pk}/").content.decode()
    for person in (both, reader):
        signed_in(person).post("/beobachten/schlagwort/licht/", {"deed": "watch"})
    for key in ("tarnwort", "gibt-es-nicht"):
        assert client.post(f"/beobachten/schlagwort/{key}/", {"deed": "watch"}).status_code == 404
    change(steg, "Etwas Neues.", actor=cast.publisher_a)
    change(hafen, "Auch etwas Neues.", actor=cast.publisher_b)
    assert tell_watchers() == 2
    why = "weil Sie das Schlagwort „Licht“ beobachten."
    assert [len(batch(one)) for one in (both, reader)] == [2, 1]
    assert batch(reader) == [f"„Steg“ wurde von {cast.publisher_a} geändert, {why}"]
    assert "Licht" in client.get("/beobachten/").content.decode()
    client.post("/beobachten/schlagwort/licht/", {"deed": "end"})
    change(steg, "Noch etwas Neues hier.", actor=cast.publisher_a)
    assert tell_watchers() == 1
    assert Watch.objects.get().person == both

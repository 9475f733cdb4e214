"""Saved searches tell their owner what is new to her, under her rights as they are, and nobody else anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import Http404
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.granting.services import grant_role, revoke_role
from access.roles import Role
from accounts import leaving, personal_data
from accounts.models import User
from notices.delivery import mail_daily
from notices.models import Notice
from notices.selectors import in_words, notices_of
from schedule.jobs import jobs
from search import conf, outbox
from search.engines.base import SearchEngine
from search.indexer import drain
from search.models import SavedSearch, Tell
from search.requests import SearchRequest
from search.saved import views as saved_views
from search.saved.new_matches import check_due, fresh_keys
from search.saved.selectors import new_matches
from search.saved.services import (
    AsksNothing,
    HasUnknownFilter,
    NameTaken,
    TooManySearches,
    forget_searches,
    mark_looked_at,
    remove_search,
    save_search,
)
from tests.conftest import Cast
from tests.search.shelf import ShelfSource, Thing

pytestmark = pytest.mark.django_db
SAVED = "/suche/gespeichert/"


def put(shelf: ShelfSource, space: Any, *names: str) -> None:
    for name in names:
        shelf.things[name] = Thing(space.pk, f"Hafen {name}", "Die Müllabfuhr")
    outbox.enqueue("shelf", names)
    drain()


def take(shelf: ShelfSource, name: str) -> None:
    del shelf.things[name]
    outbox.enqueue("shelf", [name])
    drain()


@pytest.fixture
def books(index: SearchEngine, shelf: ShelfSource, cast: Cast) -> ShelfSource:
    """One book in each space."""
    put(shelf, cast.space_a, "alt")
    put(shelf, cast.space_b, "fremd")
    return shelf


def keep(owner: User, text: str = "Müllabfuhr", *, tell: Tell = Tell.IN_APP) -> SavedSearch:
    return save_search(
        owner=owner, name=f"Suche {text}", request=SearchRequest(text=text), tell=tell
    )


def check() -> int:
    long_ago = timezone.now() - 2 * conf.SAVED_SEARCH_CHECK_AFTER
    SavedSearch.objects.filter(checked_at__isnull=False).update(checked_at=long_ago)
    return check_due()


def news(owner: User) -> list[str]:
    (found,) = new_matches(owner, SavedSearch.objects.filter(owner=owner))
    return sorted(card.title for card in found.cards)


def told(owner: User) -> list[str]:
    notices = list(notices_of(owner))
    words = in_words(owner, notices)
    return [f"{words[one.pk].title} {words[one.pk].text}" for one in notices if one.pk in words]


@pytest.mark.both
def test_what_matched_before_is_not_new_and_what_comes_is(books: ShelfSource, cast: Cast) -> None:
    keep(cast.reader_a)
    assert check() == 1
    assert (news(cast.reader_a), told(cast.reader_a)) == ([], [])
    put(books, cast.space_a, "neu")
    put(books, cast.space_b, "fremd neu")
    check()
    assert news(cast.reader_a) == ["Hafen neu"]
    (notice,) = told(cast.reader_a)
    assert notice.startswith("1 neuer Treffer für Ihre Suche „Suche Müllabfuhr“")
    assert "Hafen neu" in notice
    check()
    assert news(cast.reader_a) == ["Hafen neu"]
    assert Notice.objects.count() == 1


def test_a_page_that_comes_to_match_is_new(books: ShelfSource, cast: Cast) -> None:
    keep(cast.reader_a, "Straßenlaterne")
    books.things["alt"] = Thing(cast.space_a.pk, "Hafen alt", "Die Straßenlaterne")
    outbox.enqueue("shelf", ["alt"])
    drain()
    check()
    assert news(cast.reader_a) == ["Hafen alt"]


@pytest.mark.both
def test_a_right_that_is_gained_brings_news_and_one_that_is_lost_takes_them(
    books: ShelfSource, cast: Cast
) -> None:
    keep(cast.stranger)
    check()
    assert news(cast.stranger) == []
    grant_role(cast.space_b, cast.stranger, Role.READER, actor=None)
    check()
    assert news(cast.stranger) == ["Hafen fremd"]
    assert "Hafen fremd" in told(cast.stranger)[0]
    revoke_role(cast.space_b, cast.stranger, actor=None)
    # At once, before the search is looked at again: neither shown nor counted nor told.
    assert (news(cast.stranger), told(cast.stranger)) == ([], [])
    check()
    assert SavedSearch.objects.get().new_keys == []
    assert not Notice.objects.exists()
    grant_role(cast.space_b, cast.stranger, Role.READER, actor=None)
    check()
    assert news(cast.stranger) == ["Hafen fremd"]


def test_a_mail_is_written_with_the_rights_of_its_moment(books: ShelfSource, cast: Cast) -> None:
    for person in (cast.reader_a, cast.member_of_both):
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
        person.refresh_from_db()
        keep(person, tell=Tell.MAIL)
    put(books, cast.space_b, "fremd neu")
    put(books, cast.space_a, "neu")
    check()
    revoke_role(cast.space_b, cast.member_of_both, actor=None)
    assert mail_daily() == 2
    for message in mail.outbox:
        assert "Hafen neu" in message.body
        assert "fremd" not in message.body
    assert mail_daily() == 0


def test_confidential_matches_are_not_named_in_a_mail(books: ShelfSource, cast: Cast) -> None:
    User.objects.filter(pk=cast.reader_a.pk).update(email="a@example.org")
    cast.reader_a.refresh_from_db()
    keep(cast.reader_a, tell=Tell.MAIL)
    books.things["geheim"] = Thing(
        cast.space_a.pk, "Kanarienvogel", "Müllabfuhr", is_confidential=True
    )
    outbox.enqueue("shelf", ["geheim"])
    drain()
    check()
    assert mail_daily() == 1
    assert "Kanarienvogel" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"


def test_whoever_wants_no_notice_gets_none(books: ShelfSource, cast: Cast) -> None:
    keep(cast.reader_a, tell=Tell.NOT)
    put(books, cast.space_a, "neu")
    check()
    assert news(cast.reader_a) == ["Hafen neu"]
    assert not Notice.objects.exists()


def test_looking_at_a_search_ends_its_news_and_notices(books: ShelfSource, cast: Cast) -> None:
    saved = keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    check()
    mark_looked_at(saved)
    assert (news(cast.reader_a), Notice.objects.count()) == ([], 0)
    check()
    assert news(cast.reader_a) == []
    put(books, cast.space_a, "noch eins")
    check()
    assert news(cast.reader_a) == ["Hafen noch eins"]


def test_what_is_withdrawn_again_is_no_news_any_more(books: ShelfSource, cast: Cast) -> None:
    keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    check()
    take(books, "neu")
    assert news(cast.reader_a) == []
    check()
    assert not SavedSearch.objects.get().has_news
    assert not Notice.objects.exists()


def test_what_the_index_has_and_the_database_refuses_is_new_when_it_is_there(
    books: ShelfSource, cast: Cast
) -> None:
    keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    hidden = books.things.pop("neu")  # unpublished, and the index doesn't know yet
    check()
    assert (news(cast.reader_a), Notice.objects.count()) == ([], 0)
    books.things["neu"] = hidden
    check()
    assert news(cast.reader_a) == ["Hafen neu"]


def test_a_search_whose_filter_is_lost_is_not_widened(books: ShelfSource, cast: Cast) -> None:
    saved = keep(cast.member_of_both, "Müllabfuhr bereich:bereich-b")
    revoke_role(cast.space_b, cast.member_of_both, actor=None)
    put(books, cast.space_a, "neu")
    check()
    saved.refresh_from_db()
    assert saved.has_lost_filter
    assert news(cast.member_of_both) == []
    grant_role(cast.space_b, cast.member_of_both, Role.READER, actor=None)
    put(books, cast.space_b, "fremd neu")
    check()
    saved.refresh_from_db()
    assert not saved.has_lost_filter
    assert news(cast.member_of_both) == ["Hafen fremd neu"]


def test_while_the_engine_is_away_nothing_is_forgotten(
    books: ShelfSource, cast: Cast, engine_away: Callable[[], None]
) -> None:
    saved = keep(cast.reader_a)
    assert saved.known_keys is None
    assert check() == 0
    engine_away()
    check()
    assert news(cast.reader_a) == []  # what was there before is no news
    put(books, cast.space_a, "neu")
    check()
    assert news(cast.reader_a) == ["Hafen neu"]


def test_the_job_takes_who_waits_longest_and_stops_in_time(books: ShelfSource, cast: Cast) -> None:
    first, second = keep(cast.reader_a), keep(cast.reader_b)
    closed = keep(cast.inactive)
    now = timezone.now()
    SavedSearch.objects.filter(pk=first.pk).update(checked_at=now - timedelta(days=1))
    assert check_due(now=now) == 1
    assert check_due(now=now) == 0
    second.refresh_from_db()
    assert second.checked_at < now
    later = now + 2 * conf.SAVED_SEARCH_CHECK_AFTER
    assert check_due(now=later, turn_s=-1) == 0
    assert check_due(now=later) == 2
    closed.refresh_from_db()
    assert closed.checked_at < now
    job = jobs["search.saved"]
    assert job is not None
    assert job.run() == 0


def test_who_looked_while_the_search_ran_keeps_what_she_saw(
    books: ShelfSource, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.saved import new_matches

    saved = keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    compare = new_matches._compare

    def meanwhile(*args: Any) -> Any:
        mark_looked_at(SavedSearch.objects.get(pk=saved.pk))
        return compare(*args)

    monkeypatch.setattr(new_matches, "_compare", meanwhile)
    # Whoever looks each time has the job try until its turn is over.
    monkeypatch.setattr(conf, "SAVED_SEARCH_TURN_S", 0.2)
    check()
    assert SavedSearch.objects.get().new_keys == []
    assert not Notice.objects.exists()


def test_news_and_what_is_known_are_bounded(
    books: ShelfSource, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "SAVED_SEARCH_KEYS", 8)
    keep(cast.reader_a)
    put(books, cast.space_a, *(f"neu {number:02}" for number in range(30)))
    check()
    saved = SavedSearch.objects.get()
    assert len(saved.known_keys or ()) == 8
    assert len(saved.new_keys) <= conf.SAVED_SEARCH_NEW_KEYS
    assert not saved.knows_all


@given(
    known=st.lists(st.integers(0, 30), unique=True, max_size=12),
    now=st.lists(st.integers(0, 30), unique=True, max_size=12),
    knew_all=st.booleans(),
)
def test_new_is_only_what_was_not_known(known: list[int], now: list[int], knew_all: bool) -> None:
    fresh = fresh_keys([str(n) for n in known], [str(n) for n in now], knew_all=knew_all)
    assert not set(fresh) & {str(n) for n in known}
    assert [key for key in map(str, now) if key in set(fresh)] == fresh
    if knew_all:
        assert set(fresh) == {str(n) for n in now} - {str(n) for n in known}


def test_an_old_match_that_moves_up_is_not_new() -> None:
    assert fresh_keys(["c", "b"], ["d", "c", "a"], knew_all=False) == ["d"]
    assert fresh_keys(["c", "b"], ["d", "c", "a"], knew_all=True) == ["d", "a"]
    assert fresh_keys(["c", "b"], ["e", "d"], knew_all=False) == ["e", "d"]


def test_what_can_not_be_saved(books: ShelfSource, cast: Cast) -> None:
    keep(cast.reader_a)
    with pytest.raises(NameTaken):
        keep(cast.reader_a)
    keep(cast.reader_b)  # names are each person's own
    for text in ("", "   ", "x " * 3000):
        with pytest.raises(AsksNothing):
            keep(cast.reader_a, text)
    for text in ("Müll typ:quatsch", "Müll bereich:bereich-b"):
        with pytest.raises(HasUnknownFilter):
            keep(cast.reader_a, text)
    for number in range(conf.SAVED_SEARCHES_A_PERSON - 1):
        keep(cast.reader_a, f"Wort{number}")
    with pytest.raises(TooManySearches):
        keep(cast.reader_a, "zu viel")
    assert forget_searches(cast.reader_a) == conf.SAVED_SEARCHES_A_PERSON
    assert SavedSearch.objects.get().owner == cast.reader_b


def test_removing_a_search_takes_its_notices_along(books: ShelfSource, cast: Cast) -> None:
    saved = keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    check()
    remove_search(saved)
    assert not Notice.objects.exists()


# --- pages ------------------------------------------------------------------------------------------
def test_a_search_is_saved_from_the_search_page_and_opened_again(
    books: ShelfSource, cast: Cast, client: Client
) -> None:
    client.force_login(cast.reader_a)
    page = client.get("/suche/?q=Müllabfuhr&kind=article&page=2").content.decode()
    address = "/suche/gespeichert/neu/?q=M%C3%BCllabfuhr&amp;kind=article"
    assert f'href="{address}"' in page
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="Müllabfuhr"' in form
    answer = client.post(
        address.replace("&amp;", "&"), {"name": "Mein Müll", "tell": "in_app"}, follow=True
    )
    assert "Die Suche „Mein Müll“ ist gespeichert." in answer.content.decode()
    saved = SavedSearch.objects.get()
    assert (saved.owner, saved.tell) == (cast.reader_a, "in_app")
    assert "Mein Müll" in client.get(SAVED).content.decode()
    opened = client.get(f"{SAVED}{saved.pk}/")
    assert opened["Location"] == "/suche/?q=M%C3%BCllabfuhr&kind=article"


def test_the_list_shows_what_is_new_and_opening_ends_it(
    books: ShelfSource, cast: Cast, client: Client
) -> None:
    saved = keep(cast.reader_a)
    put(books, cast.space_a, "neu")
    check()
    client.force_login(cast.reader_a)
    shown = client.get(SAVED).content.decode()
    assert "1 neuer Treffer" in shown
    assert "Hafen neu" in shown
    client.head(f"{SAVED}{saved.pk}/")
    assert news(cast.reader_a) == ["Hafen neu"]
    client.get(f"{SAVED}{saved.pk}/")
    assert "neuer Treffer" not in client.get(SAVED).content.decode()


def test_a_saved_search_gets_another_name_and_is_removed(
    books: ShelfSource, cast: Cast, client: Client
) -> None:
    saved, other = keep(cast.reader_a), keep(cast.reader_a, "Hafen")
    client.force_login(cast.reader_a)
    address = f"{SAVED}{saved.pk}/aendern/"
    assert saved.name in client.get(address).content.decode()
    taken = client.post(address, {"name": other.name, "tell": "none"})
    assert "diesen Namen" in taken.content.decode()
    assert client.post(address, {"name": "Neu", "tell": "mail"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.tell) == ("Neu", "mail")
    assert client.post(f"{SAVED}{saved.pk}/entfernen/").status_code == 302
    assert SavedSearch.objects.get() == other


@pytest.mark.parametrize("data", [{}, {"name": ""}, {"name": "x" * 200, "tell": "none"},
                                  {"name": "x", "tell": "laut"}, {"name": "\x00", "tell": "none"}])  # fmt: skip
def test_bad_input_saves_nothing_and_says_why(
    books: ShelfSource, cast: Cast, client: Client, data: Any
) -> None:
    client.force_login(cast.reader_a)
    for address in (f"{SAVED}neu/?q=Hafen", f"{SAVED}{keep(cast.reader_a).pk}/aendern/"):
        answer = client.post(address, data)
        assert "Bitte prüfen Sie Ihre Angaben." in answer.content.decode()
    assert SavedSearch.objects.get().name == "Suche Müllabfuhr"
    nothing = client.post(f"{SAVED}neu/", {"name": "x", "tell": "none"})
    assert "nichts, wonach gesucht werden könnte" in nothing.content.decode()


def test_anothers_saved_search_answers_like_none(
    books: ShelfSource, cast: Cast, client: Client
) -> None:
    saved = keep(cast.reader_a)
    client.force_login(cast.reader_b)
    for path in ("", "aendern/"):
        hidden, missing = (
            client.get(f"{SAVED}{saved.pk}/{path}"),
            client.get(f"{SAVED}98765/{path}"),
        )
        assert hidden.status_code == missing.status_code == 404
    assert client.post(f"{SAVED}{saved.pk}/entfernen/").status_code == 404
    assert client.post(f"{SAVED}{saved.pk}/aendern/", {"name": "x"}).status_code == 404
    assert saved.name not in client.get(SAVED).content.decode()
    assert SavedSearch.objects.filter(pk=saved.pk).exists()


def test_with_another_persons_eyes_there_are_no_saved_searches(
    books: ShelfSource, cast: Cast, rf: Any
) -> None:
    saved = keep(cast.reader_a)
    request = rf.get(SAVED)
    request.user, request.acting_as = cast.reader_a, cast.reader_a
    for view in (saved_views.saved_searches, saved_views.new):
        with pytest.raises(Http404):
            view(request)
    with pytest.raises(Http404):
        saved_views.look(request, saved.pk)


def test_the_list_costs_the_same_however_much_is_new(
    books: ShelfSource, cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        keep(cast.reader_a, f"Müllabfuhr {number}")
    put(books, cast.space_a, *(f"neu {number}" for number in range(15)))
    check()
    client.force_login(cast.reader_a)
    with django_assert_max_num_queries(10):
        assert "15 neue Treffer" in client.get(SAVED).content.decode()


def test_saved_searches_are_told_to_their_owner_and_end_with_her_account(
    books: ShelfSource, cast: Cast
) -> None:
    keep(cast.reader_a)
    keep(cast.reader_b, "Hafen")
    (section,) = [
        one for one in personal_data.collect(cast.reader_a) if one.name == "saved_searches"
    ]
    assert [list(row.values())[:2] for row in section.rows] == [
        ["Suche Müllabfuhr", "/suche/?q=M%C3%BCllabfuhr"]
    ]
    assert "1 gespeicherte Suche wird gelöscht." in leaving.consequences_of_leaving(cast.reader_a)
    leaving.leave(cast.reader_a, actor=None, reason="")
    assert SavedSearch.objects.get().owner == cast.reader_b

"""One's notices on the platform."""

from __future__ import annotations

from http import HTTPStatus

from notices.kinds import Delivery
from notices.models import Notice
from notices.selectors import delivery_of
from notices.services import notify
from tests.factories import unread_count
from tests.notices.conftest import KIND


def test_the_header_counts_what_is_new_and_the_list_shows_it(cast, words, client):
    notify([cast.reader_a], KIND, key="page:1")
    client.force_login(cast.reader_a)

    page = client.get("/mitteilungen/")

    assert "About page:1" in page.text
    assert page.context["unread_notices"] == 1


def test_opening_a_notice_leads_on_and_marks_it_read(cast, words, client):
    notify([cast.reader_a], KIND)
    client.force_login(cast.reader_a)

    answer = client.get(f"/mitteilungen/{Notice.objects.get().pk}/")

    assert answer.url == "/suche/"
    assert unread_count(cast.reader_a) == 0


def test_anothers_notice_answers_like_none_and_stays_unread(cast, words, client):
    notify([cast.reader_a], KIND)
    pk = Notice.objects.get().pk
    client.force_login(cast.reader_b)

    hidden, missing = client.get(f"/mitteilungen/{pk}/"), client.get("/mitteilungen/987654/")

    assert hidden.status_code == missing.status_code == HTTPStatus.NOT_FOUND
    assert unread_count(cast.reader_a) == 1


def test_what_she_may_no_longer_see_is_not_in_the_list(cast, words, client):
    notify([cast.reader_a], KIND, key="page:1")
    words.barred.add(cast.reader_a.pk)
    client.force_login(cast.reader_a)

    page = client.get("/mitteilungen/")
    opened = client.get(f"/mitteilungen/{Notice.objects.get().pk}/")

    assert "page:1" not in page.text
    assert opened.status_code == HTTPStatus.NOT_FOUND


def test_everything_can_be_marked_as_read_by_post_only(cast, words, client):
    notify([cast.reader_a], KIND)
    client.force_login(cast.reader_a)

    assert client.get("/mitteilungen/gelesen/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert unread_count(cast.reader_a) == 1
    client.post("/mitteilungen/gelesen/")
    assert unread_count(cast.reader_a) == 0


def test_one_chooses_how_to_be_told(cast, words, client):
    client.force_login(cast.reader_a)
    form = client.get("/mitteilungen/einstellungen/").context["form"]
    chosen = dict.fromkeys(form.fields, Delivery.DAILY.value)

    client.post("/mitteilungen/einstellungen/", chosen)

    assert delivery_of(cast.reader_a)[KIND] is Delivery.DAILY
    assert delivery_of(cast.reader_b)[KIND] is Delivery.AT_ONCE


def test_an_odd_choice_is_refused_and_nothing_is_kept(cast, words, client):
    client.force_login(cast.reader_a)
    form = client.get("/mitteilungen/einstellungen/").context["form"]

    answer = client.post("/mitteilungen/einstellungen/", dict.fromkeys(form.fields, "by pigeon"))

    assert answer.context["form"].errors
    assert delivery_of(cast.reader_a)[KIND] is Delivery.AT_ONCE

"""Asking for access confirms nothing; stewards see the request, and only theirs."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import AccessRequest
from access.requests.services import (
    A_DAY,
    KEPT,
    ask_for_access,
    close_request,
    deliver_requests,
    forget_old,
    open_requests_for,
)
from access.roles import Role
from audit.context import RequestFacts, answering
from notices.models import Notice
from notices.selectors import in_words
from tests.factories import UserFactory, make_article, make_space, unread_count

ASK = "/zugriff/anfrage/"
REQUESTS = "/zugriff/anfragen/"


@pytest.fixture
def page(cast):
    return make_article(cast.space_a, "Verborgene Seite")


def sent(client, address, reason="Für die Streifenplanung"):
    return client.post(ASK, {"address": address, "reason": reason})


def test_hidden_and_missing_addresses_get_the_same_answer(cast, page, client):
    client.force_login(cast.reader_b)

    hidden = client.get(page.url)
    missing = client.get("/bereich-a/artikel/gibt-es-nicht/")
    answers = [sent(client, address) for address in (page.url, "/bereich-a/artikel/nichts/")]

    assert hidden.status_code == missing.status_code == HTTPStatus.NOT_FOUND
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # of the button to sign out
    assert token.sub("", hidden.text) == token.sub("", missing.text)
    assert f'href="{ASK}"' in hidden.text
    assert [(one.status_code, one.url) for one in answers] == [(HTTPStatus.FOUND, "/")] * 2
    shown = client.get("/").text
    assert "Ihre Anfrage wurde gesendet." in shown
    assert "Verborgene" not in shown


def test_a_request_leads_to_its_person_not_to_everybody_of_that_name(cast, page, client):
    ask_for_access(cast.reader_b, address=page.url, reason="Streifen")
    deliver_requests()
    namesake = UserFactory(username="other", first_name="reader_b")
    client.force_login(cast.steward_a)

    listed = client.get(REQUESTS).text
    share = f"/zugriff/seite/{page.pk}/?principal=user:{cast.reader_b.pk}"
    role = f"/zugriff/bereich/bereich-a/?wer=user:{cast.reader_b.pk}"
    assert share in listed
    assert role in listed
    form = client.get(share).text
    assert f'name="principal" value="user:{cast.reader_b.pk}"' in form
    assert str(namesake) not in form
    assert f"user:{cast.reader_b.pk}-choice" in client.get(role).text


@pytest.mark.parametrize(
    ("came_from", "shown"),
    [
        ("http://testserver/wissen/x/?q=1", "/wissen/x/"),
        ("https://example.org/wissen/", ""),
        (f"http://testserver{ASK}", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_the_address_that_was_followed_stands_in_the_form(cast, client, came_from, shown):
    client.force_login(cast.reader_b)
    form = client.get(ASK, headers={"referer": came_from}).context["form"]
    assert form.initial["address"] == shown


def test_asking_runs_the_same_queries_whatever_lies_at_the_address(cast, page, rf):
    counts = []
    for address in (page.url, "/bereich-a/artikel/nichts/"):
        facts = RequestFacts(rf.post(ASK))
        with answering(facts), CaptureQueriesContext(connection) as queries:
            ask_for_access(cast.reader_b, address=address, reason="Darum")
        assert len(facts.after_answer) == 1  # what lies there is looked up when the answer is sent
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_stewards_of_the_space_see_the_request_and_nobody_else(cast, page, client):
    client.force_login(cast.reader_b)
    sent(client, page.url)

    assert unread_count(cast.steward_a) == 1
    assert unread_count(cast.curator) == 0  # there is a steward who answers
    words = in_words(cast.steward_a, list(Notice.objects.filter(recipient=cast.steward_a)))
    assert [one.url for one in words.values()] == [REQUESTS]
    client.force_login(cast.steward_a)
    listed = client.get(REQUESTS).text
    assert "Verborgene Seite" in listed
    assert "Für die Streifenplanung" in listed
    client.force_login(cast.curator)
    assert "Verborgene Seite" in client.get(REQUESTS).text
    for person in (cast.reader_a, cast.publisher_a, cast.publisher_b, cast.administrator):
        client.force_login(person)
        assert client.get(REQUESTS).status_code == HTTPStatus.NOT_FOUND


def test_curators_are_told_where_there_is_no_steward_unless_the_space_opted_out(cast):
    curated, own = make_space("ohne"), make_space("eigen", is_curated=False)
    for space in (curated, own):
        ask_for_access(
            cast.reader_b, address=make_article(space, f"In {space.slug}").url, reason="Darum"
        )

    assert unread_count(cast.curator) == 1
    assert [one.space for one in open_requests_for(cast.curator)] == [curated]


def test_an_address_without_anything_tells_nobody(cast):
    for address in ("/gibt/es/nicht/", "/suche/", "/bilder/x.png", "/dateien/5/x.pdf", "/"):
        ask_for_access(cast.reader_b, address=address, reason="Darum")
    assert not Notice.objects.exists()
    assert set(AccessRequest.objects.values_list("state", flat=True)) == {"without_target"}


def test_what_she_may_read_already_is_no_request(cast, page):
    ask_for_access(cast.reader_a, address=page.url, reason="Darum")
    assert not open_requests_for(cast.steward_a)


def test_sharing_the_page_or_giving_a_role_answers_the_request(cast, page):
    ask_for_access(cast.reader_b, address=page.url, reason="Darum")
    ask_for_access(cast.stranger, address=page.url, reason="Darum")

    share_page(page, cast.reader_b, actor=cast.steward_a)
    assert [one.requester for one in open_requests_for(cast.steward_a)] == [cast.stranger]
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.steward_a)

    assert not open_requests_for(cast.steward_a)
    assert unread_count(cast.steward_a) == 0  # both notices are withdrawn
    assert unread_count(cast.reader_b) == unread_count(cast.stranger) == 1


def test_a_request_is_closed_without_telling_whoever_asked(cast, page, client):
    client.force_login(cast.reader_b)
    sent(client, page.url)
    number = AccessRequest.objects.get().pk
    client.force_login(cast.steward_a)

    client.post(REQUESTS, {"close": number})
    again = client.post(REQUESTS, {"close": number}, follow=True)

    assert AccessRequest.objects.get().state == AccessRequest.State.CLOSED
    assert unread_count(cast.reader_b) == 0
    assert "nicht mehr offen" in again.text


@pytest.mark.parametrize("number", ["", "x", "²", "-1", "9" * 30])
def test_an_odd_number_closes_nothing(cast, page, client, number):
    ask_for_access(cast.reader_b, address=page.url, reason="Darum")
    client.force_login(cast.steward_a)
    client.post(REQUESTS, {"close": number})
    assert AccessRequest.objects.get().state == AccessRequest.State.OPEN


def test_only_a_steward_of_its_space_closes_a_request(cast, page):
    ask_for_access(cast.reader_b, address=page.url, reason="Darum")
    request = AccessRequest.objects.get()
    for person in (cast.publisher_a, cast.publisher_b, cast.reader_b):
        with pytest.raises(PermissionDenied):
            close_request(request, actor=person)


def test_asking_again_replaces_the_open_request(cast, page):
    ask_for_access(cast.reader_b, address=page.url, reason="Erster Grund")
    ask_for_access(cast.reader_b, address=f"http://localhost:8000{page.url}?x=1", reason="Zweiter")
    assert [one.reason for one in open_requests_for(cast.steward_a)] == ["Zweiter"]
    assert unread_count(cast.steward_a) == 1


@pytest.mark.parametrize(
    "address",
    ["", "wissen", "https://example.org/wissen/", "http://[", "/" + "a" * 600, "/a\x00b", "//x/y"],
)
def test_an_address_of_somewhere_else_is_named_and_nothing_is_sent(cast, client, address):
    with pytest.raises(ValidationError):
        ask_for_access(cast.reader_b, address=address, reason="Darum")
    client.force_login(cast.reader_b)
    answer = sent(client, address)
    assert answer.status_code == HTTPStatus.OK
    assert answer.context["form"].errors
    assert not AccessRequest.objects.exists()


def test_many_requests_a_day_are_refused_whatever_lies_there(cast, page, client):
    client.force_login(cast.reader_b)
    for number in range(A_DAY):
        sent(client, f"/nichts/{number}/")

    for address in (page.url, "/nichts/"):
        assert "Bitte versuchen Sie es morgen wieder" in sent(client, address).text
    assert AccessRequest.objects.count() == A_DAY


def test_a_request_that_a_dying_process_left_is_delivered_later(cast, page):
    AccessRequest.objects.create(requester=cast.reader_b, address=page.url, reason="Darum")

    assert deliver_requests() == 1
    assert deliver_requests() == 0

    assert unread_count(cast.steward_a) == 1


def test_old_requests_are_forgotten(cast, page):
    ask_for_access(cast.reader_b, address=page.url, reason="Darum")
    assert forget_old() == 0
    AccessRequest.objects.update(created_at=timezone.now() - KEPT - dt.timedelta(days=1))
    assert forget_old() == 1

"""Asking for news: who is asked, how a body answers, how two answers become one, and how they are accepted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from access import rights
from access.granting.services import grant_role
from access.handling import Classification
from access.models import NarrowedPassage
from access.roles import Role
from accounts.models import Organisation, User
from accounts.personal_data import collect
from knowledge.measures import services as measures
from knowledge.measures.models import Entry, MeasurePage, MeasureResponsibility
from knowledge.measures.rules import Standing
from knowledge.reporting import notices, services
from knowledge.reporting.models import Answer, Inquiry, NewsRequest
from knowledge.reporting.notices import ASKED, people_asked, remind
from knowledge.reporting.selectors import overview_of
from notices.models import Notice
from notices.selectors import in_words
from tests.clock import be_on
from tests.conftest import Cast, signed_in
from tests.factories import OrganisationFactory, UserFactory, make_measure

SAID = {
    "state": "running",
    "assessment": "on_track",
    "done": "Zwei Begehungen.",
    "next_step": "Die dritte.",
}


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def make_asked(space: Any, number: int, *bodies: Organisation) -> MeasurePage:
    page = make_measure(space, number, f"Maßnahme Nr. {number}")
    for body in bodies:
        page.responsibilities.add(MeasureResponsibility(organisation=body))
    page.save_revision().publish()
    return MeasurePage.objects.get(pk=page.pk)


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    grant_role(cast.space_a, cast.reader_b, Role.READER, actor=None)
    return make_asked(cast.space_a, 16, cast.organisation_a, cast.organisation_b)


def ask(cast: Cast, *asked: MeasurePage, **more: Any) -> NewsRequest:
    request = NewsRequest(
        space=cast.space_a,
        title=more.pop("title", "Sachstand 2026"),
        as_of=more.pop("as_of", days(0)),
        due_on=days(14),
    )
    return services.ask(request, list(asked), actor=cast.publisher_a)


def inquiry_of(request: NewsRequest, body: Organisation) -> Inquiry:
    return Inquiry.objects.get(request=request, body=body)


def words(person: User, kind: str) -> Any:
    notice = Notice.objects.filter(recipient=person, kind=kind).latest("pk")
    return in_words(person, [notice]).get(notice.pk)


# --- asking -------------------------------------------------------------------------------------------
def test_every_body_is_asked_and_only_who_may_read_the_measure_is_told(
    cast: Cast, measure: MeasurePage
) -> None:
    measures.name_contact(measure, cast.organisation_a, cast.reader_a, actor=None)
    request = ask(cast, measure)
    told = set(Notice.objects.filter(kind=ASKED).values_list("recipient", flat=True))
    assert told == {cast.reader_a.pk, cast.reader_b.pk}  # of B nobody else reads the measure
    said = words(cast.reader_b, ASKED)
    assert "Sachstand 2026" in said.title
    assert "Nr. 16" not in f"{said.title}{said.text}"  # no title of a measure in a mail
    assert (
        signed_in(cast.reader_b).get(said.url).url == inquiry_of(request, cast.organisation_b).url
    )
    assert [row.how for row in overview_of(cast.publisher_a, request.pk).rows] == [
        "missing",
        "missing",
    ]


def test_one_notice_asks_for_all_measures_of_a_person(cast: Cast, measure: MeasurePage) -> None:
    ask(cast, measure, make_asked(cast.space_a, 17, cast.organisation_b))
    assert Notice.objects.filter(kind=ASKED, recipient=cast.reader_b).count() == 1
    assert "2 Maßnahmen" in words(cast.reader_b, ASKED).text


def test_telling_reads_the_rights_of_each_person_once(
    cast: Cast, measure: MeasurePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(
        cast, measure, *(make_asked(cast.space_a, 17 + n, cast.organisation_b) for n in range(3))
    )
    read: list[User] = []
    real = rights._load
    monkeypatch.setattr(rights, "_load", lambda person: read.append(person) or real(person))
    notices.tell_of_request(request)
    assert read.count(cast.reader_b) == 1


@pytest.mark.parametrize(("name", "may"), [
    ("publisher_a", True), ("steward_a", True), ("curator", True), ("contributor_a", False), ("reader_a", False),
    ("publisher_b", False), ("member_of_both", False), ("administrator", False), ("stranger", False),
])  # fmt: skip
def test_publishers_ask_and_accept(cast: Cast, measure: MeasurePage, name: str, may: bool) -> None:
    client = signed_in(getattr(cast, name))
    data = {
        "title": "Zum Jahresende", "as_of": days(0).isoformat(), "due_on": days(9).isoformat(),
        "measures": [measure.pk],
    }  # fmt: skip
    answer = client.post(f"/abfragen/neu/{cast.space_a.slug}/", data)
    assert (answer.status_code, NewsRequest.objects.count()) == ((302, 1) if may else (404, 0))
    request = NewsRequest.objects.first() or ask(cast, measure)
    inquiry = inquiry_of(request, cast.organisation_b)
    for url in (request.url, f"/abfragen/annehmen/{inquiry.pk}/"):
        assert client.get(url).status_code == (200 if may else 404)
    entry = Entry(measure=measure, text="x", happened_on=days(0))
    if not may:
        with pytest.raises(PermissionDenied):
            services.accept(inquiry, entry, Standing(""), actor=getattr(cast, name))


@pytest.mark.parametrize(("field", "typed", "said"), [
    ("due_on", "20255-01-01", "Das Jahr 20255"), ("due_on", "2020-01-01", "Dieser Tag ist vorbei"),
    ("as_of", "irgendwann", "kein Tag"), ("measures", [], ""),
])  # fmt: skip
def test_what_can_t_be_asked_is_said(
    cast: Cast, measure: MeasurePage, field: str, typed: Any, said: str
) -> None:
    data = {
        "title": "x",
        "as_of": days(0).isoformat(),
        "due_on": days(9).isoformat(),
        "measures": [measure.pk],
    }
    answer = signed_in(cast.publisher_a).post(
        f"/abfragen/neu/{cast.space_a.slug}/", data | {field: typed}
    )
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert said in answer.content.decode()
    assert not NewsRequest.objects.exists()


# --- answering ----------------------------------------------------------------------------------------
def test_unchanged_is_one_click_and_shows_what_was_said_last_time(
    cast: Cast, measure: MeasurePage
) -> None:
    first = ask(cast, measure, as_of=days(-365))
    services.send_answer(inquiry_of(first, cast.organisation_b), SAID, actor=cast.reader_b)
    second = ask(cast, measure)
    inquiry = inquiry_of(second, cast.organisation_b)
    client = signed_in(cast.reader_b)
    assert "Zwei Begehungen." in client.get(inquiry.url).content.decode()
    assert client.post(inquiry.url, {"unchanged": "1"}).status_code == 302
    answer = inquiry.answers.get()
    assert (answer.is_unchanged, answer.done, answer.state) == (True, "Zwei Begehungen.", "running")
    with pytest.raises(ValidationError):  # nothing to say and nothing chosen
        services.send_answer(inquiry, {"state": "running"}, actor=cast.reader_b)


def test_a_draft_is_kept_for_its_author_alone(cast: Cast, measure: MeasurePage) -> None:
    inquiry = inquiry_of(ask(cast, measure), cast.organisation_a)
    client = signed_in(cast.reader_a)
    seen = client.get(inquiry.url).context["seen"]
    client.post(inquiry.url, {"done": "Halb fertig", "draft": "1", "seen": seen})
    assert "Halb fertig" in client.get(inquiry.url).content.decode()
    for other in (cast.contributor_a, cast.publisher_a):
        assert "Halb fertig" not in signed_in(other).get(inquiry.url).content.decode()
    shown = signed_in(cast.publisher_a).get(f"/abfragen/annehmen/{inquiry.pk}/").content.decode()
    assert "Halb fertig" not in shown
    # the same answer in another window, opened before
    late = client.post(inquiry.url, {"done": "Aus dem alten Fenster", "send": "1", "seen": seen})
    assert late.status_code == 400
    assert "inzwischen geändert" in late.content.decode()
    assert "Aus dem alten Fenster" in late.content.decode()
    assert inquiry.answers.get().done == "Halb fertig"


def test_it_is_handed_on_within_the_body(cast: Cast, measure: MeasurePage) -> None:
    inquiry = inquiry_of(ask(cast, measure), cast.organisation_b)
    with pytest.raises(ValidationError, match="eigenen Organisation"):
        services.hand_on(inquiry, cast.reader_a, actor=cast.reader_b)
    with pytest.raises(ValidationError, match="nicht lesen"):  # a request opens nothing
        services.hand_on(inquiry, cast.publisher_b, actor=cast.reader_b)
    colleague = UserFactory(organisation=cast.organisation_b)
    grant_role(cast.space_a, colleague, Role.READER, actor=None)
    signed_in(cast.reader_b).post(f"{inquiry.url}weitergeben/", {"colleague": colleague.pk})
    inquiry.refresh_from_db()
    assert people_asked(inquiry) == [colleague]
    assert "Nr. 16" in words(colleague, "reporting.handed_on").title
    assert signed_in(colleague).post(inquiry.url, {"unchanged": "1"}).status_code == 302
    assert Answer.objects.get().author == colleague
    assert "Antwort" in str(collect(colleague))


@pytest.mark.both
def test_two_answers_of_a_body_are_merged_by_its_contact_and_none_is_lost(
    cast: Cast, measure: MeasurePage
) -> None:
    measures.name_contact(measure, cast.organisation_a, cast.reader_a, actor=None)
    request = ask(cast, measure)
    inquiry = inquiry_of(request, cast.organisation_a)
    services.send_answer(inquiry, SAID, actor=cast.contributor_a)
    services.send_answer(inquiry, {**SAID, "done": "Eine Schulung."}, actor=cast.reader_a)
    assert {row.how for row in overview_of(cast.publisher_a, request.pk).rows} == {
        "double",
        "missing",
    }
    assert not signed_in(cast.contributor_a).get(inquiry.url).context["is_merging"]
    with pytest.raises(PermissionDenied):
        services.merge_answers(inquiry, SAID, actor=cast.contributor_a, seen="")
    client = signed_in(cast.reader_a)
    page = client.get(inquiry.url)
    assert page.context["form"]["done"].value() == "Zwei Begehungen.\n\nEine Schulung."
    data = {
        **SAID,
        "done": "Zwei Begehungen und eine Schulung.",
        "merge": "1",
        "seen": page.context["seen"],
    }
    services.send_answer(inquiry, {**SAID, "done": "Nachgetragen."}, actor=cast.contributor_a)
    assert client.post(inquiry.url, data).status_code == 400  # somebody wrote more meanwhile
    data["seen"] = client.get(inquiry.url).context["seen"]
    assert client.post(inquiry.url, data).status_code == 302
    inquiry = inquiry_of(request, cast.organisation_a)
    assert [one.done for one in services.sent_answers(inquiry)] == [
        "Zwei Begehungen und eine Schulung."
    ]
    assert Answer.objects.filter(merged_at__isnull=False).get().done == "Nachgetragen."
    shown = signed_in(cast.publisher_a).get(f"/abfragen/annehmen/{inquiry.pk}/").content.decode()
    assert "Nachgetragen." in shown


def test_an_answer_after_the_day_is_late_and_after_the_end_a_draft(
    cast: Cast, measure: MeasurePage
) -> None:
    request = ask(cast, measure)
    inquiry = inquiry_of(request, cast.organisation_b)
    NewsRequest.objects.update(due_on=days(-1))
    services.send_answer(inquiry, SAID, actor=cast.reader_b)
    rows = {row.inquiry.body: row for row in overview_of(cast.publisher_a, request.pk).rows}
    assert rows[cast.organisation_b].is_late
    services.close_request(request, actor=cast.publisher_a)
    other = inquiry_of(request, cast.organisation_a)
    client = signed_in(cast.reader_a)
    refused = client.post(other.url, {**SAID, "send": "1", "seen": "new"})
    assert refused.status_code == 400
    assert "als Entwurf aufbewahrt" in refused.content.decode()
    assert Answer.objects.get(author=cast.reader_a).sent_at is None
    assert "Zwei Begehungen." in client.get(other.url).content.decode()
    services.reopen_request(request, actor=cast.publisher_a, due_on=days(3))
    client.post(other.url, {**SAID, "send": "1", "seen": client.get(other.url).context["seen"]})
    assert Answer.objects.get(author=cast.reader_a).sent_at is not None


# --- who is missing -----------------------------------------------------------------------------------
def test_who_is_missing_is_reminded_and_not_twice_in_five_days(
    cast: Cast, measure: MeasurePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(cast, measure)
    services.send_answer(inquiry_of(request, cast.organisation_a), SAID, actor=cast.reader_a)
    Notice.objects.all().delete()
    client = signed_in(cast.publisher_a)
    client.post(f"{request.url}aendern/", {"remind": "1"})
    assert set(Notice.objects.filter(kind=ASKED).values_list("recipient", flat=True)) == {
        cast.reader_b.pk
    }
    assert services.remind_missing(request, actor=cast.publisher_a) == services.Reminded(0, 1)
    reminded = []
    for past in range(-14, 32):
        be_on(monkeypatch, request.due_on + dt.timedelta(days=past))
        if remind():
            reminded.append(past)
    assert reminded == [-7, -1, 4, 9, 30]


def test_a_body_that_is_dissolved_meanwhile_is_missed_no_longer(
    cast: Cast, measure: MeasurePage
) -> None:
    request = ask(cast, measure)
    cast.organisation_b.left_at = timezone.now()
    cast.organisation_b.save()
    found = overview_of(cast.publisher_a, request.pk)
    assert found.missing == 1
    assert found.counts["dissolved"] == 1
    assert services.remind_missing(request, actor=cast.publisher_a).told == 1
    inquiry = inquiry_of(request, cast.organisation_b)
    shown = signed_in(cast.publisher_a).get(f"/abfragen/annehmen/{inquiry.pk}/").content.decode()
    assert "ausgeschieden" in shown
    services.accept(
        inquiry, Entry(measure=measure, text="Aus den Akten.", happened_on=days(0)), Standing("paused"),
        actor=cast.publisher_a,
    )  # fmt: skip
    assert Entry.objects.get().body == cast.organisation_b


def test_a_body_of_which_nobody_may_read_the_measure_is_named(cast: Cast) -> None:
    closed = UserFactory().organisation
    request = ask(cast, make_asked(cast.space_a, 18, closed))
    assert overview_of(cast.publisher_a, request.pk).counts["unreached"] == 1
    assert not Notice.objects.filter(kind=ASKED).exists()


# --- accepting ----------------------------------------------------------------------------------------
def test_an_answer_is_accepted_beside_the_original_and_the_body_sees_it(
    cast: Cast, measure: MeasurePage
) -> None:
    request = ask(cast, measure)
    inquiry = inquiry_of(request, cast.organisation_b)
    services.send_answer(inquiry, {**SAID, "obstacles": "Es regnet."}, actor=cast.reader_b)
    client = signed_in(cast.publisher_a)
    page = client.get(f"/abfragen/annehmen/{inquiry.pk}/")
    assert (
        page.context["form"]["text"].value() == "Zwei Begehungen.\n\nWas im Weg steht: Es regnet."
    )
    data = {
        "state": "running", "assessment": "delayed", "reason": "Wetter", "text": "Zwei von drei Begehungen.",
        "classification": "internal", "seen": page.context["seen"],
    }  # fmt: skip
    narrowed = {"only_for": [cast.organisation_a.pk]}
    refused = client.post(f"/abfragen/annehmen/{inquiry.pk}/", data | narrowed)
    assert "nicht unter den gewählten" in refused.content.decode()
    assert MeasurePage.objects.get(pk=measure.pk).state == ""  # nothing half
    assert client.post(f"/abfragen/annehmen/{inquiry.pk}/", data).status_code == 302
    after = MeasurePage.objects.get(pk=measure.pk)
    assert (after.state, after.assessment, after.assessment_reason) == (
        "running",
        "delayed",
        "Wetter",
    )
    assert Entry.objects.get().body == cast.organisation_b
    shown = signed_in(cast.reader_b).get(inquiry.url).content.decode()
    assert "Zwei von drei Begehungen." in shown
    assert "Zwei Begehungen." in shown  # the original stays
    assert "angenommen" in words(cast.reader_b, "reporting.accepted").title
    with pytest.raises(ValidationError, match="angenommen"):
        services.send_answer(inquiry, SAID, actor=cast.reader_b)
    again = client.post(f"/abfragen/annehmen/{inquiry.pk}/", data)  # the other of two coordinators
    assert again.status_code == 400
    assert "schon angenommen" in again.content.decode()
    assert Entry.objects.count() == 1


def test_an_accepted_entry_may_be_narrowed_with_the_body_among_its_readers(
    cast: Cast, measure: MeasurePage
) -> None:
    inquiry = inquiry_of(ask(cast, measure), cast.organisation_b)
    services.accept(
        inquiry, Entry(measure=measure, text="Nur unter uns", happened_on=days(0)), Standing("running"),
        actor=cast.publisher_a, only_for=[cast.organisation_a, cast.organisation_b],
    )  # fmt: skip
    assert NarrowedPassage.objects.get().organisations.count() == 2
    assert "Nur unter uns" in signed_in(cast.reader_b).get(inquiry.url).content.decode()
    assert "Nur unter uns" not in signed_in(cast.curator).get(measure.url).content.decode()


def test_a_measure_changed_meanwhile_is_not_overwritten(cast: Cast, measure: MeasurePage) -> None:
    inquiry = inquiry_of(ask(cast, measure), cast.organisation_b)
    client = signed_in(cast.publisher_a)
    seen = client.get(f"/abfragen/annehmen/{inquiry.pk}/").context["seen"]
    measures.assess(measure, Standing("dropped"), actor=cast.steward_a)
    data = {
        "state": "running",
        "text": "Läuft.",
        "classification": Classification.INTERNAL,
        "seen": seen,
    }
    answer = client.post(f"/abfragen/annehmen/{inquiry.pk}/", data)
    assert answer.status_code == 400
    assert "Läuft." in answer.content.decode()
    assert MeasurePage.objects.get(pk=measure.pk).state == "dropped"
    assert not Entry.objects.exists()


# --- rights -------------------------------------------------------------------------------------------
def test_a_body_sees_its_own_inquiries_alone(cast: Cast, measure: MeasurePage) -> None:
    request = ask(cast, measure)
    services.send_answer(inquiry_of(request, cast.organisation_a), SAID, actor=cast.reader_a)
    theirs, ours = (inquiry_of(request, one) for one in (cast.organisation_a, cast.organisation_b))
    client = signed_in(cast.reader_b)
    assert client.get(ours.url).status_code == 200
    assert client.get(theirs.url).status_code == 404
    assert client.post(theirs.url, {"unchanged": "1"}).status_code == 404
    assert client.get(request.url).status_code == 404
    # of the same body, without the right to read the measure: not even its title
    for url in (ours.url, "/abfragen/", "/"):
        answer = signed_in(cast.publisher_b).get(url)
        assert "Nr. 16" not in answer.content.decode()
    assert signed_in(cast.publisher_b).get(ours.url).status_code == 404


def test_the_overview_asks_as_often_for_many_bodies_as_for_few(
    cast: Cast, measure: MeasurePage, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.publisher_a)

    def count(request: NewsRequest, url: str) -> int:
        for inquiry in request.inquiries.filter(body=cast.organisation_a):
            services.send_answer(inquiry, SAID, actor=cast.reader_a)
        client.get(url)
        with django_assert_max_num_queries(30) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    few = ask(cast, measure)
    counted = (count(few, few.url), count(few, "/abfragen/"))
    more = [
        make_asked(cast.space_a, number, cast.organisation_a, OrganisationFactory())
        for number in range(20, 25)
    ]
    many = ask(cast, measure, *more)
    assert (count(many, many.url), count(many, "/abfragen/")) == counted

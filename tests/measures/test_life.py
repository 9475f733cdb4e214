"""A measure over the years: state and assessment, milestones, entries, needs, where it goes on, what it is tied to."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from access.audience import keep_audience, may_see_audience
from access.handling import Classification
from access.models import NarrowedPassage
from audit.models import Entry as AuditEntry
from knowledge.basepage.models import OldAddress
from knowledge.council.models import PaperIndexPage, PaperPage
from knowledge.measures import services
from knowledge.measures.models import (
    Assessment,
    Change,
    Contact,
    Entry,
    GoesOnIn,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
    Need,
    NeedKind,
    Outcome,
    State,
    Succession,
)
from knowledge.measures.rules import Standing, proposal
from knowledge.measures.selectors import measure_details, states_on
from knowledge.measures.services import Origin, stamp_of
from knowledge.measures.succession import go_on_in, take_back, tie
from knowledge.writing.services import draft_of, publish, save_draft
from knowledge.writing.services import stamp_of as version_of
from tests.conftest import Cast, signed_in
from tests.factories import (
    OrganisationFactory,
    home_of,
    make_article,
    make_measure,
    publish_below,
)


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    page = make_measure(cast.space_a, 16, "Müllpolizei", horizon="long_term")
    page.responsibilities.add(
        MeasureResponsibility(organisation=cast.organisation_a),
        MeasureResponsibility(organisation=cast.organisation_b),
    )
    page.save_revision().publish()
    return MeasurePage.objects.get(pk=page.pk)


def milestone(measure: MeasurePage, due: int, **more: Any) -> Milestone:
    return Milestone(
        measure=measure, title=more.pop("title", "Prüfauftrag"), due_on=days(due), **more
    )


def entry(measure: MeasurePage, text: str = "Es ging los.", **more: Any) -> Entry:
    return Entry(measure=measure, text=text, happened_on=more.pop("on", days(0)), **more)


def sentence(raised: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(raised.value.messages)


# --- state and assessment -----------------------------------------------------------------------------
def test_state_and_assessment_are_apart_and_have_a_history(
    cast: Cast, measure: MeasurePage
) -> None:
    actor = cast.publisher_a
    services.assess(measure, Standing(State.PLANNED), actor=actor, on=days(-400))
    services.assess(
        measure, Standing(State.RUNNING, Assessment.ON_TRACK), actor=actor, on=days(-30)
    )
    after = services.assess(
        measure, Standing(State.RUNNING, Assessment.STALLED, "Es fehlt  Personal."), actor=actor
    )
    assert (after.state, after.assessment, after.assessment_reason, after.state_since) == (
        "running", "stalled", "Es fehlt Personal.", days(-30),
    )  # fmt: skip
    said = list(
        Change.objects.filter(measure=measure).order_by("pk").values_list("before", "after")
    )
    assert said == [
        ("", "planned"),
        ("planned", "running"),
        ("", "on_track"),
        ("on_track", "stalled"),
    ]
    assert states_on([measure.pk], days(-31)) == {measure.pk: State.PLANNED}
    assert states_on([measure.pk], days(0)) == {measure.pk: State.RUNNING}
    assert AuditEntry.objects.filter(action="measure.state", actor=actor).count() == 2
    shown = signed_in(cast.reader_a).get(f"/massnahme/{measure.pk}/verlauf/").content.decode()
    assert "in Umsetzung" in shown


@pytest.mark.parametrize(("standing", "field", "said"), [
    (Standing("done", "on_track"), "assessment", "umgesetzt oder verworfen"),
    (Standing("running", "delayed"), "reason", "in einem Satz"),
    (Standing("running", "on_track"), "reason", "nicht erreicht"),
    (Standing("done"), "state", "noch nicht erreicht"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused_with_a_sentence(
    cast: Cast, measure: MeasurePage, standing: Standing, field: str, said: str
) -> None:
    milestone(measure, -3).save()
    with pytest.raises(ValidationError) as raised:
        services.assess(measure, standing, actor=cast.publisher_a)
    assert list(raised.value.error_dict) == [field]
    assert said in sentence(raised)
    assert MeasurePage.objects.get(pk=measure.pk).state == ""


def test_milestones_are_held_against_the_state_too(cast: Cast, measure: MeasurePage) -> None:
    services.assess(measure, Standing(State.NOT_STARTED), actor=cast.publisher_a)
    with pytest.raises(ValidationError, match="nicht begonnen"):
        services.keep_milestone(milestone(measure, -5, done_on=days(-1)), actor=cast.publisher_a)
    services.assess(measure, Standing(State.DONE), actor=cast.publisher_a)
    with pytest.raises(ValidationError, match="umgesetzt"):
        services.keep_milestone(milestone(measure, 5), actor=cast.publisher_a)
    assert not measure.milestones.exists()


def test_a_late_milestone_proposes_and_a_person_decides(cast: Cast, measure: MeasurePage) -> None:
    services.assess(measure, Standing(State.RUNNING, Assessment.ON_TRACK), actor=cast.publisher_a)
    late = services.keep_milestone(milestone(measure, 2), actor=cast.publisher_a)
    Milestone.objects.filter(pk=late.pk).update(due_on=days(-2))
    assert MeasurePage.objects.get(pk=measure.pk).assessment == "on_track"  # nothing by itself
    client = signed_in(cast.publisher_a)
    shown = client.get(measure.url)
    assert shown.context["details"].proposal == late
    assert "Sie entscheiden" in shown.content.decode()
    assert signed_in(cast.reader_a).get(measure.url).context["details"].proposal is None
    client.post(
        f"/massnahme/{measure.pk}/vorschlag/",
        {"seen": shown.context["stamp"], "reason": "Der Meilenstein ist überfällig."},
    )
    after = MeasurePage.objects.get(pk=measure.pk)
    assert (after.assessment, after.assessment_reason) == (
        "delayed",
        "Der Meilenstein ist überfällig.",
    )
    assert proposal(services.standing_of(after), [late]) is None


def test_no_version_of_the_page_brings_an_old_state_back(cast: Cast, measure: MeasurePage) -> None:
    draft = draft_of(measure)
    draft.note = "Neu."
    save_draft(draft, actor=cast.publisher_a, stamp=version_of(draft))
    services.assess(measure, Standing(State.RUNNING, Assessment.ON_TRACK), actor=cast.publisher_a)
    stale = draft_of(measure)
    stale.state = "dropped"
    published = publish(stale, actor=cast.publisher_a, stamp=version_of(stale))
    assert (published.note, published.state, published.assessment) == (
        "Neu.",
        "running",
        "on_track",
    )
    first = measure.revisions.order_by("pk").first()
    first.publish()
    assert MeasurePage.objects.get(pk=measure.pk).state == "running"


def test_a_new_entry_is_of_today_and_of_ones_own_body(cast: Cast, measure: MeasurePage) -> None:
    form = signed_in(cast.publisher_a).get(f"{measure.url}?form=entry").context["opened"].form
    assert form["happened_on"].value() == timezone.localdate()
    assert form["body"].value() == cast.publisher_a.organisation_id


@pytest.mark.both
def test_the_second_of_two_editors_is_told_and_keeps_the_text(
    cast: Cast, measure: MeasurePage
) -> None:
    client = signed_in(cast.publisher_a)
    form = client.get(f"{measure.url}?form=state").context["opened"]
    services.assess(measure, Standing(State.PAUSED), actor=cast.steward_a)
    answer = client.post(
        f"/massnahme/{measure.pk}/form/state/",
        {
            "seen": form.seen,
            "f-state": "running",
            "f-assessment": "delayed",
            "f-reason": "Mein Grund",
        },
    )
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "inzwischen geändert" in shown
    assert "Mein Grund" in shown
    assert MeasurePage.objects.get(pk=measure.pk).state == "paused"


# --- milestones ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("data", "said"), [
    ({"starts_on": 9, "due_on": 3}, "bevor er beginnt"),
    ({"due_on": 3, "done_on": 1}, "liegt noch vor uns"),
    ({"starts_on": -2, "due_on": 3, "done_on": -3}, "nicht erreicht sein, bevor"),
    ({"due_on": 365 * 1000}, "Das Jahr 30"),
])  # fmt: skip
def test_days_of_milestones_must_fit(
    cast: Cast, measure: MeasurePage, data: dict[str, int], said: str
) -> None:
    milestone = Milestone(measure=measure, title="x", **{key: days(n) for key, n in data.items()})
    with pytest.raises(ValidationError) as raised:
        services.keep_milestone(milestone, actor=cast.publisher_a)
    assert said in sentence(raised)
    assert not measure.milestones.exists()


@pytest.mark.parametrize(("typed", "said"), [
    ("20255-03-01", "Das Jahr 20255"), ("31.02.2027", "kein Tag"), ("demnächst", "kein Tag"), ("0202-01-01", "202"),
])  # fmt: skip
def test_a_day_that_is_none_is_answered_in_its_place(
    cast: Cast, measure: MeasurePage, typed: str, said: str
) -> None:
    answer = signed_in(cast.publisher_a).post(
        f"/massnahme/{measure.pk}/form/milestone/", {"f-title": "Begehung", "f-due_on": typed}
    )
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert said in shown
    assert "Begehung" in shown
    assert not measure.milestones.exists()


# --- entries and their readers ------------------------------------------------------------------------
def test_a_narrowed_entry_is_for_its_organisations_alone(cast: Cast, measure: MeasurePage) -> None:
    both = (cast.organisation_a, cast.organisation_b)
    told = services.write_entry(entry(measure, "Für alle"), actor=cast.publisher_a)
    mine = services.write_entry(
        entry(measure, "Nur für A"), actor=cast.publisher_a, only_for=[cast.organisation_a]
    )
    ours = services.write_entry(entry(measure, "Für beide"), actor=cast.publisher_a, only_for=both)
    for person in (
        cast.reader_a,
        cast.publisher_a,
        cast.member_of_both,
        cast.curator,
        cast.reader_b,
        cast.stranger,
    ):
        seen = set(Entry.objects.visible_to(person))
        reads = MeasurePage.objects.visible_to(person).filter(pk=measure.pk).exists()
        for one in (told, mine, ours):
            row = NarrowedPassage.objects.filter(key=one.key).first()
            audience = None if row is None else {body.pk for body in row.organisations.all()}
            assert (one in seen) is (reads and may_see_audience(person, audience))
    shown = signed_in(cast.curator).get(measure.url).content.decode()
    assert "Für alle" in shown
    assert "Nur für A" not in shown
    assert "Nur für A" in signed_in(cast.reader_a).get(measure.url).content.decode()
    # nobody corrects or deletes what is narrowed to others, whatever the role
    form = f"/massnahme/{measure.pk}/form/entry-{mine.pk}/"
    assert signed_in(cast.curator).post(form, {"drop": "1"}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.delete_entry(mine, actor=cast.curator)


def test_the_form_offers_no_body_for_which_only_hidden_entries_are(
    cast: Cast, measure: MeasurePage
) -> None:
    third = OrganisationFactory(short_name="Amt C")
    mine = services.write_entry(entry(measure), actor=None, only_for=[cast.organisation_a])
    hidden = services.write_entry(entry(measure), actor=None, only_for=[third])

    def offered() -> set[Any]:
        form = signed_in(cast.publisher_a).get(f"{measure.url}?form=entry").context["opened"].form
        return set(form.fields["only_for"].queryset)

    assert offered() == {cast.organisation_a, cast.organisation_b}
    keep_audience(mine.key, [cast.organisation_a, third], pages=[measure.pk])
    assert hidden not in Entry.objects.visible_to(cast.publisher_a)
    assert offered() == {cast.organisation_a, cast.organisation_b, third}


def test_nobody_narrows_an_entry_away_from_themselves(cast: Cast, measure: MeasurePage) -> None:
    with pytest.raises(ValidationError, match="Ihre eigene Organisation"):
        services.write_entry(entry(measure), actor=cast.publisher_a, only_for=[cast.organisation_b])


def test_public_is_for_stewards_and_confidential_for_confidential_pages(
    cast: Cast, measure: MeasurePage
) -> None:
    public = entry(measure, classification=Classification.PUBLIC)
    with pytest.raises(ValidationError, match="weniger strenge"):
        services.write_entry(public, actor=cast.publisher_a)
    services.write_entry(public, actor=cast.steward_a)
    with pytest.raises(ValidationError, match="nicht vertraulich"):
        services.write_entry(
            entry(measure, classification=Classification.CONFIDENTIAL), actor=cast.publisher_a
        )
    MeasurePage.objects.filter(pk=measure.pk).update(classification="confidential")
    assert Entry.objects.select_related("measure").get().handling == Classification.CONFIDENTIAL


def test_the_origin_shows_to_who_may_go_there(cast: Cast, measure: MeasurePage) -> None:
    article = make_article(cast.space_b, "Geheime Sitzung")
    services.write_entry(entry(measure), actor=None, origin=Origin(article, reference="ÖR 2026/14"))
    assert "ÖR 2026/14" in signed_in(cast.member_of_both).get(measure.url).content.decode()
    hidden = signed_in(cast.reader_a).get(measure.url).content.decode()
    assert "ÖR 2026/14" not in hidden
    assert "eheime" not in hidden


@pytest.mark.parametrize(("name", "may"), [
    ("publisher_a", True), ("steward_a", True), ("curator", True), ("reader_a", False), ("contributor_a", False),
    ("publisher_b", False), ("member_of_both", False), ("administrator", False), ("stranger", False),
])  # fmt: skip
def test_publishers_of_the_space_keep_a_measure(
    cast: Cast, measure: MeasurePage, name: str, may: bool
) -> None:
    answer = signed_in(getattr(cast, name)).post(
        f"/massnahme/{measure.pk}/form/entry/",
        {
            "f-happened_on": days(0).isoformat(),
            "f-text": "Begonnen.",
            "f-classification": "internal",
        },
    )
    assert (answer.status_code, Entry.objects.count()) == ((302, 1) if may else (404, 0))


# --- needs --------------------------------------------------------------------------------------------
def test_each_number_has_its_history(cast: Cast, measure: MeasurePage) -> None:
    papers = publish_below(home_of(cast.space_a), PaperIndexPage(title="Vorlagen"))
    paper = publish_below(papers, PaperPage(title="Stellenplan", number="1/27"))
    client = signed_in(cast.publisher_a)
    data = {
        "f-kind": "staff",
        "f-amount": "1,5",
        "f-purpose": "Ermittler",
        "f-outcome": "open",
        "f-paper_typed": "1/27",
    }
    assert client.post(f"/massnahme/{measure.pk}/form/need/", data).status_code == 302
    need = Need.objects.get()
    assert (need.amount, need.paper) == (Decimal("1.5"), paper)
    data |= {"f-amount": "2", "f-outcome": "granted", "seen": stamp_of(need)}
    form = f"/massnahme/{measure.pk}/form/need-{need.pk}/"
    undated = client.post(form, data)
    assert undated.status_code == 400
    assert "an welchem Tag" in undated.content.decode()
    assert client.post(form, data | {"f-decided_on": days(-1).isoformat()}).status_code == 302
    said = [(one.shown_before, one.shown_after) for one in Change.objects.order_by("pk")]
    assert said == [
        ("", "1,50 Personal (Vollzeitstellen)"),
        ("", "noch nicht entschieden"),
        ("1,50 Personal (Vollzeitstellen)", "2,00 Personal (Vollzeitstellen)"),
        ("noch nicht entschieden", "bewilligt"),
    ]
    assert measure.title in signed_in(cast.reader_a).get(paper.url).content.decode()


def test_amounts_must_be_meant(cast: Cast, measure: MeasurePage) -> None:
    need = Need(
        measure=measure,
        kind=NeedKind.STAFF,
        amount=Decimal("-1"),
        purpose="x",
        outcome=Outcome.OPEN,
    )
    with pytest.raises(ValidationError, match="über null"):
        services.keep_need(need, actor=cast.publisher_a)


# --- who answers --------------------------------------------------------------------------------------
def test_each_body_has_a_contact_of_its_own(cast: Cast, measure: MeasurePage) -> None:
    with pytest.raises(ValidationError, match="dieser Organisation"):
        services.name_contact(measure, cast.organisation_b, cast.reader_a, actor=cast.publisher_a)
    services.name_contact(measure, cast.organisation_a, cast.reader_a, actor=cast.publisher_a)
    services.name_contact(measure, cast.organisation_a, cast.contributor_a, actor=cast.reader_a)
    assert Contact.objects.get().person == cast.contributor_a
    with pytest.raises(PermissionDenied):
        services.name_contact(measure, cast.organisation_a, None, actor=cast.reader_a)
    shown = measure_details(measure, cast.reader_a).responsibilities
    assert [one.contact and one.contact.person for one in shown] == [cast.contributor_a, None]


# --- where it goes on ---------------------------------------------------------------------------------
def test_a_merged_measure_stays_and_leads_on(cast: Cast, measure: MeasurePage) -> None:
    other = make_measure(cast.space_a, 17, "Ratten")
    services.write_entry(entry(measure, "Was vorher war"), actor=cast.publisher_a)
    old_url = measure.url
    renamed = draft_of(measure)
    renamed.slug = "abfallermittlung"
    publish(renamed, actor=cast.publisher_a, stamp=version_of(renamed))
    answer = signed_in(cast.publisher_a).post(
        f"/massnahme/{measure.pk}/wie-weiter/",
        {"how": "merged", "following": [other.pk], "reason": "Gleiche Leute"},
    )
    assert answer.status_code == 302
    client = signed_in(cast.reader_a)
    assert OldAddress.objects.filter(page=measure.pk).exists()
    shown = client.get(old_url, follow=True).content.decode()  # an address from before the renaming
    assert "zusammengeführt mit" in shown
    assert other.url in shown
    assert "Was vorher war" in shown
    assert "abfallermittlung" in client.get(other.url).content.decode()
    with pytest.raises(ValidationError, match="Ratten"):  # nothing is written there any more
        services.write_entry(entry(measure), actor=cast.publisher_a)
    take_back(measure, actor=cast.publisher_a)
    services.write_entry(entry(measure), actor=cast.publisher_a)


def test_no_measure_goes_on_in_itself_or_in_a_circle(cast: Cast, measure: MeasurePage) -> None:
    second, third = (make_measure(cast.space_a, number, "Nächste") for number in (17, 18))
    actor = cast.publisher_a
    with pytest.raises(ValidationError, match="nicht in sich selbst"):
        go_on_in(measure, [measure], Succession.MERGED, actor=actor)
    with pytest.raises(ValidationError, match="mindestens zwei"):
        go_on_in(measure, [second], Succession.SPLIT, actor=actor)
    go_on_in(measure, [second], Succession.SUPERSEDED, actor=actor)
    go_on_in(second, [third], Succession.SUPERSEDED, actor=actor)
    with pytest.raises(ValidationError, match="im Kreis"):
        go_on_in(third, [measure], Succession.SUPERSEDED, actor=actor)
    with pytest.raises(ValidationError, match="selbst beendet"):
        go_on_in(make_measure(cast.space_a, 19, "Neu"), [second], Succession.MERGED, actor=actor)
    with pytest.raises(PermissionDenied):  # nobody pulls in a measure of another space
        go_on_in(third, [make_measure(cast.space_b, 1, "Fremd")], Succession.MERGED, actor=actor)
    assert GoesOnIn.objects.count() == 2


def test_a_hidden_successor_isn_t_told(cast: Cast, measure: MeasurePage) -> None:
    hidden = make_measure(cast.space_b, 99, "Geheimnachfolge")
    go_on_in(measure, [hidden], Succession.SUPERSEDED, actor=None)
    for url in (measure.url, f"/massnahme/{measure.pk}/verlauf/"):
        assert "eheim" not in signed_in(cast.reader_a).get(url).content.decode()
    assert "Geheimnachfolge" in signed_in(cast.member_of_both).get(measure.url).content.decode()


def test_what_an_ended_measure_refuses_doesn_t_tell_a_hidden_successor(
    cast: Cast, measure: MeasurePage
) -> None:
    services.name_contact(measure, cast.organisation_a, cast.publisher_a, actor=None)
    body = MeasureResponsibility.objects.get(measure=measure, organisation=cast.organisation_a)
    hidden = make_measure(cast.space_b, 99, "Geheimnachfolge")
    go_on_in(measure, [hidden], Succession.SUPERSEDED, actor=None)
    text = {"f-happened_on": days(0).isoformat(), "f-text": "Neu.", "f-classification": "internal"}
    # The second by the body's present contact, who may name a colleague without keeping the measure.
    for name, data in (("entry", text), (f"contact-{body.pk}", {"f-person": cast.reader_a.pk})):
        answer = signed_in(cast.publisher_a).post(f"/massnahme/{measure.pk}/form/{name}/", data)
        assert answer.status_code == 400
        shown = answer.content.decode()
        assert "Diese Maßnahme ist beendet. Es wurde nichts gespeichert." in shown
        assert "eheimnachfolge" not in shown
    with pytest.raises(ValidationError, match="Geheimnachfolge"):
        services.write_entry(entry(measure), actor=cast.curator)
    assert not measure.entries.exists()
    assert Contact.objects.get().person == cast.publisher_a


def test_what_was_typed_for_a_measure_that_ended_meanwhile_is_shown_again(
    cast: Cast, measure: MeasurePage
) -> None:
    go_on_in(
        measure, [make_measure(cast.space_a, 98, "Nachfolge")], Succession.SUPERSEDED, actor=None
    )
    typed = {
        "f-happened_on": days(0).isoformat(),
        "f-text": "Lampen.",
        "f-classification": "internal",
    }
    answer = signed_in(cast.publisher_a).post(f"/massnahme/{measure.pk}/form/entry/", typed)
    assert answer.status_code == 400
    assert all(
        word in answer.content.decode() for word in ("Nachfolge", "Lampen.", "nichts gespeichert")
    )
    assert not measure.entries.exists()


def test_only_what_one_may_read_is_tied(cast: Cast, measure: MeasurePage) -> None:
    client = signed_in(cast.publisher_a)
    hidden = make_article(cast.space_b, "Geheim")
    for typed in (hidden.url, "/gibt/es/nicht/", "9999/26"):
        answer = client.post(f"/massnahme/{measure.pk}/form/tie/", {"f-page_typed": typed})
        assert answer.status_code == 400
        assert "keine Vorlage" in answer.content.decode()
    with pytest.raises(PermissionDenied):
        tie(measure, hidden, actor=cast.publisher_a)
    with pytest.raises(ValidationError, match="Vorlagen, Veranstaltungen"):
        tie(measure, make_article(cast.space_a, "Artikel"), actor=cast.publisher_a)


# --- the page -----------------------------------------------------------------------------------------
def test_the_number_of_queries_stays(
    cast: Cast, measure: MeasurePage, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.publisher_a)

    def count() -> int:
        with django_assert_max_num_queries(40) as asked:
            assert client.get(f"{measure.url}?alle=1").status_code == 200
        return len(asked)

    def fill() -> None:
        for number in range(3):
            services.keep_milestone(milestone(measure, number), actor=None)
            services.write_entry(entry(measure), actor=None, only_for=[cast.organisation_a])
            services.write_entry(
                entry(measure), actor=None, origin=Origin(make_article(cast.space_a, f"P {number}"))
            )

    fill()
    client.get(measure.url)
    before = count()
    fill()
    assert count() == before

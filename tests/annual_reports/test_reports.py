"""A report from its beginning to the correction of a frozen one: who may, what goes in, what never changes again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.handling import Classification
from accounts.personal_data import collect
from audit.models import Entry as Line
from knowledge.annual_reports import approving, comparison, content, services
from knowledge.annual_reports.content import content_of, digest_of
from knowledge.annual_reports.models import Choice, Frozen, Mark, Report, Stage
from knowledge.annual_reports.selectors import choices_for, left_out_of
from knowledge.collaboration.models import Comment
from knowledge.indicators.models import Indicator, Value
from knowledge.measures import services as measures
from knowledge.measures.models import Entry
from knowledge.measures.rules import Standing
from knowledge.measures.services import ChangedMeanwhile
from knowledge.reporting import services as reporting
from knowledge.reporting.models import NewsRequest
from notices.models import Notice
from notices.selectors import in_words
from tests.annual_reports.conftest import (
    INTERNAL,
    NARROWED,
    PUBLIC,
    YEAR,
    Year,
    begin,
    choose,
    freeze,
    settle_all,
    write,
)
from tests.conftest import signed_in
from tests.factories import make_measure


def said(report: Report) -> str:
    return json.dumps(content_of(report), ensure_ascii=False)


def obstacles(report: Report) -> list[str]:
    now = Report.objects.get(pk=report.pk)
    return approving.obstacles_of(now, content_of(now))


# --- beginning and choosing ---------------------------------------------------------------------------
def test_public_entries_are_copied_and_the_others_wait_for_a_tick(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    assert PUBLIC in said(report)
    assert INTERNAL not in said(report)
    ticks = {
        one.text: (one.choice.is_in, one.is_free)
        for one in choices_for(year.cast.publisher_a, report)
    }
    assert ticks == {PUBLIC: (True, True), INTERNAL: (False, False)}, (
        "what is narrowed isn't offered"
    )


def test_what_is_not_public_goes_in_with_a_reason_and_only_then(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    with pytest.raises(ValidationError, match="Grund"):
        choose(report, year.cast.publisher_a, year.internal, reason=" ")
    assert INTERNAL not in said(report)
    choose(report, year.cast.publisher_a, year.internal)
    assert INTERNAL in said(report)
    assert Choice.objects.get(entry=year.internal).reason == "Freigegeben."
    assert Line.objects.get(action="report.released").details == {"year": YEAR, "count": 1}


def test_what_is_unticked_goes_out_again(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    choose(report, year.cast.publisher_a, year.internal)
    shown = [one.choice for one in choices_for(year.cast.publisher_a, report)]
    services.choose(report, shown, set(), actor=year.cast.publisher_a)
    assert INTERNAL not in said(report)
    assert PUBLIC not in said(report)


def test_nobody_chooses_what_they_can_not_see(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    services.take_over(report, actor=year.officer)
    hidden = Choice.objects.get(report=report, entry=year.narrowed)
    client = signed_in(year.cast.publisher_a)
    page = client.get(f"/berichte/{report.pk}/auswahl/").content.decode()
    assert NARROWED not in page
    client.post(f"/berichte/{report.pk}/auswahl/", {"in": [hidden.pk], "for_all": "Doch."})
    hidden.refresh_from_db()
    assert not hidden.is_in
    choose(report, year.officer, year.narrowed)  # whoever sees it may release it
    assert NARROWED in said(report)


def test_confidential_measures_are_in_no_report(year: Year) -> None:
    secret = make_measure(
        year.cast.space_a, 24, "Angsträume", classification=Classification.CONFIDENTIAL
    )
    write(secret, "Nichts davon.", classification=Classification.CONFIDENTIAL)
    report = begin(year.cast, year.lamps, secret)
    assert "Angsträume" not in said(report)
    assert any("Angsträume" in one.label for one in left_out_of(year.cast.publisher_a, report))


def test_what_came_since_is_offered(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    write(year.lamps, "Später noch eine Lampe.", classification=Classification.PUBLIC)
    page = signed_in(year.cast.publisher_a).get(report.url)
    assert page.context["new_entries"] == 1
    services.take_over(report, actor=year.cast.publisher_a)
    assert "Später noch eine Lampe." in said(report)


def test_entries_stay_as_they_are(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    part = report.parts.get(measure=year.lamps)
    services.save_part(
        part, title="Licht", reason="", text="Ganz anders.", actor=year.cast.publisher_a
    )
    assert Entry.objects.get(pk=year.public.pk).text == PUBLIC
    assert "Ganz anders." in said(report)


def test_the_second_of_two_editors_loses_nothing(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    part = report.parts.get(measure=year.lamps)
    url, seen = f"/berichte/abschnitt/{part.pk}/", services.stamp_of_part(part)
    first = {"title": "Licht", "reason": "", "text": "Von der Ersten.", "seen": seen}
    assert signed_in(year.cast.publisher_a).post(url, first).status_code == 302
    second = signed_in(year.cast.steward_a).post(url, {**first, "text": "Vom Zweiten."})
    assert second.status_code == 400
    page = second.content.decode()
    assert "Von der Ersten." in page
    assert "Vom Zweiten." in page
    shown = [one.choice for one in choices_for(year.cast.publisher_a, report)]
    with pytest.raises(ChangedMeanwhile):
        services.choose(report, shown, set(), actor=year.cast.steward_a, seen="alt")


# --- bad input ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["20255", "0", "1989", "99999999999", "zweitausend"])
def test_a_year_that_nobody_can_mean(year: Year, typed: str) -> None:
    form = {"title": "Bericht", "year": typed, "as_of": "2025-12-31", "measures": [year.lamps.pk]}
    answer = signed_in(year.cast.publisher_a).post(f"/berichte/neu/{year.cast.space_a.slug}/", form)
    assert answer.status_code == 400
    assert not Report.objects.exists()


def test_a_second_report_on_the_same_year(year: Year) -> None:
    begin(year.cast, year.lamps)
    with pytest.raises(ValidationError, match="Bericht 2025"):
        begin(year.cast, year.watch)


def test_a_report_without_entries_is_not_handed_in(year: Year) -> None:
    report = begin(year.cast, year.watch)  # nothing of it is public
    comparison.compare(report, actor=year.cast.publisher_a)
    with pytest.raises(ValidationError) as refused:
        approving.submit(report, actor=year.cast.publisher_a)
    assert len(refused.value.messages) == 2
    empty = begin(year.cast, year=2024)
    assert len(obstacles(empty)) == 2, "no measure, not compared"


def test_an_open_request_for_news_comes_first(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    settle_all(report, year.cast.publisher_a)
    assert obstacles(report) == []
    from knowledge.measures.models import MeasureResponsibility

    year.lamps.responsibilities.add(MeasureResponsibility(organisation=year.cast.organisation_a))
    year.lamps.save_revision().publish()
    today = dt.date.today()  # noqa: DTZ011
    request = NewsRequest(
        space=year.cast.space_a, title="Sachstand", as_of=today, due_on=today + dt.timedelta(9)
    )
    reporting.ask(request, [year.lamps], actor=year.cast.publisher_a)
    settle_all(report, year.cast.publisher_a)
    (sentence,) = obstacles(report)
    assert "Sachstand" in sentence
    reporting.close_request(request, actor=year.cast.publisher_a)
    assert obstacles(report) == []


def test_what_is_public_no_longer_needs_a_reason(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    Entry.objects.filter(pk=year.public.pk).update(classification=Classification.INTERNAL)
    settle_all(report, year.cast.publisher_a)
    assert len(obstacles(report)) == 1


# --- comparing ----------------------------------------------------------------------------------------
def rewrite(report: Report, year: Year, text: str) -> None:
    part = report.parts.get(measure=year.lamps)
    services.save_part(part, title=part.title, reason="", text=text, actor=year.cast.publisher_a)


def test_eight_words_in_a_row_are_marked_and_seven_are_not(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    words = INTERNAL.rstrip(".").split()
    rewrite(report, year, f"Anfang. {' '.join(words[2:9])} und Schluss.")
    assert comparison.compare(report, actor=year.cast.publisher_a) == 0
    rewrite(report, year, f"Anfang. {' '.join(words[2:10]).upper()}! Schluss.")
    assert comparison.compare(report, actor=year.cast.publisher_a) == 1
    (mark,) = comparison.marks_for(year.cast.publisher_a, report)
    assert mark.words == " ".join(words[2:10]).upper()
    assert mark.url.startswith(year.watch.url)


def test_what_one_can_not_read_is_found_and_not_told(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    words = NARROWED.split()
    rewrite(
        report, year, f"Davor steht etwas. {' '.join(words[1:10])} und mehr.\n\nEin anderer Absatz."
    )
    assert comparison.compare(report, actor=year.cast.publisher_a) == 1
    (mark,) = comparison.marks_for(year.cast.publisher_a, report)
    assert (mark.place, mark.url) == ("", "")
    assert mark.words.startswith("Davor steht etwas."), (
        "the whole paragraph: not which words it was"
    )
    (for_officer,) = comparison.marks_for(year.officer, report)
    assert for_officer.words == " ".join(words[1:10])
    assert for_officer.url
    page = signed_in(year.cast.publisher_a).get(f"/berichte/{report.pk}/abgleich/").content.decode()
    assert "Kiosk am Bahnhof" not in page


def test_handing_in_waits_until_every_mark_is_settled(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    rewrite(report, year, INTERNAL)
    with pytest.raises(ValidationError):
        approving.submit(report, actor=year.cast.publisher_a)  # never compared
    comparison.compare(report, actor=year.cast.publisher_a)
    with pytest.raises(ValidationError):
        approving.submit(report, actor=year.cast.publisher_a)
    (mark,) = Mark.objects.all()
    with pytest.raises(ValidationError):
        comparison.settle(report, {mark.pk}, "  ", actor=year.cast.publisher_a)
    assert (
        comparison.settle(report, {mark.pk}, "Stand in der Zeitung.", actor=year.cast.publisher_a)
        == 0
    )
    assert comparison.compare(report, actor=year.cast.publisher_a) == 0, "settled stays settled"
    approving.submit(report, actor=year.cast.publisher_a)


def test_a_release_is_no_mark(year: Year) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    choose(report, year.cast.publisher_a, year.internal)
    assert comparison.compare(report, actor=year.cast.publisher_a) == 0


def test_minutes_and_answers_are_compared_as_well(year: Year) -> None:
    from knowledge.groups.models import MinutesIndexPage, MinutesPage
    from tests.factories import home_of, publish_below

    text = (
        "Der Ausschuss will im nächsten Jahr sieben weitere Plätze besuchen und darüber berichten"
    )
    index = publish_below(home_of(year.cast.space_b), MinutesIndexPage(title="Protokolle"))
    item = {"title": "Punkt", "text": f"<p>Dazu: <b>{text}</b>.</p>", "decisions": [], "tasks": []}
    publish_below(
        index, MinutesPage(title="Sitzung", held_on=dt.date(YEAR, 6, 1), agenda=[("item", item)])
    )
    report = begin(year.cast, year.lamps)
    rewrite(report, year, text)
    assert comparison.compare(report, actor=year.cast.publisher_a) == 1
    (mark,) = comparison.marks_for(year.cast.publisher_a, report)
    assert mark.mark.source_kind == "minutes"
    assert not mark.url, "minutes of a space that she doesn't read"


def test_comments_are_compared_and_shown_to_who_may_read_them(year: Year) -> None:
    text = "Hier steht seit drei Wochen kein einziger Wagen mehr vor dem neuen Tor"
    Comment.objects.create(page=year.lamps, text=text, author=year.cast.contributor_a)
    report = begin(year.cast, year.lamps)
    rewrite(report, year, text)
    assert comparison.compare(report, actor=year.cast.publisher_a) == 1
    (mark,) = comparison.marks_for(year.cast.publisher_a, report)
    assert "Beleuchtung" in mark.place


def test_a_report_is_not_compared_without_end(year: Year, monkeypatch: Any) -> None:
    monkeypatch.setattr(comparison, "MOST_A_DAY", 2)
    report = begin(year.cast, year.lamps)
    comparison.compare(report, actor=year.cast.publisher_a)
    comparison.compare(report, actor=year.cast.publisher_a)
    with pytest.raises(ValidationError, match="2"):
        comparison.compare(report, actor=year.cast.publisher_a)


# --- approving and freezing ---------------------------------------------------------------------------
def test_a_second_person_approves(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    settle_all(report, year.cast.publisher_a)
    approving.submit(report, actor=year.cast.publisher_a)
    notice = Notice.objects.get(recipient=year.cast.steward_a)
    assert "Bericht 2025" in in_words(year.cast.steward_a, [notice])[notice.pk].title
    with pytest.raises(PermissionDenied):
        approving.approve(report, actor=year.cast.publisher_a)
    signed_in(year.cast.publisher_a).post(f"/berichte/{report.pk}/schritt/", {"approve": "1"})
    assert Report.objects.get(pk=report.pk).stage == Stage.WAITING
    assert approving.approve(report, actor=year.cast.steward_a).is_frozen
    assert not Notice.objects.filter(recipient=year.cast.steward_a, read_at=None).exists()


def test_what_waits_is_not_changed_and_comes_back_with_a_reason(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    settle_all(report, year.cast.publisher_a)
    approving.submit(report, actor=year.cast.publisher_a)
    with pytest.raises(ValidationError):
        rewrite(report, year, "Noch schnell.")
    approving.give_back(report, "Bitte kürzer.", actor=year.cast.steward_a)
    assert "Bitte kürzer." in signed_in(year.cast.publisher_a).get(report.url).content.decode()
    rewrite(report, year, "Kürzer.")


def test_a_text_that_came_meanwhile_stops_the_approval(year: Year) -> None:
    report = begin(year.cast, year.lamps)
    rewrite(report, year, "Am Montag kamen acht Leute in das kleine Haus neben dem Park.")
    settle_all(report, year.cast.publisher_a)
    approving.submit(report, actor=year.cast.publisher_a)
    write(year.watch, "Am Montag kamen acht Leute in das kleine Haus neben dem Park.")
    assert approving.approve(report, actor=year.cast.steward_a).stage == Stage.DRAFT
    assert Mark.objects.filter(settled_at=None).count() == 1


def test_frozen_stays_whatever_happens_later(year: Year) -> None:
    report = freeze(begin(year.cast, year.lamps), year.cast)
    before, digest = report.content, report.digest
    assert digest == digest_of(before)
    page = signed_in(year.cast.reader_a).get(report.url).content.decode()
    assert digest in page
    measures.assess(year.lamps, Standing("ongoing"), actor=None, on=dt.date(YEAR, 6, 1))
    Entry.objects.all().delete()
    year.lamps.delete()
    after = Report.objects.get(pk=report.pk)
    assert (after.content, after.digest) == (before, digest)
    assert PUBLIC in signed_in(year.cast.reader_a).get(report.url).content.decode()
    after.content = "{}"
    with pytest.raises(Frozen):
        after.save()


@pytest.mark.both
def test_freezing_twice_says_so(year: Year) -> None:
    report = freeze(begin(year.cast, year.lamps), year.cast)
    with pytest.raises(ValidationError):
        approving.approve(report, actor=year.cast.steward_a)
    with pytest.raises(ValidationError):
        rewrite(report, year, "Doch anders.")
    answer = signed_in(year.cast.steward_a).post(
        f"/berichte/{report.pk}/schritt/", {"approve": "1"}, follow=True
    )
    assert answer.status_code == 200
    assert Line.objects.filter(action="report.frozen").count() == 1


def test_one_command_checks_all(year: Year, capsys: Any) -> None:
    report = freeze(begin(year.cast, year.lamps), year.cast)
    call_command("reports", "verify")
    assert report.digest in capsys.readouterr().out
    Report.objects.filter(pk=report.pk).update(content=report.content.replace("Lampen", "Lichter"))
    with pytest.raises(SystemExit):
        call_command("reports", "verify", str(report.pk))
    changed = Report.objects.get(pk=report.pk).content
    Report.objects.filter(pk=report.pk).update(digest=digest_of(changed))
    with pytest.raises(SystemExit):
        call_command("reports", "verify")
    assert "audit log holds another" in capsys.readouterr().err


def test_a_correction_is_a_new_version(year: Year) -> None:
    old = freeze(begin(year.cast, year.lamps), year.cast)
    with pytest.raises(ValidationError):
        approving.correct(old, "", actor=year.cast.publisher_a)
    new = approving.correct(old, "Eine Zahl war falsch.", actor=year.cast.publisher_a)
    with pytest.raises(ValidationError):
        approving.correct(old, "Noch einmal.", actor=year.cast.publisher_a)
    assert PUBLIC in said(new)
    rewrite(new, year, "Vier Lampen.")
    new = freeze(new, year.cast)
    assert content_of(new)["corrects"] == {
        "version": 1,
        "digest": old.digest,
        "reason": "Eine Zahl war falsch.",
    }
    page = signed_in(year.cast.reader_a).get(old.url).content.decode()
    assert PUBLIC in page
    assert new.url in page


def test_last_years_report_is_held_against_it(year: Year) -> None:
    measures.assess(year.lamps, Standing("not_started"), actor=None, on=dt.date(YEAR - 1, 1, 1))
    write(
        year.lamps, "Im Vorjahr.", classification=Classification.PUBLIC, on=dt.date(YEAR - 1, 5, 1)
    )
    last = freeze(begin(year.cast, year.lamps, year=YEAR - 1), year.cast)
    content = content_of(begin(year.cast, year.lamps, year.watch))
    assert content["compared"] == {"year": YEAR - 1, "version": 1, "digest": last.digest}
    (table,) = [one for one in content["figures"] if one["name"] == "compared"]
    assert [row[1:] for row in table["rows"]] == [
        ["Präsenz", "nicht in jenem Bericht", "in Planung"],
        ["Beleuchtung", "nicht begonnen", "in Umsetzung, verzögert"],
    ]


def test_indicators_stand_in_it_with_gaps_and_breaks_up_to_its_year(year: Year) -> None:
    indicator = Indicator.objects.create(space=year.cast.space_a, key="i", name="Probe", nature="objective",
                                         level="output", unit="Anzahl", direction="up")  # fmt: skip
    other = make_measure(year.cast.space_a, 23, "Nicht im Bericht")
    elsewhere = Indicator.objects.create(space=year.cast.space_a, key="j", name="Anderes", nature="objective",
                                         level="output", unit="Anzahl", direction="up")  # fmt: skip
    elsewhere.measures.add(other)
    for one in (indicator, elsewhere):
        Value.objects.create(indicator=one, year=YEAR - 2, value="1.5")
        Value.objects.create(indicator=one, year=YEAR - 1)
        Value.objects.create(indicator=one, year=YEAR, value=3, is_break=True, note="neu gezählt")
        Value.objects.create(indicator=one, year=YEAR + 1, value=9)
    content = content_of(begin(year.cast, year.lamps))
    (table,) = [one for one in content["figures"] if one["name"].startswith("indicator-")]
    assert table["title"] == "Probe (Anzahl)"
    assert [row[:2] for row in table["rows"]] == [["2023", "1,5"], ["2024", ""], ["2025", "3"]]
    assert table["drawing"].startswith("<svg")


# --- who may ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "draft", "frozen"), [
    ("publisher_a", 200, 200), ("steward_a", 200, 200), ("curator", 200, 200), ("contributor_a", 404, 200),
    ("reader_a", 404, 200), ("member_of_both", 404, 200), ("reader_b", 404, 404), ("publisher_b", 404, 404),
    ("administrator", 404, 404), ("stranger", 404, 404),
])  # fmt: skip
def test_drafts_are_for_publishers_and_frozen_reports_for_readers(
    year: Year, name: str, draft: int, frozen: int
) -> None:
    report = begin(year.cast, year.lamps)
    client = signed_in(getattr(year.cast, name))
    assert client.get(report.url).status_code == draft
    begins = client.get(f"/berichte/neu/{year.cast.space_a.slug}/").status_code
    assert begins == draft
    report = freeze(report, year.cast)
    page = client.get(report.url)
    assert page.status_code == frozen
    assert ("Weggelassen" in page.content.decode()) is (draft == 200)
    assert (report.title in client.get("/berichte/").content.decode()) is (frozen == 200)


def test_own_data_names_what_one_did(year: Year) -> None:
    freeze(begin(year.cast, year.lamps), year.cast)
    assert "2025, 1" in json.dumps(collect(year.cast.steward_a), default=str, ensure_ascii=False)


def test_taking_over_asks_as_often_for_many_entries_as_for_one(
    year: Year,
) -> None:
    report = begin(year.cast, year.lamps, year.watch)

    def queries(entries: int) -> int:
        for measure in (year.lamps, year.watch):
            for number in range(entries):
                write(measure, f"Etwas {number}.", classification=Classification.PUBLIC)
                write(measure, f"Internes {number}.")
        with CaptureQueriesContext(connection) as asked:
            new = services.take_over(report, actor=year.cast.publisher_a)
        assert new == 4 * entries
        return len(asked)

    few = queries(1)
    assert queries(6) == few
    assert report.choices.filter(is_in=True).exclude(copied="").count() == 1 + 2 * 7
    text = report.parts.get(measure=year.watch).text
    assert ("Etwas 5." in text, "Internes" in text) == (True, False)


@pytest.mark.parametrize("step", ["read", "handed in"])
def test_what_a_draft_says_is_composed_once_a_request(
    year: Year, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = begin(year.cast, year.lamps)
    settle_all(report, year.cast.publisher_a)
    composed: list[Report] = []

    def compose(of: Report, real: Any = content._composed) -> Any:
        composed.append(of)
        return real(of)

    monkeypatch.setattr(content, "_composed", compose)
    if step == "read":
        assert signed_in(year.cast.publisher_a).get(report.url).status_code == 200
    else:
        approving.submit(report, actor=year.cast.publisher_a)
    assert len(composed) == 1


def test_a_list_takes_the_same_queries_however_long(
    year: Year,
) -> None:
    report = begin(year.cast, year.lamps, year.watch)
    client = signed_in(year.cast.publisher_a)
    client.get(report.url)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(report.url)
            client.get(f"/berichte/{report.pk}/auswahl/")
            client.get(f"/berichte/{report.pk}/vorschau/")
        return len(found)

    few = queries()
    for number in range(6):
        more = make_measure(year.cast.space_a, 40 + number, f"Weitere {number}")
        for _each in range(3):
            write(more, f"Etwas {number}.", classification=Classification.PUBLIC)
        services.add_measures(report, [more], actor=year.cast.publisher_a)
    assert queries() == few

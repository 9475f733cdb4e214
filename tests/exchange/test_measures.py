"""Measures, milestones and entries as tables: out, in again, and what a table can't do."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.handling import Classification
from knowledge.exchange.models import ExternalKey, Run
from knowledge.measures import services
from knowledge.measures.models import Entry, MeasurePage, MeasureResponsibility, Milestone
from knowledge.taxonomy.models import District, FieldOfAction
from schedule.jobs import jobs
from tests.conftest import Cast
from tests.factories import make_measure

pytestmark = pytest.mark.both  # its room locks rows


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.publisher_a)
    return client


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    FieldOfAction.objects.create(slug="staedtebau", title="Städtebau")
    District.objects.create(slug="nord", name="Nord", kind="city_district")
    page = make_measure(cast.space_a, 1, "Hafen beleuchten", state="running")
    page.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_a, is_lead=True))
    page.save_revision().publish()
    Milestone.objects.create(measure=page, title="Plan", due_on=days(30))
    services.write_entry(
        Entry(measure=page, text="=Es ging los.", happened_on=days(-3)), actor=cast.publisher_a
    )
    hidden = Entry(measure=page, text="Nur für A.", happened_on=days(-2))
    services.write_entry(hidden, actor=None, only_for=[cast.organisation_b])
    secret = make_measure(cast.space_a, 2, "Vertraulich")
    MeasurePage.objects.filter(pk=secret.pk).update(classification=Classification.CONFIDENTIAL)
    make_measure(cast.space_b, 3, "Anderer Bereich")
    return MeasurePage.objects.get(pk=page.pk)


def exported(client: Client, kind: str) -> list[list[str]]:
    data = client.get(f"/tabellen/bereich-a/{kind}/export.csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(data), delimiter=";"))


def send(client: Client, kind: str, rows: list[list[str]]) -> Any:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    sent = SimpleUploadedFile("x.csv", out.getvalue().encode())
    return client.post(f"/tabellen/bereich-a/{kind}/", {"table": sent}, follow=True)


def counts(preview: Any) -> tuple[int, ...]:
    return tuple(preview.context["counts"].values())  # new, changed, equal, wrong


def confirm(client: Client, preview: Any) -> Any:
    url = preview.redirect_chain[-1][0]
    return client.post(url, {"seen": preview.context["plan"].fingerprint}, follow=True).context[
        "run"
    ]


@pytest.mark.parametrize("kind", ["massnahmen", "meilensteine", "eintraege"])
def test_what_went_out_comes_in_and_changes_nothing(
    client: Client, measure: MeasurePage, kind: str
) -> None:
    rows = exported(client, kind)
    assert len(rows) == 2, "neither what is confidential or narrowed nor what lies elsewhere"
    assert counts(send(client, kind, rows)) == (0, 0, 1, 0)


def test_measures_are_made_and_changed_by_table(client: Client, measure: MeasurePage) -> None:
    head, row = exported(client, "massnahmen")
    changed = dict(zip(head, row, strict=True)) | {
        "Titel": "Hafen hell machen", "Handlungsfeld": "Städtebau", "Stadtbezirke": "nord", "Zuständig": "Amt B, Amt A",
        "Stand": "in planung", "Einschätzung": "verzögert",
    }  # fmt: skip
    changed["Grund"] = "Frost."
    new = dict.fromkeys(head, "") | {
        "Kennung": "alt-7",
        "Titel": "Neu",
        "Nummer": "7",
        "Stand": "ruht",
    }
    rows = [head, list(changed.values()), list(new.values())]
    preview = send(client, "massnahmen", rows)
    assert counts(preview) == (1, 1, 0, 0)
    assert confirm(client, preview).refused == []
    page = MeasurePage.objects.get(pk=measure.pk)
    assert (page.title, page.state, page.assessment) == ("Hafen hell machen", "planned", "delayed")
    assert page.field_of_action is not None
    said = [(one.organisation.short_name, one.is_lead) for one in page.responsibilities.all()]
    assert said == [("Amt B", False), ("Amt A", True)]
    assert [one.name for one in page.districts.all()] == ["Nord"]
    made = MeasurePage.objects.get(number=7)
    assert (made.live, made.state) == (True, "paused")
    again = send(client, "massnahmen", rows)
    assert counts(again) == (0, 0, 2, 0), "a second run changes nothing"


def test_what_contradicts_itself_is_refused_with_its_line(
    client: Client, measure: MeasurePage
) -> None:
    head, row = exported(client, "massnahmen")
    done = dict(zip(head, row, strict=True)) | {"Stand": "umgesetzt"}
    preview = send(client, "massnahmen", [head, list(done.values())])
    run = confirm(client, preview)
    assert [number for number, _sentence in run.refused] == [2]
    assert "Plan" in run.refused[0][1]
    assert MeasurePage.objects.get(pk=measure.pk).state == "running"


def test_milestones_and_entries_come_in_by_the_measures_key(
    client: Client, cast: Cast, measure: MeasurePage
) -> None:
    key = f"id-{measure.pk}"
    head = exported(client, "meilensteine")[0]
    fits = ["m1", key, "Bau", "", "01.05.2027", ""]
    before_its_begin = ["m2", key, "Bau", "01.06.2027", "01.05.2027", ""]
    preview = send(client, "meilensteine", [head, fits, before_its_begin])
    assert counts(preview) == (2, 0, 0, 0)
    run = confirm(client, preview)
    assert len(run.refused) == 1, "due before it begins"
    assert Milestone.objects.filter(title="Bau").count() == 1
    head = exported(client, "eintraege")[0]
    rows = [head, ["e1", key, "03.02.2026", "Nachricht", "", "", "Amt A", "Akte 7", "intern"]]
    assert confirm(client, send(client, "eintraege", rows)).refused == []
    entry = Entry.objects.get(text="Nachricht")
    assert (entry.body, entry.written_by) == (cast.organisation_a, cast.publisher_a)
    assert counts(send(client, "eintraege", rows)) == (0, 0, 1, 0)


def test_a_key_opens_nothing_that_a_table_may_not_change(
    client: Client, measure: MeasurePage
) -> None:
    head = exported(client, "massnahmen")[0]
    secret, elsewhere = MeasurePage.objects.get(number=2), MeasurePage.objects.get(number=3)
    rows = [[f"id-{pk}", "9", "Übernommen", *[""] * 7] for pk in (secret.pk, elsewhere.pk, 987654)]
    preview = send(client, "massnahmen", [head, *rows])
    assert counts(preview) == (0, 0, 0, 3)
    assert len({one.sentence for one in preview.context["lines"]}) == 1, (
        "hidden and missing are alike"
    )
    head = exported(client, "eintraege")[0]
    row = ["e1", f"id-{elsewhere.pk}", "03.02.2026", "x", "", "", "", "", "vertraulich"]
    assert counts(send(client, "eintraege", [head, row])) == (0, 0, 0, 1)
    narrowed = Entry.objects.get(text="Nur für A.")
    row = [f"id-{narrowed.pk}", f"id-{measure.pk}", "03.02.2026", "x", "", "", "", "", ""]
    assert counts(send(client, "eintraege", [head, row])) == (0, 0, 0, 1)


def test_a_draft_that_waits_is_not_published_by_a_table(
    client: Client, measure: MeasurePage
) -> None:
    measure.title = "Entwurf"
    measure.save_revision()
    head, row = exported(client, "massnahmen")
    changed = dict(zip(head, row, strict=True)) | {"Nummer": "5"}
    run = confirm(client, send(client, "massnahmen", [head, list(changed.values())]))
    assert "Entwurf" in run.refused[0][1]
    assert MeasurePage.objects.get(pk=measure.pk).number == 1


def test_what_was_sent_is_deleted_after_thirty_days_without_another_table(
    client: Client, measure: MeasurePage
) -> None:
    rows = exported(client, "massnahmen")
    for _number in range(2):
        send(client, "massnahmen", rows)
    kept, old = Run.objects.order_by("pk")
    Run.objects.filter(pk=kept.pk).update(asked_at=timezone.now() - dt.timedelta(days=29))
    Run.objects.filter(pk=old.pk).update(asked_at=timezone.now() - dt.timedelta(days=31))
    assert jobs["exchange.forget"].run() == 1
    assert Run.objects.get() == kept
    assert jobs["exchange.forget"].run() == 0


def test_a_new_line_doesn_t_read_the_keys_of_all_others(
    client: Client, measure: MeasurePage
) -> None:
    head = exported(client, "meilensteine")[0]

    def looked_up(*names: str) -> int:
        lines = [[name, f"id-{measure.pk}", name, "", "01.05.2027", ""] for name in names]
        preview = send(client, "meilensteine", [head, *lines])
        with CaptureQueriesContext(connection) as asked:
            assert confirm(client, preview).refused == []
        table = f'FROM "{ExternalKey._meta.db_table}"'
        return sum(table in one["sql"] for one in asked)

    assert looked_up("m1") == looked_up("m2", "m3", "m4", "m5") > 0
    assert ExternalKey.objects.filter(exchange="meilensteine").count() == 5

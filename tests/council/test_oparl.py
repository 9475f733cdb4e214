"""Council papers over OParl: nothing lost, nothing doubled, nothing half, and what people wrote stays."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from wagtail.models import Revision

from accounts.models import Organisation
from knowledge.council.models import PaperPage, SourceList, SourceObject
from knowledge.council.oparl import client, pages
from knowledge.council.oparl.configuration import OParlProblem
from knowledge.council.oparl.pages import Outcome
from knowledge.council.oparl.sync import status, synchronise
from knowledge.files.models import KnowledgeDocument
from knowledge.writing.binning import put_into_bin
from knowledge.writing.services import draft_of, publish, save_draft, unpublish
from tests.council.oparl_server import BODY, OParlServer
from tests.factories import home_of, make_space, publish_below

ROLES = ["Vorberatung", "Empfehlung", "zur Kenntnis", "Beschlussfassung"]
PAPERS = f"{BODY}/paper"


def add_paper(source: OParlServer, number: int, **data) -> str:
    path = f"/paper/{number}"
    source.put(
        "Paper",
        path,
        **{
            "name": f"Vorlage {number}",
            "reference": f"{number:04}/2026",
            "date": "2026-02-03",
            **data,
        },
    )
    return path


def add_consultation(source: OParlServer, number: int, *, paper: str, role: str = "Vorberatung"):
    """Add one body, its meeting with an agenda item, and the consultation that is inside the paper."""
    organization = source.put("Organization", f"/organization/{number}", name=f"Gremium {number}")
    source.put(
        "Meeting",
        f"/meeting/{number}",
        name=f"Sitzung {number}",
        start=f"2026-03-{number:02}T22:30:00+00:00" if number < 29 else None,
        organization=[organization],
    )
    source.put(
        "Consultation",
        f"/consultation/{number}",
        agendaItem=f"BASE/agendaitem/{number}",
        meeting=f"BASE/meeting/{number}",
        organization=[organization],
        role=role,
    )
    source.put(
        "AgendaItem",
        f"/agendaitem/{number}",
        order=1,
        consultation=f"BASE/consultation/{number}",
        result="empfohlen",
    )
    source.objects[f"/meeting/{number}"]["agendaItem"] = [source.objects[f"/agendaitem/{number}"]]
    inside = source.objects[paper].setdefault("consultation", [])
    inside.append(source.objects[f"/consultation/{number}"])


def only_page() -> PaperPage:
    return PaperPage.objects.get()


def revisions() -> int:
    return Revision.objects.count()


def fact_of(page: PaperPage) -> str:
    return page.facts.get(label="Ratsinformationssystem").value


def numbers() -> list[str]:
    return sorted(PaperPage.objects.filter(live=True).values_list("number", flat=True))


@pytest.fixture
def paper(source) -> str:
    """Put one paper with one consultation and one file into the source."""
    path = add_paper(source, 1, web="https://ris.example.org/1")
    add_consultation(source, 4, paper=path)
    source.objects[path]["mainFile"] = source.put_file("/file/1", b"Die Vorlage", name="Vorlage")
    return path


def organisation(name: str, short_name: str = "") -> Organisation:
    return Organisation.objects.create(
        slug=f"o-{Organisation.objects.count()}",
        name=name,
        short_name=short_name or name,
        kind="other",
    )


def facts_of(page: PaperPage) -> dict[str, str]:
    return dict(page.facts.exclude(label="Ratsinformationssystem").values_list("label", "value"))


@pytest.fixture
def led(source, paper) -> str:
    """Have the paper led by two departments, written by a group, and decided by the council."""
    leads = [
        source.put("Organization", f"/organization/{number}", name=name)
        for number, name in ((90, "Amt für Frieden"), (91, "Ordnungsamt"))
    ]
    group = source.put("Organization", "/organization/92", name="Fraktion A")
    for number, role in ((5, "Beschlussfassung"), (6, "Beratung"), (7, "Kenntnisnahme")):
        add_consultation(source, number, paper=paper, role=role)
    source.change("/consultation/6", authoritative=True)
    source.change("/organization/6", name="Rat der Stadt Musterstadt", shortName="Rat")
    source.change(paper, underDirectionOf=leads, originatorOrganization=[group])
    return paper


@pytest.mark.parametrize("is_external", [False, True])
def test_lead_department_and_deciding_body_are_those_of_the_platform(
    index, source, led, is_external
):
    office, council = organisation("ORDNUNGSAMT"), organisation("Rat der Stadt", "Rat")
    if not is_external:
        source.change(
            led,
            underDirectionOf=[
                source.objects["/organization/90"],
                source.objects["/organization/91"],
            ],
        )
    synchronise()
    page = only_page()
    assert (page.lead, page.deciding_body) == (office, council)
    assert page.decision_due_on == dt.date(2026, 3, 6)
    assert facts_of(page) == {"Federführung": "Amt für Frieden", "Urheber": "Fraktion A"}
    assert page.consultations.get(body="Rat der Stadt Musterstadt").role == "decision"


def test_bodies_that_the_platform_does_not_know_are_named(index, source, led):
    organisation("Ordnungsamt", "OA Nord")
    organisation("ordnungsamt", "OA Süd")  # two of one name: nobody knows which is meant
    synchronise()
    page = only_page()
    assert (page.lead, page.deciding_body) == (None, None)
    assert facts_of(page) == {
        "Federführung": "Amt für Frieden, Ordnungsamt",
        "Beschließendes Gremium": "Rat der Stadt Musterstadt",
        "Urheber": "Fraktion A",
    }
    source.delete(led)
    synchronise()
    assert len(facts_of(only_page())) == 3


def test_who_decides_follows_the_source_unless_people_said_otherwise(index, source, led):
    office, other = organisation("Ordnungsamt"), organisation("Gremium 5")
    synchronise()
    page = only_page()
    page.lead = other
    publish(page, actor=None, stamp=None)
    source.change("/consultation/6", authoritative=False)
    source.change(led, underDirectionOf=[])
    synchronise()
    page = only_page()
    assert (page.lead, page.deciding_body) == (other, other)
    assert page.decision_due_on == dt.date(2026, 3, 5)
    assert office.led_papers.count() == 0


def test_a_new_name_of_the_lead_changes_its_papers(index, source, led):
    office = organisation("Ordnungsamt")
    synchronise()
    source.change("/organization/91", name="Amt für Ordnung")
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    assert only_page().lead is None
    assert office.led_papers.count() == 0
    assert "Amt für Ordnung" in facts_of(only_page())["Federführung"]


@pytest.mark.both
def test_a_paper_with_28_consultations_becomes_a_page(index, source):
    path = add_paper(source, 1, web="https://ris.example.org/vo/1")
    for number in reversed(range(1, 29)):
        add_consultation(source, number, paper=path, role=ROLES[number % 4])
    source.objects[path]["mainFile"] = source.put_file("/file/1", b"Die Vorlage", name="Vorlage")
    source.objects[path]["auxiliaryFile"] = [source.put_file("/file/2", b"Mehr", name="Anlage 1")]
    report = synchronise()
    assert (report.outcomes, report.problems) == ({Outcome.CREATED: 1}, {})
    page = only_page()
    assert page.live
    assert page.is_child_of(index)
    assert (page.number, page.title, page.dated_on) == (
        "0001/2026",
        "Vorlage 1",
        dt.date(2026, 2, 3),
    )
    rows = list(page.consultations.values_list("body", "held_on", "role", "outcome"))
    # 22:30 in UTC is a day later in Germany in the last days of March, when the clock was put forward.
    assert [row[0] for row in rows] == [f"Gremium {number}" for number in range(1, 29)]
    assert rows[3] == ("Gremium 4", dt.date(2026, 3, 4), "recommendation", "empfohlen")
    assert [row[2] for row in rows[:4]] == [
        "recommendation",
        "information",
        "decision",
        "recommendation",
    ]
    assert fact_of(page) == "https://ris.example.org/vo/1"
    attached = [row.document for row in page.attachments.all()]
    assert [document.title for document in attached] == ["Vorlage", "Anlage 1"]
    assert attached[0].file.read() == b"Die Vorlage"
    assert source.zipped == len(source.asked)


def test_a_second_run_asks_for_changes_and_changes_nothing(index, source, paper):
    synchronise()
    before, source.asked = revisions(), []
    assert synchronise().outcomes == {}
    assert revisions() == before
    since = timezone.now() - dt.timedelta(days=2)
    asked = [target for target in source.asked if target.startswith(PAPERS)]
    assert [
        target.startswith(f"{PAPERS}?modified_since={since:%Y-%m-%dT}") for target in asked
    ] == [True]
    assert not [target for target in source.asked if target.startswith("/file/")]


def test_inner_objects_and_ids_say_the_same(index, source, paper):
    source.is_external = True
    synchronise()
    before = revisions()
    assert list(only_page().consultations.values_list("body", "outcome")) == [
        ("Gremium 4", "empfohlen")
    ]
    assert only_page().attachments.count() == 1
    objects = set(SourceObject.objects.values_list("key", flat=True))
    source.is_external = False
    synchronise(anew=True)
    assert revisions() == before
    assert set(SourceObject.objects.values_list("key", flat=True)) == objects


def test_an_object_that_no_list_has_is_fetched(index, source, paper):
    source.change(BODY, agendaItem=None, consultation=None, organization=f"BASE{BODY}/person")
    source.is_external = True
    synchronise()
    assert list(only_page().consultations.values_list("body", "outcome")) == [
        ("Gremium 4", "empfohlen")
    ]


def test_all_pages_of_a_list_are_read(index, source):
    for number in range(1, 26):
        add_paper(source, number)
    synchronise()
    assert numbers() == [f"{number:04}/2026" for number in range(1, 26)]
    assert f"{PAPERS}?page=3" in source.asked


def test_a_result_in_another_list_changes_the_paper_alone(index, source, paper):
    add_paper(source, 2)
    synchronise()
    before = revisions()
    source.change("/agendaitem/4", result="ungeändert beschlossen")
    report = synchronise()
    assert report.outcomes == {Outcome.CHANGED: 1}
    assert revisions() == before + 1
    page = PaperPage.objects.get(number="0001/2026")
    assert page.consultations.get().outcome == "ungeändert beschlossen"


def test_consultations_come_and_go(index, source, paper):
    synchronise()
    add_consultation(source, 5, paper=paper)
    source.change(paper)
    source.delete("/consultation/4")
    synchronise()
    assert list(only_page().consultations.values_list("body", flat=True)) == ["Gremium 5"]


def test_what_people_wrote_stays(index, source, paper):
    synchronise()
    page = only_page()
    page.title = "Sicherheitskonzept"
    page.body = json.dumps([{"type": "paragraph", "value": "<p>Unsere Worte</p>"}])
    facts, rows = list(page.facts.all()), list(page.consultations.all())
    rows[0].note, rows[0].outcome = "mit Änderungsantrag", "vertagt"
    page.consultations.set([*rows, type(rows[0])(body="Runder Tisch", role="information")])
    page.facts.set([*facts, type(facts[0])(label="Ansprechperson", value="Amt 32")])
    publish(page, actor=None, stamp=None)
    source.change(paper, name="Neuer Name", date="2026-02-04")
    source.change("/agendaitem/4", result="beschlossen")
    add_consultation(source, 5, paper=paper)
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    page = only_page()
    assert (page.title, page.dated_on) == ("Sicherheitskonzept", dt.date(2026, 2, 4))
    assert "Unsere Worte" in str(page.body)
    assert list(page.consultations.values_list("body", "outcome", "note")) == [
        ("Gremium 4", "vertagt", "mit Änderungsantrag"),
        ("Gremium 5", "empfohlen", ""),
        ("Runder Tisch", "", ""),
    ]
    assert page.facts.filter(label="Ansprechperson").exists()


def test_what_people_took_out_stays_out(index, source, paper):
    synchronise()
    page = only_page()
    page.consultations.set([])
    page.attachments.set([])
    publish(page, actor=None, stamp=None)
    source.change(paper, name="Neuer Name")
    source.change("/file/1", name="Neue Datei")
    synchronise()
    page = only_page()
    assert page.title == "Neuer Name"
    assert not page.consultations.exists()
    assert not page.attachments.exists()


def test_a_draft_is_not_published_by_it(index, source, paper):
    synchronise()
    page = draft_of(only_page())
    page.body = json.dumps([{"type": "paragraph", "value": "<p>halb fertig</p>"}])
    save_draft(page, actor=None, stamp=None)
    source.change(paper, name="Neuer Name")
    assert synchronise().outcomes == {Outcome.DRAFTED: 1}
    assert only_page().title == "Vorlage 1"
    draft = draft_of(only_page())
    assert draft.title == "Neuer Name"
    assert "halb fertig" in str(draft.body)


def test_a_page_that_was_taken_back_stays_back(index, source, paper):
    synchronise()
    unpublish(only_page(), actor=None)
    source.change(paper, name="Neuer Name")
    assert synchronise().outcomes == {Outcome.DRAFTED: 1}
    assert not only_page().live


def test_a_page_in_the_bin_is_left_alone_and_named(index, source, paper, cast):
    synchronise()
    put_into_bin(only_page(), actor=cast.curator)
    source.change(paper, name="Neuer Name")
    report = synchronise()
    assert "Papierkorb" in report.problems["0001/2026"]
    assert any("Papierkorb" in line for line in status())
    assert SourceObject.objects.get(key=paper).waiting


def test_a_page_deleted_here_is_not_made_again(index, source, paper):
    synchronise()
    only_page().delete()
    source.change(paper, name="Neuer Name")
    assert synchronise().outcomes == {}
    assert not PaperPage.objects.exists()


def test_a_deleted_paper_is_marked_and_stays(index, source, paper):
    synchronise()
    for path in (paper, "/consultation/4", "/file/1"):
        source.delete(path)
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    page = only_page()
    assert page.live
    assert page.title == "Vorlage 1"
    assert fact_of(page).startswith("dort gelöscht am ")
    assert page.consultations.count() == page.attachments.count() == 1
    source.put("Paper", paper, name="Wieder da", reference="0001/2026")
    source.change(paper)
    synchronise()
    assert not fact_of(only_page()).startswith("dort gelöscht")


def test_a_paper_deleted_before_it_was_known_becomes_no_page(index, source, paper):
    synchronise()
    source.delete(add_paper(source, 2))
    assert synchronise().outcomes == {}
    assert numbers() == ["0001/2026"]
    assert not SourceObject.objects.filter(waiting__gt=0).exists()


def test_a_changed_file_takes_the_place_of_the_old_one(index, source, paper):
    synchronise()
    old = only_page().attachments.get().document
    source.files["/file/1.txt"] = b"Neue Fassung"
    source.change("/file/1")
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    new = only_page().attachments.get().document
    assert (new.file.read(), old.file.read()) == (b"Neue Fassung", b"Die Vorlage")
    source.change(paper, mainFile=None)
    synchronise()
    assert not only_page().attachments.exists()


def test_a_file_of_the_same_content_stays(index, source, paper):
    synchronise()
    source.change("/file/1")
    assert synchronise().outcomes == {Outcome.UNCHANGED: 1}
    source.asked = []
    source.change(paper)
    synchronise()
    assert "/file/1.txt" not in source.asked
    assert KnowledgeDocument.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"fileName": "bild.exe"}, "bild.exe"),
        ({"accessUrl": "http://127.0.0.1:9/geheim.txt"}, "STADTWISSEN_OPARL_HOSTS"),
        ({"accessUrl": "file:///etc/passwd"}, "file:///etc/passwd"),
        ({"accessUrl": "http://intern.example.org/x.txt"}, "STADTWISSEN_OPARL_HOSTS"),
        ({"accessUrl": "BASE/gone.txt"}, "Das gibt es nicht"),
    ],
)
def test_a_file_that_cannot_be_had_is_named(index, source, paper, said, reason):
    source.change("/file/1", **said)
    report = synchronise()
    assert reason in report.problems["0001/2026"]
    assert only_page().live
    assert not only_page().attachments.exists()
    assert any(reason in line for line in status())


def test_a_file_that_is_too_large_is_named(index, source, paper, settings):
    settings.MAX_UPLOAD_SIZE_BYTES = 1024 * 1024
    source.files["/file/1.txt"] = b"x" * (1024 * 1024 + 1)
    assert "1 MB" in synchronise().problems["0001/2026"]
    assert not KnowledgeDocument.objects.exists()


def test_an_id_that_changes_its_host_is_the_same_object(index, source, paper, settings):
    synchronise()
    before, objects = revisions(), SourceObject.objects.count()
    source.base = source.other_base
    with pytest.raises(OParlProblem, match="STADTWISSEN_OPARL_HOSTS"):
        synchronise()
    settings.OPARL_URL = f"{source.base}/system"
    for one in source.objects.values():
        source.change(one["id"].removeprefix("BASE"))
    synchronise()
    assert (revisions(), SourceObject.objects.count()) == (before, objects)
    source.change(paper, name="Nach dem Umzug")
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    assert only_page().title == "Nach dem Umzug"


def test_nothing_is_lost_when_a_list_shrinks_while_it_is_read(index, source):
    paths = [add_paper(source, number) for number in range(1, 26)]

    def shrink(target: str) -> None:
        if target == f"{PAPERS}?page=2" and "deleted" not in source.objects[paths[0]]:
            source.delete(paths[0])

    source.before_answer = shrink
    synchronise()
    # The 11th has moved to the first page while the second one was asked for.
    assert set(numbers()) >= {f"{number:04}/2026" for number in range(2, 26)}
    synchronise()
    assert fact_of(PaperPage.objects.get(number="0001/2026")).startswith("dort gelöscht")


def test_nothing_is_doubled_when_a_list_grows_while_it_is_read(index, source):
    for number in range(1, 26):
        add_paper(source, number)

    def grow(target: str) -> None:
        if target == f"{PAPERS}?page=2" and "/paper/0" not in source.objects:
            added = add_paper(source, 0)
            source.objects = {added: source.objects[added], **source.objects}

    source.before_answer = grow
    synchronise()
    assert numbers() == [f"{number:04}/2026" for number in range(26)]


def test_a_list_that_never_settles_is_said(index, source):
    for number in range(1, 12):
        add_paper(source, number)

    def grow(target: str) -> None:
        if target == f"{PAPERS}?page=2":
            add_paper(source, len(source.objects) + 100)

    source.before_answer = grow
    with pytest.raises(OParlProblem, match="ändert sich"):
        synchronise()
    source.before_answer = lambda target: None
    synchronise()
    assert len(numbers()) == 16


def test_a_failure_in_the_middle_is_tried_again(index, source):
    for number in range(1, 26):
        add_paper(source, number)
    source.failures[f"{PAPERS}?page=2"] = 2
    synchronise()
    assert len(numbers()) == 25


def test_a_lasting_failure_is_said_and_the_next_run_goes_on_there(index, source):
    for number in range(1, 26):
        add_paper(source, number)
    source.failures[f"{PAPERS}?page=2"] = 3
    with pytest.raises(OParlProblem, match="500"):
        synchronise()
    assert not PaperPage.objects.exists()
    state = SourceList.objects.get(key=PAPERS)
    assert (state.pages, state.known_until) == (1, None)
    assert state.next_url.endswith("page=2")
    assert "500" in state.error
    assert any("gelesene Seiten: 1" in line for line in status())
    assert any("500" in line for line in status())
    source.asked = []
    synchronise()
    asked = [target for target in source.asked if target.startswith(PAPERS)]
    assert asked[0] == f"{PAPERS}?page=2"
    assert len(numbers()) == 25
    assert SourceList.objects.get(key=PAPERS).error == ""


def test_a_page_that_is_gone_begins_the_list_anew(index, source):
    add_paper(source, 1)
    SourceList.objects.create(
        key=PAPERS, begun_at=timezone.now(), next_url=f"{source.base}/gone", pages=4
    )
    with pytest.raises(OParlProblem, match="Das gibt es nicht"):
        synchronise()
    synchronise()
    assert numbers() == ["0001/2026"]


def test_lists_that_not_every_server_has_stop_nothing(index, source, paper):
    source.failures[f"{BODY}/agendaItem"] = 9
    synchronise()
    assert only_page().consultations.get().outcome == "empfohlen"
    assert "500" in SourceList.objects.get(key=f"{BODY}/agendaItem").error


def test_lists_that_are_no_more_leave_no_error(index, source, paper):
    SourceList.objects.create(key="/alt/paper", error="500")
    source.change(BODY, file="BASE/gone")
    synchronise()
    assert not SourceList.objects.exclude(error="").exists()


def test_a_large_object_is_taken_in_part(index, source, paper):
    source.change(paper, keyword=["x" * (9 * 1024 * 1024)], name="y" * (1024 * 1024))
    synchronise()
    assert len(only_page().title) == 255
    assert len(json.dumps(SourceObject.objects.get(key=paper).data)) < 10_000


def test_too_large_an_answer_is_not_read(index, source, paper, monkeypatch):
    source.is_external = True
    source.change(BODY, organization=f"BASE{BODY}/person")
    source.change("/organization/4", keyword=["x" * (10 * 1024 * 1024)])
    report = synchronise()
    assert "10 MB" in report.problems["0001/2026"]
    monkeypatch.setattr("knowledge.council.oparl.reading.MAX_PAGE_BYTES", 1024 * 1024)
    source.change(paper, keyword=["x" * (1024 * 1024)])
    with pytest.raises(OParlProblem, match="1 MB"):
        synchronise()


def test_a_redirect_leads_to_configured_hosts_only(index, source, paper):
    source.redirects[PAPERS] = "http://127.0.0.1:9/paper"
    with pytest.raises(OParlProblem, match=r"127\.0\.0\.1:9"):
        synchronise()
    source.redirects[PAPERS] = "file:///etc/passwd"
    with pytest.raises(OParlProblem, match="file:///etc/passwd"):
        synchronise()
    source.redirects[PAPERS] = PAPERS
    with pytest.raises(OParlProblem, match="Adresse zu Adresse"):
        synchronise()
    assert not PaperPage.objects.exists()
    source.redirects[PAPERS] = f"{PAPERS}?page=1"
    synchronise()
    assert only_page().live


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<html>", "kein OParl"),
        (b"[1]", "kein OParl"),
        (b'{"data": 1}', "keine Liste"),
        (b"[" * 100_000, "kein OParl"),
        (
            b'{"type": "https://schema.oparl.org/1.1/Error", "message": "Wartung bis 8 Uhr."}',
            "Wartung",
        ),
    ],
)
def test_an_odd_answer_is_said(index, source, paper, answer, said):
    source.answers[PAPERS] = answer
    with pytest.raises(OParlProblem, match=said):
        synchronise()


def test_pages_in_a_circle_are_said(index, source, paper):
    page = {"data": [], "links": {"next": f"{source.base}{PAPERS}"}}
    source.answers[PAPERS] = json.dumps(page).encode()
    with pytest.raises(OParlProblem, match="im Kreis"):
        synchronise()


def test_odd_objects_are_passed_over(index, source, paper):
    answer = json.loads(source.answer(PAPERS)[1])
    deep = {"id": "/x", "consultation": [{"id": "/y"}]}
    for _level in range(50):
        deep = {"id": "/x", "consultation": [{"id": "/y", "paper": [deep]}]}
    answer["data"] += [
        "text",
        {"name": "ohne Id"},
        {"id": 7},
        {"id": "/p/9", "name": "Nul\0", "date": "2026-99-99", "consultation": "a", "mainFile": 3},
        deep,
    ]
    source.answers[PAPERS] = json.dumps(answer).encode()
    synchronise()
    page = PaperPage.objects.get(number="9")
    assert (page.title, page.dated_on) == ("Nul", None)


def test_an_unreachable_server_is_said(index, source, settings):
    settings.OPARL_URL = "http://127.0.0.1:9/system"
    with pytest.raises(OParlProblem, match="nicht erreichbar"):
        synchronise()
    assert "nicht erreichbar" in SourceList.objects.get(key="/system").error


def test_a_page_that_people_began_is_taken_over(index, source, paper):
    begun = PaperPage(title="Unser Titel", number="0001/2026")
    publish_below(index, begun)
    assert synchronise().outcomes == {Outcome.CHANGED: 1}
    page = only_page()
    assert page.pk == begun.pk
    assert page.title == "Unser Titel"
    assert page.dated_on == dt.date(2026, 2, 3)
    assert page.consultations.count() == 1


def test_a_number_of_another_space_is_left_alone(index, source, paper):
    other = publish_below(
        home_of(make_space("woanders")), type(index)(title="Vorlagen", slug="vorlagen")
    )
    publish_below(other, PaperPage(title="Andere", number="0001/2026"))
    report = synchronise()
    assert "0001/2026" in report.problems
    assert only_page().title == "Andere"


def test_two_papers_of_one_number_become_two_pages(index, source, paper):
    add_paper(source, 2, reference="0001/2026")
    synchronise()
    synchronise(anew=True)
    first, second = PaperPage.objects.order_by("pk")
    assert first.number == "0001/2026"
    assert second.number.startswith("0001/2026 (")


def test_nothing_of_a_paper_is_kept_that_could_not_be_written(index, source, paper, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(pages, "create_published_page", fail)
    kept = []
    store = pages._store
    monkeypatch.setattr(pages, "_store", lambda *args: kept.append(store(*args)) or kept[0])
    with pytest.raises(RuntimeError):
        synchronise()
    assert not PaperPage.objects.exists()
    assert not KnowledgeDocument.objects.exists()
    assert not kept[0].file.storage.exists(kept[0].file.name)
    assert SourceObject.objects.get(key=paper).waiting
    monkeypatch.undo()
    monkeypatch.setattr(client, "PAUSES_S", (0, 0))
    assert synchronise().outcomes == {Outcome.CREATED: 1}


def test_a_change_while_a_paper_is_written_still_waits(index, source, paper, monkeypatch):
    write = pages.write

    def write_late(row, *args, **kwargs):
        SourceObject.objects.filter(pk=row.pk).update(waiting=row.waiting + 1)
        return write(row, *args, **kwargs)

    monkeypatch.setattr("knowledge.council.oparl.sync.write", write_late)
    synchronise()
    assert SourceObject.objects.get(key=paper).waiting == 1


def test_a_paper_that_another_run_wrote_is_not_written_twice(index, source, paper, monkeypatch):
    write = pages.write

    def write_twice(*args, **kwargs):
        write(*args, **kwargs)
        return write(*args, **kwargs)

    monkeypatch.setattr("knowledge.council.oparl.sync.write", write_twice)
    assert synchronise().outcomes == {Outcome.UNCHANGED: 1}
    assert only_page().attachments.count() == 1


def test_people_are_not_kept(index, source, paper):
    source.change("/meeting/4", participant=["BASE/person/1"])
    source.put("Person", "/person/1", name="Erika Mustermann")
    synchronise()
    assert not any("person" in json.dumps(one.data) for one in SourceObject.objects.all())
    assert not SourceObject.objects.filter(key="/person/1").exists()

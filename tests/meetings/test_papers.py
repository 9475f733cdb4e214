"""Minutes as files: the page, its agenda, the list to sign, the extract; each reader gets the lawful one."""

from __future__ import annotations

from typing import Any

from knowledge.meetings.models import Decision
from knowledge.meetings.planning.services import invite
from knowledge.writing.stamps import stamp_of
from tests.conftest import signed_in
from tests.export.conftest import Judged, address, attach, bytes_of, fetched
from tests.export.conftest import judged as judged
from tests.export.test_files import everything_in, text_of
from tests.meetings.conftest import Group, plan
from tests.meetings.test_narrowing import SECRET, narrowed


def extract(person: Any, decision: Decision, form: str) -> Any:
    return signed_in(person).get(f"{decision.url}{form}/")


def test_minutes_and_their_papers_are_accessible_and_whole(group: Group, judged: Judged) -> None:
    page = narrowed(group)
    first = Decision.objects.order_by("running").first()
    files = {
        "minutes": fetched(group.member, page, "pdf").content,
        "agenda": fetched(group.member, page, "tagesordnung").content,
        "attendance": fetched(group.lead, page, "anwesenheit").content,
        "extract": extract(group.member, first, "pdf").content,
    }
    assert judged("ua1", files) == {name: [] for name in files}
    texts = {name: "\n".join(text_of(content)) for name, content in files.items()}
    assert "> Entwurf, noch nicht genehmigt" in fetched(group.member, page, "md").content.decode()
    for words in ("Begrüßung", f"{SECRET}titel", "Entwurf, noch nicht genehmigt", first.number):
        assert words in texts["minutes"]
    assert "Lena Leitung" in texts["attendance"]
    assert "Unterschrift" in texts["attendance"]
    for words in (f"Beschluss {first.number}", "3. November 2026", "einstimmig", "Paul Partner",
                  "Alle freuen sich."):  # fmt: skip
        assert words in texts["extract"]
    assert "Bis bald." not in texts["extract"]
    assert SECRET not in texts["extract"]


def test_a_narrowed_item_is_in_no_file_of_the_others(group: Group) -> None:
    page = narrowed(group)
    attach(page, "Anlage A")
    attach(page, "Anlage B")
    given = {
        form: fetched(group.partner, page, form)
        for form in ("pdf", "docx", "md", "tagesordnung", "anlagen")
    }
    shown, hidden = Decision.objects.order_by("running")
    given["auszug"] = extract(group.partner, shown, "pdf")
    given["auszug-docx"] = extract(group.partner, shown, "docx")
    for form, answer in given.items():
        assert answer.status_code == 200
        assert SECRET not in everything_in(answer), form
    assert "TOP 2 ist nicht Teil dieser Fassung." in given["md"].content.decode()
    assert "TOP 2 ist nicht Teil dieser Fassung." in "\n".join(
        text_of(given["tagesordnung"].content)
    )
    for form in ("pdf", "docx"):
        assert extract(group.partner, hidden, form).status_code == 404
        assert extract(group.outsider, shown, form).status_code == 404
    assert extract(group.partner, shown, "exe").status_code == 404
    assert signed_in(group.partner).get(address(page, "anwesenheit")).status_code == 404


def test_the_list_to_sign_of_a_planned_meeting_names_who_is_invited(group: Group) -> None:
    page = plan(group)
    invite(page, actor=group.lead, stamp=stamp_of(page))
    listed = "\n".join(text_of(bytes_of(fetched(group.lead, page, "anwesenheit"))))
    assert all(name in listed for name in ("Lena Leitung", "Mira Mitglied", "Paul Partner"))

"""Minutes that came as one text are taken apart without retyping."""

from __future__ import annotations

import datetime as dt

from access.audience import audiences_of
from audit.models import Entry
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import items_of, new_item, put_back
from knowledge.meetings.models import Meeting, State
from knowledge.writing.services import draft_of, save_draft, stamp_of
from tests.conftest import Cast, signed_in
from tests.meetings.conftest import Group, Typing, plan
from tests.meetings.test_minutes import sent_out

WORD = (
    "<p>Frau Leitung begrüßt <b>alle</b>.</p><h3>TOP 1: Beleuchtung</h3><p>Es ist <i>dunkel</i>.</p>"
    "<ul><li>am Kanal</li><li>Beschluss: Die Laternen werden geprüft.</li><li>am <b>Markt</b></li></ul>"
    "<p>Paul Partner: Laternen zählen bis 15.12.</p><p>2. Verschiedenes</p><p>Nichts.</p>"
)


def imported(group: Group, source: str = WORD) -> MinutesPage:
    page = plan(group)
    draft = draft_of(page)
    item = new_item("Niederschrift")
    item["value"]["text"] = source
    put_back(draft, [item])
    save_draft(draft, actor=group.lead, stamp=None)
    return MinutesPage.objects.get(pk=page.pk)


def divide(group: Group, page: MinutesPage, **chosen: str) -> MinutesPage:
    """Send what the page proposes, with the n-th line (`part_n`) changed."""
    client, url = signed_in(group.lead), f"/sitzung/{page.pk}/aufteilen/"
    context = client.get(url).context
    parts = [part for _title, found in context["items"] for part in found]
    sent = {f"part-{part.key}": str(part.proposed) for part in parts}
    sent |= {f"part-{parts[int(name[5:])].key}": kind for name, kind in chosen.items()}
    assert client.post(url, {"stamp": context["stamp"], **sent}).status_code == 302
    draft: MinutesPage = draft_of(MinutesPage.objects.get(pk=page.pk))
    return draft


def test_lines_become_items_decisions_and_tasks_and_the_rest_keeps_its_formats(
    group: Group,
) -> None:
    page = imported(group)
    assert "/aufteilen/" in signed_in(group.lead).get(f"/sitzung/{page.pk}/").content.decode()
    first, light, rest = items_of(divide(group, page, part_6="task"))
    assert (first.title, first.text.source) == (
        "Niederschrift", "<p>Frau Leitung begrüßt <b>alle</b>.</p>"
    )  # fmt: skip
    assert light.title == "Beleuchtung"
    assert light.text.source == (
        "<p>Es ist <i>dunkel</i>.</p><ul><li>am Kanal</li><li>am <b>Markt</b></li></ul>"
    )
    assert [one.text for one in light.decisions] == ["Die Laternen werden geprüft."]
    (task,) = light.tasks
    assert (task.who, task.what, task.due_on) == (
        "Paul Partner", "Laternen zählen", dt.date(2026, 12, 15)
    )  # fmt: skip
    assert (rest.title, rest.text.source) == ("Verschiedenes", "<p>Nichts.</p>")


def test_each_door_to_confidential_minutes_leaves_a_line(group: Group) -> None:
    page = imported(group)
    draft = draft_of(page)
    draft.classification = "confidential"
    save_draft(draft, actor=group.lead, stamp=None)
    lead = signed_in(group.lead)
    for number, door in enumerate(("", "ansicht/", "aufteilen/"), start=1):
        answer = lead.get(f"/sitzung/{page.pk}/{door}")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store", door
        read = Entry.objects.filter(action="read.page", actor=group.lead)
        assert read.count() == number, door


def test_what_stays_text_stays_as_it_was_stored(group: Group) -> None:
    page = imported(group)
    draft = divide(group, page, **{f"part_{number}": "text" for number in range(9)})
    (item,) = items_of(draft)
    assert item.text.source == WORD
    assert not item.decisions


def test_what_a_narrowed_item_is_cut_into_is_narrowed_alike(group: Group, cast: Cast) -> None:
    page = imported(group)
    form = Typing(group.lead, page)
    form.narrow(0, cast.organisation_a)
    assert form.save().status_code == 302
    keys = [one.key for one in items_of(divide(group, page))]
    assert len(keys) == 3
    assert audiences_of(keys) == dict.fromkeys(keys, frozenset({cast.organisation_a.pk}))


def test_a_writer_is_shown_and_changes_nothing_of_a_hidden_item(group: Group, cast: Cast) -> None:
    page = imported(group)
    form = Typing(group.lead, page)
    form.narrow(0, cast.organisation_a)
    assert form.save().status_code == 302
    group.lead.organisation = cast.organisation_b
    group.lead.save()
    client, url = signed_in(group.lead), f"/sitzung/{page.pk}/aufteilen/"
    assert "Beleuchtung" not in client.get(url).content.decode()
    (key,) = [one.key for one in items_of(draft_of(page))]
    fresh = MinutesPage.objects.get(pk=page.pk)
    client.post(url, {"stamp": stamp_of(fresh), f"part-{key}-0": "item"})
    (item,) = items_of(draft_of(fresh))
    assert item.text.source == WORD


def test_minutes_that_are_out_are_corrected_not_taken_apart(group: Group) -> None:
    page = sent_out(group)
    assert Meeting.objects.get(page=page).state == State.CIRCULATED
    client = signed_in(group.lead)
    assert client.get(f"/sitzung/{page.pk}/aufteilen/").status_code == 404
    assert "/aufteilen/" not in client.get(f"/sitzung/{page.pk}/").content.decode()

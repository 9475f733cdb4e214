"""What a line holds, and what it never holds."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from audit.actions import AuditAction, actions
from audit.models import AppendOnly, Entry, Log
from audit.services import DETAIL_LENGTH, record
from audit.wording import sentence
from tests.conftest import Cast
from tests.factories import make_article
from web.registry import NotRegistered

pytestmark = pytest.mark.both


def last() -> Entry:
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    return entry


def test_a_line_names_person_organisation_object_and_space(cast: Cast) -> None:
    record(
        "grant.given",
        actor=cast.steward_a,
        obj=cast.organisation_b,
        space=cast.space_a,
        details={"role": "reader", "until": dt.datetime(2027, 3, 5, tzinfo=dt.UTC), "reason": ""},
    )
    entry = last()
    assert (entry.actor_id, entry.actor_name) == (cast.steward_a.pk, str(cast.steward_a))
    assert entry.actor_organisation == "Amt A"
    assert entry.object_reference == f"accounts.Organisation:{cast.organisation_b.pk}"
    assert entry.object_title == "Amt B"
    assert (entry.space_id, entry.space_slug) == (cast.space_a.pk, "bereich-a")
    assert entry.details == {"role": "reader", "until": "2027-03-05T00:00:00+00:00"}
    assert (entry.log, entry.group, entry.address) == (Log.CHANGES, "grant", "")
    assert str(entry).endswith(" grant.given")


def test_a_page_is_named_by_number_and_space_only(cast: Cast) -> None:
    page = make_article(cast.space_a, "Kanarienvogel im Titel")
    record("page.deleted", actor=None, obj=page)
    entry = last()
    assert entry.object_reference == f"basepage.KnowledgePage:{page.pk}"
    assert (entry.object_title, entry.space_id, entry.space_slug) == (
        "",
        cast.space_a.pk,
        "bereich-a",
    )


def test_a_space_may_be_given_by_its_number(cast: Cast) -> None:
    record("page.deleted", actor=None, obj=cast.reader_a, space_id=cast.space_b.pk)
    assert (last().space_id, last().space_slug) == (cast.space_b.pk, "")


def test_the_space_of_a_space_is_itself(cast: Cast) -> None:
    record("space.added", actor=None, obj=cast.space_b)
    entry = last()
    assert (entry.space_id, entry.space_slug, entry.object_title) == (
        cast.space_b.pk,
        "bereich-b",
        "Bereich-B",
    )


def test_texts_in_details_are_cut_and_cleaned(db: None) -> None:
    record("person.changed", actor=None, details={"changed": "x\x00" * 1000, "is_active": False})
    assert last().details == {"changed": ("x" * DETAIL_LENGTH), "is_active": False}


def test_an_unknown_action_raises_and_names_the_cure(db: None) -> None:
    with pytest.raises(NotRegistered, match=r"'frob\.nicated' is unknown; register it"):
        record("frob.nicated", actor=None)
    assert actions.get("frob.nicated") is None
    assert not Entry.objects.exists()


def test_an_unknown_detail_raises(db: None) -> None:
    with pytest.raises(ValueError, match=r"page\.deleted knows no detail title"):
        record("page.deleted", actor=None, details={"title": "Geheim"})


def test_an_action_needs_a_known_group() -> None:
    with pytest.raises(ValueError, match="no known group"):
        actions.register(AuditAction("frob.nicated", "x"))


def test_a_rolled_back_change_leaves_no_line(cast: Cast) -> None:
    before = Entry.objects.count()

    def fail_after_recording() -> None:
        with transaction.atomic():
            record("space.added", actor=None, obj=cast.space_a)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()
    assert Entry.objects.count() == before


def test_python_refuses_to_change_or_delete_lines(db: None) -> None:
    entry = record("sign_in.failed", actor=None)
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(action="x"),
        lambda: Entry.objects.bulk_update([entry], ["action"]),
    ):
        with pytest.raises(AppendOnly, match="never changed or deleted"):
            attempt()


def test_every_action_has_a_sentence_that_can_be_said(db: None) -> None:
    for action in actions:
        details = dict.fromkeys(action.details, "2027-01-01")
        said = sentence(record(action.name, actor=None, details=details))
        assert "%(" not in said
        assert said[0].isupper()
        assert actions[action.name] is action

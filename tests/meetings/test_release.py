"""The lead's release before minutes go out, if the group chose that."""

from __future__ import annotations

import pytest

from access.consequence.confirmation import Refused
from access.granting.services import grant_role
from access.roles import Role
from knowledge.groups.models import MinutesPage
from knowledge.meetings.circulating.circulation import circulate
from knowledge.meetings.leading import ReleaseTask
from knowledge.meetings.models import Decision, Meeting, Rules, State
from knowledge.versions.selectors import waiting_reviews
from knowledge.writing.services import draft_of, publish_draft, stamp_of
from knowledge.writing.submitting import is_waiting, review_of
from notices.models import Notice
from tests.conftest import signed_in
from tests.meetings.conftest import Group, Typing, plan


@pytest.fixture
def waiting(group: Group) -> MinutesPage:
    """Minutes that the member, who only writes drafts, keeps and has handed to the lead."""
    grant_role(group.space, group.member, Role.PUBLISHER, actor=None)
    Rules.objects.create(space=group.space, needs_release=True)
    page = plan(group)
    form = Typing(group.member, page)
    form.add("Laternen", "B: Alle an.", "unanimous")
    form.fields["all-present"] = "1"
    assert form.save(do="ask").status_code == 302
    page.refresh_from_db()
    return page


def test_the_keeper_asks_and_the_lead_sends_out(group: Group, waiting: MinutesPage) -> None:
    state = review_of(waiting)
    assert state is not None
    task = ReleaseTask.objects.get()
    assert is_waiting(state)
    assert state.current_task_state.task_id == task.pk
    assert task.get_task_states_user_can_moderate(group.lead).count() == 1
    assert not task.get_task_states_user_can_moderate(group.member).exists()
    assert Notice.objects.filter(kind="meetings.release_asked", recipient=group.lead).count() == 1
    address = f"/sitzung/{waiting.pk}/"
    shown = signed_in(group.lead).get(address).content.decode()
    assert "Mira Mitglied bittet" in shown
    assert "Protokoll versenden" not in signed_in(group.member).get(address).content.decode()
    form = Typing(group.lead, waiting)
    assert form.save(do="circulate").status_code == 302
    assert Meeting.objects.get(page=waiting).state == State.CIRCULATED
    assert Decision.objects.count() == 1
    assert review_of(waiting) is None
    assert not Notice.objects.filter(kind="meetings.release_asked").exists()


def test_no_door_leads_around_the_release(group: Group, waiting: MinutesPage) -> None:
    with pytest.raises(Refused, match="wer sie leitet"):
        circulate(waiting, actor=group.member, stamp=None)
    with pytest.raises(Refused, match="mit der Freigabe"):
        publish_draft(waiting, actor=group.member, stamp=None)
    review = signed_in(group.member).post(
        f"/pruefen/{waiting.pk}/", {"deed": "publish", "stamp": stamp_of(waiting)}
    )
    assert review.status_code == 404
    assert not MinutesPage.objects.get(pk=waiting.pk).live
    assert not Decision.objects.exists()


def test_minutes_are_handed_in_by_asking_for_the_release_alone(group: Group) -> None:
    Rules.objects.create(space=group.space, needs_release=True)
    grant_role(group.space, group.member, Role.PUBLISHER, actor=None)
    page = plan(group)
    Typing(group.member, page).add("Laternen", "B: Alle an.", "unanimous")
    page.refresh_from_db()
    client, stamp = signed_in(group.member), stamp_of(page)
    doors = {
        f"/bearbeiten/{page.pk}/vorlegen/": {"stamp": stamp},
        f"/bearbeiten/{page.pk}/veroeffentlichen/": {"stamp": stamp},
        f"/angaben/{page.pk}/": {"deed": "hand_in", "stamp": stamp},
    }
    assert {door: client.post(door, sent).status_code for door, sent in doors.items()} == (
        dict.fromkeys(doors, 404)
    )
    assert review_of(page) is None, "publishers would decide, not whoever leads the group"
    assert page.has_unpublished_changes


def test_the_lead_returns_them_with_a_reason(group: Group, waiting: MinutesPage) -> None:
    form = Typing(group.lead, waiting)
    missing = form.save(do="return")
    assert missing.status_code == 400
    assert "warum" in missing.content.decode()
    form.read()
    assert form.save(do="return", reason="Die Namen fehlen.").status_code == 302
    shown = signed_in(group.member).get(f"/sitzung/{waiting.pk}/").content.decode()
    assert "Zurückgegeben: Die Namen fehlen." in shown
    assert Typing(group.member, waiting).save(do="ask").status_code == 302
    assert is_waiting(review_of(waiting))
    assert draft_of(waiting).agenda


def test_what_is_missing_is_said_before_the_lead_is_asked(group: Group) -> None:
    Rules.objects.create(space=group.space, needs_release=True)
    page = plan(group)
    grant_role(group.space, group.member, Role.CONTRIBUTOR, actor=None)
    MinutesPage.objects.filter(pk=page.pk).update(owner=group.member)
    answer = Typing(group.member, page).save(do="ask")
    assert answer.status_code == 400
    assert "Niemand ist als anwesend" in answer.content.decode()
    assert review_of(page) is None


def test_the_list_of_reviews_leads_whoever_releases_to_the_minutes(
    group: Group, waiting: MinutesPage
) -> None:
    address, review = f"/sitzung/{waiting.pk}/", f"/pruefen/{waiting.pk}/"
    assert [one["url"] for one in waiting_reviews(group.lead)] == [address]
    assert waiting_reviews(group.member) == [], "publishes there, and doesn't lead the group"
    shown = signed_in(group.lead).get(review).content.decode()
    assert f'href="{address}"' in shown
    assert "Protokoll versenden oder zurückgeben" in shown
    for person in (group.lead, group.member):
        html = signed_in(person).get(review).content.decode()
        assert 'value="publish"' not in html
        assert 'value="return"' not in html
    forged = {"deed": "return", "text": "Nein.", "stamp": stamp_of(waiting)}
    assert signed_in(group.member).post(review, forged).status_code == 404
    assert is_waiting(review_of(waiting))


def test_whoever_asks_again_hears_what_is_decided(group: Group, waiting: MinutesPage) -> None:
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    assert Typing(group.lead, waiting).save(do="return", reason="Kurz.").status_code == 302
    assert Typing(group.partner, waiting).save(do="ask").status_code == 302
    state = review_of(waiting)
    assert state is not None
    assert state.requested_by == group.partner

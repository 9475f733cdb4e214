"""Pages are to be checked by a day: planned, listed, reminded of, confirmed; readers say what is out of date."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.granting.services import grant_role
from access.roles import Role
from accounts.leaving import consequences_of_leaving, leave
from accounts.models import User
from accounts.personal_data import sections
from audit.models import Entry
from knowledge.corrections.models import Hint
from knowledge.corrections.services import HINT
from knowledge.wiki.due import pages_due, waiting_for
from knowledge.wiki.models import Upkeep
from knowledge.wiki.reminders import DUE, REPEATED_AFTER, remind
from knowledge.wiki.upkeep import OUTDATED
from knowledge.writing import services as writing
from notices.models import Notice
from notices.selectors import in_words, notices_of
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article

pytestmark = pytest.mark.django_db


def told(person: User, kind: str) -> list[str]:
    mine = list(notices_of(person).filter(kind=kind))
    return [one.title for one in in_words(person, mine).values()]


def planned(cast: Cast, keeper: User | None, *, days: int, page: object = None) -> object:
    page = page or make_article(cast.space_a, "Steg")
    day = timezone.localdate() + dt.timedelta(days=days)
    signed_in(cast.publisher_a).post(
        f"/aktualitaet/{page.pk}/",
        {"review_by": day.isoformat(), "rhythm": 365, "keeper": keeper.pk if keeper else ""},
    )
    page.refresh_from_db()
    return page


@pytest.mark.both
def test_a_check_is_planned_listed_and_confirmed(cast: Cast) -> None:
    page = planned(cast, cast.contributor_a, days=-1)
    assert page.review_by == timezone.localdate() - dt.timedelta(days=1)
    keeper = signed_in(cast.contributor_a)
    assert "1 Seite ist von Ihnen zu prüfen" in keeper.get("/").content.decode()
    assert "1 Seite ist" not in signed_in(cast.publisher_a).get("/").content.decode()
    html = signed_in(cast.publisher_a).get("/aktualitaet/").content.decode()
    assert "Steg" in html
    assert "überfällig" in html
    assert "Steg" not in signed_in(cast.publisher_b).get("/aktualitaet/").content.decode()
    shown = keeper.get(f"/aktualitaet/{page.pk}/").content.decode()
    assert "Prüfung planen" not in shown, "the keeper checks, and publishers plan"
    assert keeper.post(f"/aktualitaet/{page.pk}/geprueft/").status_code == 302
    page.refresh_from_db()
    assert page.review_by == timezone.localdate() + dt.timedelta(days=365)
    assert Upkeep.objects.get(page=page).checked_by == cast.contributor_a
    assert writing.draft_of(page).review_by == page.review_by, "a later draft doesn't undo it"
    assert not pages_due(cast.publisher_a).exists()
    actions = set(Entry.objects.values_list("action", flat=True))
    assert actions >= {"page.review_planned", "page.reviewed"}


def test_the_list_is_narrowed_to_a_space_and_a_person(cast: Cast) -> None:
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    planned(cast, cast.contributor_a, days=-1)
    other = planned(cast, None, days=3, page=make_article(cast.space_b, "Turm"))
    client = signed_in(cast.publisher_a)
    assert [one.title for one in pages_due(cast.publisher_a)] == ["Steg", "Turm"]
    narrowed = client.get("/aktualitaet/", {"bereich": cast.space_b.slug})
    assert [row["page"].title for row in narrowed.context["rows"]] == [other.title]
    narrowed = client.get("/aktualitaet/", {"wer": cast.contributor_a.pk})
    assert [row["page"].title for row in narrowed.context["rows"]] == ["Steg"]
    odd = client.get("/aktualitaet/", {"wer": "x\0", "bereich": "gibt-es-nicht"})
    assert len(odd.context["rows"]) == 2


def test_only_who_plans_or_keeps_gets_through(cast: Cast) -> None:
    page = planned(cast, cast.contributor_a, days=3)
    for person in (cast.reader_a, cast.publisher_b, cast.reader_b):
        client = signed_in(person)
        assert client.get(f"/aktualitaet/{page.pk}/").status_code == 404
        assert client.post(f"/aktualitaet/{page.pk}/geprueft/").status_code == 404
    answer = signed_in(cast.contributor_a).post(
        f"/aktualitaet/{page.pk}/", {"review_by": "", "rhythm": 0, "keeper": ""}
    )
    assert answer.status_code == 200
    page.refresh_from_db()
    assert page.review_by is not None, "a keeper who doesn't publish plans nothing"
    odd = {"review_by": "gestern", "rhythm": 7, "keeper": cast.reader_b.pk}
    form = signed_in(cast.publisher_a).post(f"/aktualitaet/{page.pk}/", odd).context["form"]
    assert set(form.errors) == {"review_by", "rhythm", "keeper"}
    home = home_of(cast.space_a)
    assert signed_in(cast.publisher_a).get(f"/aktualitaet/{home.pk}/").status_code == 200


def test_people_are_reminded_and_not_again_within_days(cast: Cast) -> None:
    assert dt.timedelta(days=5) <= REPEATED_AFTER
    planned(cast, cast.contributor_a, days=0)
    planned(cast, None, days=0, page=make_article(cast.space_a, "Turm"))
    planned(cast, None, days=2, page=make_article(cast.space_a, "Später"))
    assert remind() == 3  # the keeper, and publisher and steward for the page that nobody keeps
    assert told(cast.contributor_a, DUE) == ["Von Ihnen ist 1 Seite zu prüfen."]
    assert told(cast.publisher_a, DUE) == ["Von Ihnen ist 1 Seite zu prüfen."]
    Notice.objects.filter(recipient=cast.contributor_a).update(read_at=timezone.now())
    assert remind() == 0
    Notice.objects.update(created_at=timezone.now() - REPEATED_AFTER - dt.timedelta(hours=1))
    assert remind() == 3
    assert not told(cast.reader_a, DUE)


def test_reminding_reads_a_keepers_rights_once_however_many_pages_are_due(cast: Cast) -> None:
    def queries() -> int:
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            assert remind() == 1
        return len(captured)

    planned(cast, cast.contributor_a, days=-1)
    before = queries()
    for title in ("Turm", "Ufer"):
        planned(cast, cast.contributor_a, days=-1, page=make_article(cast.space_a, title))
    assert queries() == before


def test_a_keeper_who_lost_the_right_is_replaced_by_the_publishers(cast: Cast) -> None:
    page = make_article(cast.space_b, "Turm")
    day = timezone.localdate()
    page.review_by = day
    page.save_revision().publish()
    Upkeep.objects.create(page=page, keeper=cast.reader_a)
    assert remind() >= 1
    assert not Notice.objects.filter(kind=DUE, recipient=cast.reader_a).exists()
    assert not waiting_for(cast.reader_a).exists()


def test_any_reader_doubts_a_page_with_one_click(cast: Cast) -> None:
    page = planned(cast, cast.contributor_a, days=30)
    reader = signed_in(cast.reader_a)
    assert f"/aktualitaet/{page.pk}/veraltet/" in reader.get(page.url).content.decode()
    answer = reader.post(f"/aktualitaet/{page.pk}/veraltet/", {}, follow=True).content.decode()
    assert "Danke" in answer
    reader.post(f"/aktualitaet/{page.pk}/veraltet/", {"text": "Der Steg ist weg."})
    hint = Hint.objects.get()
    assert (hint.is_doubt, hint.text) == (True, "Der Steg ist weg."), "a second click says more"
    assert {one.recipient for one in Notice.objects.filter(kind=HINT)} == {
        cast.publisher_a,
        cast.steward_a,
    }
    assert told(cast.contributor_a, OUTDATED)
    assert "veraltet" in signed_in(cast.publisher_a).get("/hinweise/").content.decode()
    shown = signed_in(cast.contributor_a).get(f"/aktualitaet/{page.pk}/").content.decode()
    assert "Der Steg ist weg." in shown
    signed_in(cast.publisher_a).post(f"/aktualitaet/{page.pk}/geprueft/", {"from_list": "1"})
    hint.refresh_from_db()
    assert (hint.state, hint.answer) == (Hint.State.SETTLED, "Die Seite wurde geprüft.")
    assert not told(cast.contributor_a, OUTDATED)


def test_nobody_doubts_what_is_hidden(cast: Cast) -> None:
    hidden = make_article(cast.space_b, "Geheim")
    reader = signed_in(cast.reader_a)
    answers = {
        reader.post(f"/aktualitaet/{pk}/veraltet/", {"text": "x"}).status_code
        for pk in (hidden.pk, 999_999)
    }
    assert answers == {404}
    page = make_article(cast.space_a, "Steg")
    long = reader.post(f"/aktualitaet/{page.pk}/veraltet/", {"text": "x" * 2001}, follow=True)
    assert "zu lang" in long.content.decode()
    assert not Hint.objects.exists()


def test_who_leaves_keeps_nothing(cast: Cast) -> None:
    page = planned(cast, cast.contributor_a, days=3)
    signed_in(cast.contributor_a).post(f"/aktualitaet/{page.pk}/geprueft/")
    (row,) = sections["upkeep"].collect(cast.contributor_a)
    assert "Steg" in row.values()
    assert any("1 Seite" in one for one in consequences_of_leaving(cast.contributor_a))
    leave(cast.contributor_a, actor=None, reason="")
    assert Upkeep.objects.get().keeper is None


def test_the_queries_of_the_list_do_not_grow(cast: Cast, django_assert_num_queries: object) -> None:
    planned(cast, cast.contributor_a, days=1)
    client = signed_in(cast.publisher_a)
    client.get("/aktualitaet/")

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get("/aktualitaet/")
        return len(captured)

    before = count()
    for number in range(5):
        planned(cast, cast.contributor_a, days=1, page=make_article(cast.space_a, f"S {number}"))
    assert count() == before

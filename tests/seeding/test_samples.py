"""`manage.py samples load` shows every kind of page and every kind of right; `remove` leaves nothing behind."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from access.models import Space
from access.rights import scope_for
from accounts.models import User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.council.models import PaperPage
from knowledge.events.models import EventPage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Meeting, Topic
from knowledge.meetings.models import State as MeetingState
from knowledge.practices.models import PracticePage
from knowledge.seeding.models import SeedRecord
from knowledge.seeding.samples.loading import Loaded, load_samples
from knowledge.seeding.samples.removal import (
    ForeignContentError,
    remove_foreign_content,
    remove_samples,
)
from knowledge.seeding.samples.sign_ins import PASSWORD_VARIABLE, read_sign_ins, sign_ins_file
from knowledge.tasks.models import HandOver, Task
from knowledge.tasks.models import State as TaskState
from notices.models import Notice
from search.models import OutboxEntry
from search.requests import SearchRequest
from search.service import search
from tests.factories import publish_below
from tests.seeding.conftest import rows_per_table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("furnished")]

COMMON = {"massnahmen", "rat", "gute-praxis", "kontakte", "wissen"}
NEIGHBOURHOOD, PLACES = "ag-sichere-nachbarschaft", "ag-sichere-oeffentliche-raeume"
INFRASTRUCTURE, PLANNING = "ag-sichere-infrastruktur", "ag-planbesprechungen"
READABLE = {
    "koordination": {*COMMON, NEIGHBOURHOOD, PLACES, INFRASTRUCTURE, PLANNING, "dezernat-3-intern"},
    "leitung": {*COMMON, PLACES, "dezernat-3-intern"},
    "verwaltung": {*COMMON, PLACES, INFRASTRUCTURE, PLANNING, "verwaltung-intern"},
    "polizei": {*COMMON, NEIGHBOURHOOD, PLACES, PLANNING, "polizei-intern"},
    "dogewo": {*COMMON, NEIGHBOURHOOD, "dogewo-intern"},
    "edg": {*COMMON, PLACES, INFRASTRUCTURE, "edg-intern"},
    "betrieb": set[str](),
}
# A word that stands in one space and nowhere else.
CANARIES = {
    "polizei-intern": "Kranichruf",
    "dogewo-intern": "Ginsterwinkel",
    "edg-intern": "Silberdistel",
    "verwaltung-intern": "Haselwurz",
    "dezernat-3-intern": "Eisvogel",
    NEIGHBOURHOOD: "Kastanienrunde",
    PLACES: "Laternenweg",
    INFRASTRUCTURE: "Pegelhaus",
    PLANNING: "Herbstwind",
}


def person(username: str) -> User:
    return User.objects.get(username=username)


def found(username: str, words: str) -> list[str]:
    return [hit.title for hit in search(person(username), SearchRequest(text=words)).hits]


# --- what is there -----------------------------------------------------------------------------


def test_each_kind_of_page_is_worth_looking_at() -> None:
    samples = KnowledgePage.objects.live().filter(is_sample=True)
    assert samples.type(MinutesPage).count() == 16
    assert samples.type(ContactPage).count() == 17
    assert samples.type(PracticePage).count() == 6
    assert samples.type(EventPage).count() == 2
    assert samples.type(ArticlePage).count() == 25
    for model in apps.get_models():
        if issubclass(model, KnowledgePage) and model is not KnowledgePage:
            assert model.objects.live().exists(), f"There is no {model.__name__} to look at."


def held() -> Any:
    return MinutesPage.objects.exclude(meeting__state=MeetingState.PLANNED)


def test_minutes_have_decisions_and_tasks() -> None:
    for minutes in held():
        items = [block.value for block in minutes.agenda]
        assert 4 <= len(items) <= 6, minutes.slug
        assert sum(len(item["decisions"]) for item in items), minutes.slug
        assert sum(len(item["tasks"]) for item in items), minutes.slug
        assert minutes.participants.count() >= 3, minutes.slug


@pytest.mark.parametrize("slug", [PLACES, NEIGHBOURHOOD])
def test_a_series_of_meetings_shows_how_minutes_come_about(slug: str) -> None:
    first, second, third = Meeting.objects.filter(page__space__slug=slug).order_by("page__held_on")
    assert [one.state for one in (first, second, third)] == ["approved", "circulated", "planned"]
    assert (first.approved_in, third.approves) == (second, second)
    assert first.page.addenda.count() == 1
    assert second.page.decision_rows.exists()
    postponed = Topic.objects.get(came_from=first.page)
    assert postponed.taken_by == second.page
    titles = [block.value["title"] for block in third.page.agenda]
    assert titles[0].startswith("Genehmigung des Protokolls")
    assert "Überfällige Aufgaben" in titles
    assert third.invited_at is not None
    assert third.mail_due_at is None
    assert third.invitations.exclude(answer="open").exists()


def test_sample_tasks_are_in_every_state_and_one_item_is_narrowed() -> None:
    tasks = Task.objects.filter(origin__is_sample=True)
    assert set(tasks.values_list("state", flat=True)) == set(TaskState.values)
    assert tasks.overdue().exists()
    offers = HandOver.objects.filter(task__in=tasks)
    assert {one.answer for one in offers} == {"waiting", "accepted"}
    assert tasks.filter(body__isnull=False, person=None).exists()
    assert tasks.filter(body__isnull=False, person__isnull=False).exists()
    narrowed = MinutesPage.objects.get(narrowed_passages__isnull=False)
    client = Client()
    for username, sees in (("polizei", True), ("edg", False)):
        client.force_login(person(username), backend="access.backends.AccessBackend")
        shown = client.get(narrowed.url).content.decode()
        assert ("Busbahnhof" in shown) is sees, username
    told = Notice.objects.values_list("kind", flat=True)
    assert not [kind for kind in told if kind.startswith(("meetings.", "tasks."))]


def test_every_practice_is_linked_to_measures() -> None:
    for practice in PracticePage.objects.all():
        assert practice.measure_links.exists(), practice.slug
        assert practice.partners.exists(), practice.slug


def test_facts_are_no_samples_and_samples_are_marked() -> None:
    invented = (MinutesPage, ContactPage, PracticePage, ArticlePage)
    assert not any(model.objects.filter(is_sample=False).exists() for model in invented)
    assert not PaperPage.objects.filter(is_sample=True).exists()
    # Invented measures and events stand beside those of the council paper, and say so in their titles.
    for page in KnowledgePage.objects.filter(is_sample=True, space__slug__in=("massnahmen", "rat")):
        assert page.title.startswith("Beispiel: ")


def test_files_lie_in_the_space_of_their_page() -> None:
    attachments = PageAttachment.objects.select_related("page", "document")
    assert {one.document.space_id == one.page.space_id for one in attachments} == {True}
    endings = {Path(one.document.filename).suffix for one in attachments}
    assert endings == {".docx", ".odt", ".pdf", ".txt"}


def test_samples_are_spread_over_the_last_two_years() -> None:
    written = KnowledgePage.objects.live().filter(is_sample=True, depth__gt=4)
    days = [timezone.localdate(page.last_published_at) for page in written]
    age = [(timezone.localdate() - day).days for day in days]
    assert min(age) >= 0
    assert max(age) <= 2 * 365 + 3
    assert len(set(days)) > len(days) / 2
    for minutes in held():
        assert minutes.held_on <= timezone.localdate(minutes.last_published_at)


def test_contact_data_is_fictitious() -> None:
    for contact in ContactPage.objects.all():
        assert contact.email.endswith("@beispiel.example")
        assert contact.phone.startswith("0231 555-0")


def statuses_for(username: str, pages: Any) -> set[int]:
    client = Client()
    client.force_login(person(username), backend="access.backends.AccessBackend")
    return {client.get(page.url, follow=True).status_code for page in pages}


def test_the_curator_can_open_every_page_outside_the_internal_spaces_of_others() -> None:
    pages = KnowledgePage.objects.live().filter(depth__gt=2)
    hers = pages.filter(space__slug__in=READABLE["koordination"])
    assert statuses_for("koordination", hers) == {200}
    assert statuses_for("koordination", pages.exclude(pk__in=hers.values("pk"))) == {404}


@pytest.mark.parametrize("username", ["polizei", "dogewo", "edg", "verwaltung", "betrieb"])
def test_internal_pages_open_for_their_own_people_alone(username: str) -> None:
    internal = KnowledgePage.objects.live().filter(space__organisation__isnull=False)
    own = internal.filter(space__slug=f"{username}-intern")
    assert statuses_for(username, own) == (set() if username == "betrieb" else {200})
    assert statuses_for(username, internal.exclude(pk__in=own.values("pk"))) == {404}


# --- people and rights -------------------------------------------------------------------------


@pytest.mark.parametrize(("username", "slugs"), READABLE.items())
def test_everybody_reads_what_is_hers(username: str, slugs: set[str]) -> None:
    spaces = Space.objects.filter(pk__in=scope_for(person(username)).spaces)
    assert set(spaces.values_list("slug", flat=True)) == slugs


def test_internal_spaces_are_not_curated() -> None:
    assert not Space.objects.filter(organisation__isnull=False, is_curated=True).exists()


def test_words_of_one_space_stand_in_no_other() -> None:
    for slug, word in CANARIES.items():
        revisions = Revision.page_revisions.filter(content__icontains=word)
        spaces = KnowledgePage.objects.filter(pk__in=[int(one.object_id) for one in revisions])
        assert set(spaces.values_list("space__slug", flat=True)) == {slug}, word


@pytest.mark.parametrize(("slug", "word"), CANARIES.items())
def test_a_word_is_found_by_those_who_may_read_it_and_by_nobody_else(slug: str, word: str) -> None:
    for username, readable in READABLE.items():
        if slug in readable:
            assert found(username, word), username
        else:
            assert not found(username, f'"{word}"'), username


@pytest.mark.parametrize("words", ["müllpolizei", "Muellpolizei", "Ermittlungsdienste"])
@pytest.mark.parametrize("username", ["polizei", "dogewo", "edg", "verwaltung"])
def test_a_clerk_finds_measure_16(username: str, words: str) -> None:
    titles = [str(title) for title in found(username, words)]
    assert any("Ermittlungsdienst" in title for title in titles), titles


# --- sign-ins ------------------------------------------------------------------------------------


def test_the_sign_ins_work_and_are_for_the_owner_of_the_installation_only(
    furnished: Loaded,
) -> None:
    file = furnished.sign_ins
    assert file == Path(settings.HOME_DIR) / "sample-sign-ins.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line[0] for line in lines] == list(READABLE)
    assert len({password for _name, password, _who in lines}) == len(lines)
    for name, password, who in lines:
        assert person(name).check_password(password)
        assert len(password) >= 16
        assert who


def test_a_second_load_creates_nothing_and_keeps_passwords(furnished: Loaded) -> None:
    before = rows_per_table(), sign_ins_file().read_text(encoding="utf-8")
    again = load_samples()
    assert again.ledger.created.total() == 0
    assert again.ledger.left_alone == furnished.ledger.created
    assert before == (rows_per_table(), sign_ins_file().read_text(encoding="utf-8"))


def test_a_password_that_somebody_changed_is_kept() -> None:
    clerk = person("edg")
    clerk.set_password("selbst-gewählt-2026")
    clerk.save()
    load_samples()
    assert person("edg").check_password("selbst-gewählt-2026")


def test_a_lost_file_gives_new_passwords() -> None:
    before = read_sign_ins()
    sign_ins_file().unlink()
    load_samples()
    after = read_sign_ins()
    assert list(after) == list(before)
    assert not set(after.values()) & set(before.values())
    assert person("dogewo").check_password(after["dogewo"])


def test_the_password_may_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "Vorführung im Rathaus 2026")
    load_samples()
    assert set(read_sign_ins().values()) == {"Vorführung im Rathaus 2026"}
    assert person("polizei").check_password("Vorführung im Rathaus 2026")


@pytest.mark.parametrize("password", [" davor", "mit\tTabulator", "zwei\nZeilen"])
def test_a_password_that_breaks_the_file_is_refused(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_sign_ins()
    monkeypatch.setenv(PASSWORD_VARIABLE, password)
    with pytest.raises(CommandError, match="Choose another password"):
        call_command("samples", "load")
    assert read_sign_ins() == before


def test_an_installation_for_real_work_refuses_samples(settings: Any) -> None:
    settings.SAMPLES_ALLOWED = False
    with pytest.raises(CommandError, match="does not allow samples"):
        call_command("samples", "load")


def test_samples_need_the_initial_data() -> None:
    SeedRecord.objects.all().delete()
    with pytest.raises(CommandError, match=r"Run 'manage\.py seed' first"):
        call_command("samples", "load")


def test_samples_do_without_what_people_removed() -> None:
    SeedRecord.objects.filter(key__startswith="sample_contact").delete()
    ContactPage.objects.all().delete()
    ContactIndexPage.objects.get(space__slug="kontakte").delete()
    SeedRecord.objects.filter(key="sample_person:polizei").delete()
    person("polizei").delete()
    Space.objects.filter(slug="polizei-intern").update(slug="umbenannt")
    created = load_samples().ledger.created
    assert created == {"sample_person": 1}


# --- the way back ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("disk")
def test_removal_leaves_the_database_and_the_disk_as_they_were(
    rows_before_samples: dict[str, int], django_capture_on_commit_callbacks: Any
) -> None:
    stored = [Path(one.file.path) for one in KnowledgeDocument.objects.all()]
    picture = KnowledgeImage.objects.get(title="Schaubild: Weg einer Meldung")
    stored += [Path(picture.file.path), Path(picture.get_rendition("width-100").file.path)]
    assert all(path.exists() for path in stored)
    pages = set(KnowledgePage.objects.filter(is_sample=True).values_list("pk", flat=True))
    OutboxEntry.objects.all().delete()
    assert rows_per_table() != rows_before_samples

    with django_capture_on_commit_callbacks(execute=True):
        remove_samples()

    assert rows_per_table() == rows_before_samples
    assert not any(path.exists() for path in stored)
    assert not sign_ins_file().exists()
    told = {int(key) for key in OutboxEntry.objects.values_list("object_id", flat=True)}
    assert pages <= told, "The index is not told of every removed page."
    assert not any(KnowledgePage.find_problems()), "The tree of pages is damaged."

    output = io.StringIO()
    call_command("samples", "remove", stdout=output)
    assert "Pages: 0 removed" in output.getvalue().splitlines()


def test_samples_that_people_deleted_do_not_come_back() -> None:
    PracticePage.objects.get(slug="nachtbegehungen").delete()
    person("dogewo").delete()
    assert load_samples().ledger.created.total() == 0
    assert "dogewo" not in read_sign_ins()


def test_content_of_people_among_the_samples_is_not_removed_with_them() -> None:
    folder = ArticleIndexPage.objects.get(space__slug="edg-intern")
    own = publish_below(folder, ArticlePage(title="Unser neuer Betriebshof"))
    before = rows_per_table()

    with pytest.raises(ForeignContentError, match="Unser neuer Betriebshof"):
        remove_samples()
    assert rows_per_table() == before

    remove_foreign_content()
    assert not KnowledgePage.objects.filter(pk=own.pk).exists()


def test_what_people_wrote_elsewhere_stays_but_for_attached_samples() -> None:
    folder = ArticleIndexPage.objects.get(space__slug="wissen")
    document = KnowledgeDocument.objects.filter(space__slug="wissen").first()
    page = ArticlePage(title="Eigener Artikel", owner=person("verwaltung"))
    page.attachments = [PageAttachment(document=document)]
    publish_below(folder, page)

    with pytest.raises(CommandError, match="attached to “Eigener Artikel”"):
        call_command("samples", "remove")

    call_command("samples", "remove", "--with-added-content")
    assert KnowledgePage.objects.get(pk=page.pk).owner is None
    assert not PageAttachment.objects.filter(page=page.pk).exists()

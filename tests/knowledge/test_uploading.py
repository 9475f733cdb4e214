"""Documents and pictures in Wagtail's admin: found by a word, brought in one or several at once, not lost meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from wagtail.models import UploadedFile

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from accounts.models import User
from knowledge.files.kept_uploads import forget_kept_uploads
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from schedule.jobs import jobs
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below
from tests.leaks.world import _picture

pytestmark = pytest.mark.django_db
MODELS: dict[str, Any] = {"document": KnowledgeDocument, "image": KnowledgeImage}
APPS = {"document": "wagtaildocs", "image": "wagtailimages"}
EVERY_KIND = pytest.mark.parametrize("kind", MODELS)


def upload(kind: str) -> SimpleUploadedFile:
    content = b"Plan" if kind == "document" else _picture("plan").read()
    return SimpleUploadedFile("plan.txt" if kind == "document" else "plan.png", content)


def enter(client: Client, person: User) -> Client:
    client.force_login(person, backend="access.backends.AccessBackend")
    return client


def stored(cast: Cast, kind: str, title: str, space: Any) -> Any:
    return MODELS[kind].objects.create(
        title=title, space=space, file=upload(kind), uploaded_by_user=cast.publisher_a
    )


@EVERY_KIND
@pytest.mark.parametrize("name", ["publisher_a", "curator", "share_receiver"])
@pytest.mark.parametrize(
    "route", [":index", ":index_results", "_chooser:choose", "_chooser:choose_results"]
)
def test_files_are_found_by_a_word_of_their_title(
    cast: Cast, client: Client, kind: str, name: str, route: str
) -> None:  # fmt: skip
    for word in ("Lageplan", "Grundriss"):
        stored(cast, kind, f"{word} Nord", cast.space_a)
        stored(cast, kind, f"{word} Fremd", cast.space_b)
    person = cast.publisher_a if name == "share_receiver" else getattr(cast, name)
    if name == "share_receiver":  # her files are found by a harder question
        share_page(
            make_article(cast.space_b, "Geteilt"), person, actor=None, include_descendants=True
        )
    url = reverse(f"{APPS[kind]}{route}")
    for more in ({}, {"ordering": "title"}, {"ordering": "-created_at"}, {"collection_id": 1}):
        answer = enter(client, person).get(url, {"q": "Lageplan"} | more)
        assert answer.status_code == 200, more
        text = answer.content.decode()
        assert "Lageplan Nord" in text
        assert "Grundriss" not in text
        assert ("Lageplan Fremd" in text) is (name == "curator")


@EVERY_KIND
def test_the_drop_zone_asks_for_the_space_and_is_completed(
    cast: Cast, client: Client, kind: str
) -> None:
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    enter(client, cast.publisher_a)
    drop = client.post(reverse(f"{APPS[kind]}:add_multiple"), {"files[]": upload(kind)}).json()
    waiting = drop["uploaded_file_id"]
    assert drop["success"]
    assert UploadedFile.objects.count() == 1
    complete = reverse(f"{APPS[kind]}:create_multiple_from_uploaded_{kind}", args=[waiting])
    prefix = f"uploaded-{kind}-{waiting}"
    fields = {f"{prefix}-title": "Plan", f"{prefix}-tags": "", f"{prefix}-description": ""}
    refused = client.post(complete, fields).json()
    assert not refused["success"]
    assert "error-message" in refused["form"]
    assert client.post(complete, fields | {f"{prefix}-space": cast.space_b.pk}).json()["success"]
    file = MODELS[kind].objects.get()
    assert (file.title, file.space, file.uploaded_by_user) == (
        "Plan",
        cast.space_b,
        cast.publisher_a,
    )
    assert file.file.read() == upload(kind).read()
    assert not UploadedFile.objects.exists()


def test_the_drop_zone_takes_only_kinds_of_documents_that_are_allowed(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.publisher_a)
    program = SimpleUploadedFile("plan.exe", b"MZ")
    answer = client.post(reverse("wagtaildocs:add_multiple"), {"files[]": program}).json()
    assert not answer["success"]
    assert "exe" in answer["error_message"]
    assert not UploadedFile.objects.exists()


DOORS = {"form": (":add", "", 302), "chooser": ("_chooser:create", "{}-chooser-upload-", 200)}


@EVERY_KIND
@pytest.mark.parametrize("door", DOORS)
def test_a_file_is_kept_while_its_form_is_mended(
    cast: Cast, client: Client, kind: str, door: str
) -> None:
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    enter(client, cast.publisher_a)
    route, start, done = DOORS[door]
    url, prefix = reverse(f"{APPS[kind]}{route}"), start.format(kind)
    fields = {f"{prefix}{name}": "" for name in ("space", "tags", "description")}
    fields[f"{prefix}title"] = "Plan"
    refused = client.post(url, fields | {f"{prefix}file": upload(kind)})
    assert not MODELS[kind].objects.exists()
    assert "bleibt erhalten" in _text(refused)
    kept = UploadedFile.objects.get()
    again = client.post(url, fields | {f"{prefix}kept_file": kept.pk})  # still no space
    assert "bleibt erhalten" in _text(again)
    assert UploadedFile.objects.get() == kept
    fields |= {f"{prefix}kept_file": kept.pk, f"{prefix}space": cast.space_a.pk}
    foreign = Client()
    enter(foreign, cast.curator)
    foreign.post(url, fields)
    assert not MODELS[kind].objects.exists()  # nobody else's to take
    assert client.post(url, fields).status_code == done
    file = MODELS[kind].objects.get()
    assert (file.title, file.filename, file.space) == ("Plan", upload(kind).name, cast.space_a)
    assert file.file.read() == upload(kind).read()
    assert not UploadedFile.objects.exists()
    assert not kept.file.storage.exists(kept.file.name)


def test_uploads_that_nobody_came_back_for_are_removed(cast: Cast) -> None:
    old, fresh, lost = (
        UploadedFile.objects.create(file=upload("document"), uploaded_by_user=cast.publisher_a)
        for _number in range(3)
    )
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old.file.path, (two_days_ago, two_days_ago))
    Path(lost.file.path).unlink()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert forget_kept_uploads() == 2
    assert UploadedFile.objects.get() == fresh
    assert not Path(old.file.path).exists()
    assert Path(fresh.file.path).exists()
    assert forget_kept_uploads() == 0
    assert jobs.get("files.forget_uploads")


def _text(answer: Any) -> str:
    html = (
        answer.json()["htmlFragment"]
        if answer["Content-Type"] == "application/json"
        else answer.content
    )
    return str(html.decode() if isinstance(html, bytes) else html)


@EVERY_KIND
def test_the_only_space_is_chosen(cast: Cast, client: Client, kind: str) -> None:
    form = enter(client, cast.publisher_a).get(reverse(f"{APPS[kind]}:add")).content.decode()
    assert f'<option value="{cast.space_a.pk}" selected>' in form


def test_a_row_in_which_nothing_was_entered_stops_nothing(cast: Cast, client: Client) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    page = publish_below(index, MinutesPage(title="Protokoll", held_on="2026-11-02"))
    document = stored(cast, "document", "Plan", cast.space_a)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = {
        "title": "Protokoll neu", "slug": page.slug, "held_on": "2026-11-02", "classification": "internal",
        "agenda-count": "0", "participants-TOTAL_FORMS": "1", "participants-INITIAL_FORMS": "0",
        "participants-0-ORDER": "1", "participants-0-name": "", "participants-0-is_present": "on",
        "participants-0-was_excused": "on",
        "attachments-TOTAL_FORMS": "2", "attachments-INITIAL_FORMS": "0", "attachments-0-ORDER": "1",
        "attachments-0-document": "", "attachments-1-ORDER": "2", "attachments-1-document": str(document.pk),
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = enter(client, cast.publisher_a).post(
        edit, fields, headers={"accept": "application/json"}
    )
    assert answer.json()["success"], answer.json()
    page.refresh_from_db()
    latest = page.get_latest_revision_as_object()
    assert latest.title == "Protokoll neu"
    assert [one.document for one in latest.attachments.all()] == [document]
    assert not latest.participants.exists()

"""A new installation leads through its first hour: name, mark, mail, what it begins with, and what is left."""

from __future__ import annotations

import io
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from access.models import Space
from accounts.models import Organisation
from audit.models import Entry
from knowledge.home.models import StartPage
from knowledge.seeding.models import SeedRecord
from operations.management.commands import prepare
from operations.set_up.services import name_city
from tests.conftest import Cast
from web.models import Installation, installation, shown_city

pytestmark = pytest.mark.django_db
PAGE = "/plattform/einrichtung/"


@pytest.fixture
def client(cast: Cast) -> Any:
    """Return the administrator's browser; no process remembers another test's city."""
    cache.clear()
    cast.administrator.email = "betrieb@example.org"
    cast.administrator.save()
    browser = Client()
    browser.force_login(cast.administrator)
    yield browser
    cache.clear()


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return SimpleUploadedFile(f"wappen.{kind.lower()}", out.getvalue())


def test_the_city_stands_in_the_head_of_every_page_before_the_sign_in_too(client: Client) -> None:
    client.post(PAGE, {"city": "Musterstadt", "mark": picture("JPEG")})
    for answer in (client.get("/"), Client().get("/anmelden/")):
        assert "Musterstadt" in answer.content.decode()
    digest = installation().mark_digest
    answer = Client().get(f"/anmelden/marke/{digest}.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (288, 96)
    assert [line.details["changed"] for line in Entry.objects.filter(group="installation")] == [
        "mark",
        "city",
    ]
    client.post(PAGE, {"remove_mark": "1"})
    assert Client().get(f"/anmelden/marke/{digest}.png").status_code == 404


def test_who_asks_before_the_commit_does_not_keep_the_former_name(
    client: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        name_city("Musterstadt", actor=cast.administrator)
        # Another request of this process still reads what was there.
        with patch("web.models.installation", Installation):
            assert shown_city()["city"] == ""
    assert shown_city()["city"] == "Musterstadt"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "PNG, JPEG"),
        (SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\nkaputt"), "PNG, JPEG"),
        (picture("GIF", (10, 10)), "PNG, JPEG"),
        (SimpleUploadedFile("x.png", b"x" * (2 * 1024 * 1024 + 1)), "größer als 2 MB"),
        (picture(size=(5000, 2)), "4.000 Pixel"),
    ],
)
def test_what_is_no_mark_is_said_and_kept_out(client: Client, file: Any, said: str) -> None:
    answer = client.post(PAGE, {"city": "Musterstadt", "mark": file})
    assert said in str(answer.context["city_form"].errors)
    assert not installation().mark_digest


def test_a_mail_to_oneself_shows_whether_mail_works(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.NOTICE_MAIL_ENABLED = "tests.people.mail_away.Backend", True
    refused = client.post(PAGE, {"try_mail": "1"}, follow=True).content.decode()
    assert "nicht angenommen" in refused
    assert "ConnectionRefusedError" in refused
    assert installation().mail_tested_at is None
    settings.NOTICE_MAIL_ENABLED = False
    unnamed = client.post(PAGE, {"try_mail": "1"}, follow=True).content.decode()
    assert "Es ist kein Mailserver angegeben (STADTWISSEN_MAIL_HOST)." in unnamed
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(PAGE, {"try_mail": "1"})
    assert [message.to for message in mail.outbox] == [["betrieb@example.org"]]
    assert installation().mail_tested_at is not None


def test_the_start_page_says_what_is_left_until_that_is_hidden(client: Client, cast: Cast) -> None:
    assert "Einrichtung: noch" in client.get("/").content.decode()
    left = client.get(PAGE).context["left"]
    client.post(PAGE, {"city": "Musterstadt"})
    assert client.get(PAGE).context["left"] == left - 1
    client.post(PAGE, {"hide": "1"})
    assert "Einrichtung: noch" not in client.get("/").content.decode()
    assert client.get(PAGE).status_code == 200
    reader = Client()
    reader.force_login(cast.reader_a)
    assert "Einrichtung: noch" not in reader.get("/").content.decode()
    assert reader.get(PAGE).status_code == 404


def test_each_finds_the_steps_that_are_theirs(client: Client, cast: Cast) -> None:
    def ways(browser: Client) -> dict[str, str]:
        return {one.step.name: one.url for one in browser.get(PAGE).context["steps"]}

    curator = Client()
    curator.force_login(cast.curator)
    theirs = {
        "organisations": "/organisationen/neu/",
        "spaces": "/bereiche/neu/",
        "groups": "/arbeitsgruppen/neu/",
    }
    seen, others = ways(curator), ways(client)
    assert {name: url for name, url in seen.items() if url} == theirs
    assert {name for name, url in others.items() if not url} == set(theirs)
    for url in theirs.values():
        assert curator.get(url).status_code == 200
    assert "Einrichtung: noch 1 Schritt" in curator.get("/").content.decode()  # groups
    assert curator.post(PAGE, {"city": "Musterstadt"}).status_code == 404
    assert "Name der Stadt" not in curator.get(PAGE).content.decode().split("</ol>")[1]


def test_the_council_papers_data_are_a_choice(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    before = Organisation.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, {"choice": "empty"})
    assert Organisation.objects.count() == before
    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, {"choice": "paper"})
    assert Organisation.objects.filter(slug="edg").exists()
    assert not client.get(PAGE).context["is_loading"]


def test_preparing_a_new_installation_loads_nothing_unasked(monkeypatch: Any) -> None:
    command = prepare.Command(stderr=io.StringIO(), no_color=True)
    monkeypatch.setattr(prepare, "pending_migrations", lambda: ["one"])
    tables, data, *_rest = command._steps(with_samples=False)
    tables.run()
    assert StartPage.objects.exists()
    assert not data.needed()
    call_command("seed", stdout=io.StringIO())
    assert SeedRecord.objects.exists()
    assert Space.objects.exists()
    assert data.needed()  # facts that come with an update

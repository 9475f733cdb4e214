"""Hidden and missing take the same way: the database is asked the same, and the answer is the same.

Time on a busy machine can't be measured without flakes or blindness; what it is made of can: which statements the
database is asked before the answer is sent. What is recorded of a refusal is written after that.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.middleware import AuditMiddleware
from tests.leaks.crawl import Answer
from tests.leaks.fills import MISSING
from tests.leaks.test_side_doors import client_of
from tests.leaks.world import World

pytestmark = pytest.mark.django_db

_VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
PEOPLE = ("reader_a", "publisher_a", "steward_a", "administrator", "stranger", "share_receiver")


@pytest.fixture(autouse=True)
def _until_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what waits for the answer to be sent; the tests of `audit` look at it."""
    monkeypatch.setattr(AuditMiddleware, "_write_when_closed", lambda *arguments: None)


def pairs(world: World) -> dict[str, tuple[str, str]]:
    """Return addresses of hidden things of space B, each with one at which there is nothing."""
    page, draft = world.first("page", "b"), world.first("page", "f")
    document, image = world.first("document", "b"), world.first("image", "b")
    rendition = world.first("rendition", "b")
    return {
        "page": (page.url, page.url.rsplit("/", 2)[0] + "/gibt-es-nicht/"),
        "draft": (draft.url, draft.url.rsplit("/", 2)[0] + "/gibt-es-nicht/"),
        "document": (document.url, f"/dateien/{MISSING}/{document.filename}"),
        "wrong name": (f"/dateien/{document.pk}/x.txt", f"/dateien/{MISSING}/x.txt"),
        "image": (f"/bilder/{image.file.name}", "/bilder/original_images/gibt-es-nicht.png"),
        "rendition": (f"/bilder/{rendition.file.name}", "/bilder/images/gibt-es-nicht.png"),
        "who sees this": (
            reverse("access:page", args=[page.pk]), reverse("access:page", args=[MISSING]),
        ),
        "space": (
            reverse("access:space", args=[world.cast.space_b.slug]),
            reverse("access:space", args=["gibt-es-nicht"]),
        ),
        "editor": (
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            reverse("wagtailadmin_pages:edit", args=[MISSING]),
        ),
    }  # fmt: skip


def ask(client: Client, url: str) -> tuple[tuple[int, str, str], list[str]]:
    """Return the answer without address and token, and the statements without their values, sorted."""
    client.get(url)  # content types and the like are loaded once a process
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    headers = "\n".join(
        f"{name}: {value}"
        for name, value in sorted(response.headers.items())
        if name != "Content-Length"  # follows from the body, in which the address stands
    )
    answer = Answer("GET", url, response.status_code, headers, response.content)
    statements = sorted(_VALUES.sub("?", one["sql"]) for one in captured.captured_queries)
    return answer.signature, statements


@pytest.mark.parametrize("name", PEOPLE)
def test_hidden_and_missing_are_the_same_work_and_the_same_answer(world: World, name: str) -> None:
    client = client_of(world, name)
    shared = world.first("page", "s").url if name == "share_receiver" else ""
    for what, (hidden, missing) in pairs(world).items():
        if hidden == shared:
            continue
        of_hidden, work_on_hidden = ask(client, hidden)
        of_missing, work_on_missing = ask(client, missing)
        assert of_hidden[0] == 404, (what, of_hidden[0])
        assert of_hidden == of_missing, what
        assert work_on_hidden == work_on_missing, what


def test_it_would_notice_a_look_up_that_asks_for_the_right_afterwards(world: World) -> None:
    client = client_of(world, "member_of_both")
    found = pairs(world)["page"]
    assert ask(client, found[0])[1] != ask(client, found[1])[1]

"""What somebody with rights may still not do with them: each row is a way round a rule, and what is left of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.granting.services import grant_role
from access.roles import Role
from api.models import AccessKey
from knowledge.articles.models import ArticleIndexPage
from knowledge.basepage.models import KnowledgePage
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def attacker(cast: Cast, client: Client) -> Client:
    """Return somebody who publishes in A and in B and is a steward of neither."""
    make_article(cast.space_b, "Andere")
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    return client


def marked(cast: Cast, mark: str) -> Any:
    page = make_article(cast.space_a, "Vorlage")
    page.classification = mark
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def send_twice(client: Client, url: str, fields: dict[str, Any]) -> Any:
    """Send a form, and what the question asks to be sent again."""
    answer = client.post(url, fields)
    hidden = answer.context and answer.context.get("hidden")
    return client.post(url, hidden) if hidden else answer


# Mark of the page, space it is copied to, further fields: mark of the copy, or nothing if there must be none.
COPIES = [
    ("internal", "b", {"alias": "on"}, ""),
    ("internal", "b", {"alias": "on", "state": "x", "confirmed": "1"}, ""),
    ("internal", "b", {"classification": "public"}, "internal"),
    ("public", "b", {}, "internal"),
    ("public", "a", {}, "internal"),
    ("confidential", "b", {}, ""),
    ("confidential", "b", {"classification": "public"}, ""),
    ("confidential", "b", {"alias": "on"}, ""),
    ("confidential", "a", {"classification": "public"}, "confidential"),
    ("confidential", "a", {"publish_copies": "on", "copy_subpages": "on"}, "confidential"),
    ("confidential", "a", {"alias": "on", "classification": "public"}, "confidential"),
]


@pytest.mark.parametrize(("mark", "space", "more", "left"), COPIES)
def test_no_copy_is_a_tunnel_or_milder(
    cast: Cast, attacker: Client, mark: str, space: str, more: dict[str, str], left: str
) -> None:
    page = marked(cast, mark)
    target = ArticleIndexPage.objects.get(space=getattr(cast, f"space_{space}"))
    fields = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": target.pk, **more}
    send_twice(attacker, reverse("wagtailadmin_pages:copy", args=[page.pk]), fields)
    made = KnowledgePage.objects.exclude(pk=page.pk).filter(slug="kopie")
    assert [one.classification for one in made] == ([left] if left else [])
    page.refresh_from_db()
    assert page.classification == mark


def test_no_move_carries_a_mark_away(cast: Cast, attacker: Client) -> None:
    page = marked(cast, "confidential")
    target = ArticleIndexPage.objects.get(space=cast.space_b)
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
    assert send_twice(attacker, url, {"chooser": target.pk}).status_code == 403
    page.refresh_from_db()
    assert page.space == cast.space_a


def since_long(client: Client) -> Client:
    """Let the sign-in be twenty minutes old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 20 * 60
    session.save()
    return client


@pytest.mark.parametrize("more", [{}, {"password": "falsch"}, {"confirmed": "1", "next": "/"}])
def test_a_session_that_was_left_open_makes_no_key(
    cast: Cast, attacker: Client, more: dict[str, str]
) -> None:
    answer = since_long(attacker).post(
        reverse("access_keys"), {"name": "Programm", "days": "30", **more}
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/bestaetigen/")
    refused = attacker.post("/konto/bestaetigen/", {"password": "falsch"})
    assert refused.status_code in {200, 400}
    assert attacker.get(reverse("access_keys")).status_code in {200, 302}
    assert not AccessKey.objects.exists()


def _sign_in(number: int) -> Any:
    return Client().post("/anmelden/", {"login": "publisher_a", "password": f"falsch{number}"})


def _key(number: int) -> Any:
    return Client(headers={"authorization": f"Bearer wagtail_{number}"}).get("/api/v3/whoami/")


@pytest.mark.parametrize("attempt", [_sign_in, _key])
def test_guessing_ends_in_429_and_says_no_more(
    cast: Cast, attempt: Callable[[int], Any], settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 5
    answers = [attempt(number) for number in range(40)]
    statuses = [answer.status_code for answer in answers]
    first = statuses.index(429)
    assert set(statuses[first:]) == {429}
    body = answers[-1].content.decode()
    assert "publisher_a" not in body
    assert "Traceback" not in body

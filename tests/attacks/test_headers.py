"""What comes beside the form: hosts, origins, cookies, ranges, addresses to be led to; and what answers carry."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.urls import reverse

from tests.attacks.conftest import client_of, undone
from tests.leaks.world import World

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://fremd.example/", "//fremd.example/", r"/\fremd.example/", r"\\fremd.example", "https:fremd.example",
    "javascript:alert(1)", "data:text/html,x", " https://fremd.example/", "/%0d%0aX-Neu: 1", "https://testserver@fremd.example/",
)  # fmt: skip
# Where an address says where to go next: as whom, how, and which address.
LEADING = (
    ("nobody", "get", "/anmelden/?next={}"),
    ("reader_a", "get", "/anmelden/?next={}"),
    ("reader_a", "post", "/abmelden/?next={}"),
    ("steward_a", "post", "/zugriff/ansicht/?weiter={}&zurueck={}"),
    ("steward_a", "post", "/zugriff/ansicht/beenden/?zurueck={}"),
    ("publisher_a", "get", "/admin/?next={}"),
    ("publisher_a", "post", "/admin/bulk/basepage/knowledgepage/unpublish/?id={page}&next={}"),
    ("publisher_a", "post", "/admin/pages/{page}/unpublish/?next={}"),
    ("publisher_a", "post", "/admin/pages/{page}/delete/?next={}"),
)


@pytest.mark.parametrize("goal", ELSEWHERE)
@pytest.mark.parametrize(("who", "method", "address"), LEADING)
def test_nobody_is_led_to_another_site(
    world: World, who: str, method: str, address: str, goal: str
) -> None:
    page = world.first("page", "a")
    url = address.replace("{page}", str(page.pk)).replace("{}", quote(goal))
    principal = {
        "principal": f"user:{world.people['reader_a'].pk}",
        "next": goal,
        "weiter": goal,
        "zurueck": goal,
    }
    with undone():
        client = client_of(world, who)
        answer = client.post(url, principal) if method == "post" else client.get(url)
    assert answer.status_code < 500
    goes_to = urlsplit(answer.headers.get("Location", "/"))
    assert goes_to.netloc in {"", "testserver"}
    assert goes_to.scheme in {"", "http"}
    assert not answer.headers.get("Location", "/").startswith(("//", "/\\"))
    assert "X-Neu" not in answer.headers


HEADERS: tuple[tuple[dict[str, str], frozenset[int]], ...] = (
    ({"host": "fremd.example"}, frozenset({400})),
    ({"host": "testserver:80@fremd.example"}, frozenset({400})),
    ({"x-forwarded-host": "fremd.example"}, frozenset({200})),  # counts for nothing
    ({"x-original-url": "/admin/"}, frozenset({200})),
    ({"x-rewrite-url": "/admin/"}, frozenset({200})),
    ({"x-http-method-override": "DELETE"}, frozenset({200})),
    ({"authorization": "Bearer wagtail_nichts"}, frozenset({200})),  # keys count for the API alone
    ({"authorization": "Basic YTpi"}, frozenset({200})),
    ({"authorization": "Bearer " + "x" * 5000}, frozenset({200})),
    ({"range": "bytes=0-99999999999999999999"}, frozenset({200})),
    ({"range": "bytes=" + ",".join("0-0" for _ in range(500))}, frozenset({200})),
    ({"if-none-match": "*"}, frozenset({200, 304})),
    ({"if-modified-since": "übermorgen"}, frozenset({200})),
    ({"accept-language": "x" * 2000}, frozenset({200})),
    ({"accept": "application/xml"}, frozenset({200})),
    ({"content-length": "-1"}, frozenset({200})),
    ({"content-type": "application/json"}, frozenset({200})),
    ({"x-forwarded-for": "127.0.0.1, 1.1.1.1"}, frozenset({200})),
    ({"cookie": "sessionid=../../../etc/passwd"}, frozenset({302})),
    ({"cookie": "sessionid=" + "a" * 4000}, frozenset({302})),
    ({"cookie": "=; ;;; sessionid"}, frozenset({302})),
    ({"referer": "https://fremd.example/"}, frozenset({200})),
    ({"hx-request": "true"}, frozenset({200})),
    ({"hx-current-url": "https://fremd.example/"}, frozenset({200})),
    ({"user-agent": "\x01\x02" + "x" * 5000}, frozenset({200})),
)


@pytest.mark.parametrize(("headers", "expected"), HEADERS, ids=lambda one: str(one)[:50])
def test_odd_headers_open_and_break_nothing(
    world: World, headers: dict[str, str], expected: frozenset[int], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = client_of(world, "reader_a")
    hidden, missing = world.first("page", "b").url, "/bereich-b/gibt-es-nicht/"
    for url, statuses in (
        ("/", expected),
        (hidden, None),
        (missing, None),
        ("/api/v3/whoami", None),
    ):
        answer = client.get(url, headers=headers)
        assert answer.status_code < 500
        if statuses is not None:
            assert answer.status_code in statuses
        elif url in {hidden, missing}:
            assert answer.status_code in {302, 400, 404}
        assert "fremd.example" not in answer.content.decode(errors="replace")


EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


@pytest.mark.parametrize("who", ["nobody", "reader_a", "curator"])
@pytest.mark.parametrize(
    "url",
    ["/", "/anmelden/", "/suche/?q=x", "/gibt-es-nicht/", "/api/v3/whoami", "/-/health/live/"],
)
def test_each_answer_carries_what_browsers_must_know(world: World, who: str, url: str) -> None:
    answer = client_of(world, who).get(url)
    for name, value in EVERYWHERE.items():
        assert answer.headers.get(name) == value, name
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "object-src 'none'" in policy or "default-src 'none'" in policy


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"\xff\xfe", b'{"a":' * 2000, b"null"])
def test_bodies_that_are_no_form_break_nothing(world: World, body: bytes) -> None:
    client = client_of(world, "curator")
    addresses: list[Any] = [
        "/suche/",
        "/api/v3/pages/",
        reverse("wagtaildocs:add"),
        reverse("access:spaces"),
    ]
    for url in addresses:
        for kind in (
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "text/xml",
        ):
            with undone() as written:
                answer = client.post(url, data=body, content_type=kind)
            assert answer.status_code < 500, (url, kind)
            assert not written

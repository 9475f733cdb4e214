"""Visit the site as one person: every route with every object, what it links to, and what it says to a POST."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.db import transaction
from django.template import Template
from django.test import Client
from django.test.utils import _TestState

from api.keys import create_key
from tests.leaks.fills import Fill, fills_of, payloads_of
from tests.leaks.routes import NO_ONE, WORKSHOP, all_routes, expected_of, row_of
from tests.leaks.world import MAY_READ, PREFIX, VIEWERS, World

MAX_LINKS = 40  # addresses followed beside those of the table, for each person
_ADDRESS = re.compile(r"""(?:href|src|action|hx-get|data-url|poster)\s*=\s*["']([^"'#]+)""")
_JSON_ADDRESS = re.compile(r'"((?:http://testserver)?/[^"\s<>]{1,200})"')
_CANARY = re.compile(rf"{PREFIX}[a-z]\d{{2,3}}x")
# What differs from answer to answer, whoever asks for what.
_VARYING = re.compile(
    r"""csrfmiddlewaretoken["'] value=["']\w+|csrf_?token": ?"\w+"|nonce-[\w+/=-]+|nonce="[^"]+\"|Noch \d+ Minuten?""",
    re.IGNORECASE,
)
# One follows from the body, which is compared, one from the clock.
_OWN_HEADERS = {"content-length", "expires"}
# Two people have all that can go wrong in the admin between them: no right in B, and reading there only.
THOROUGH = {"publisher_a", "publisher_a_reader_b"}
EVERY_METHOD = THOROUGH | {"curator", "share_receiver", "stranger", "nobody"}
LOGOUT = ("/admin/logout/", "/abmelden/")
# Written by a process of their own, with what the Markdown of the same page holds; tests/export look into them.
WRITTEN_ELSEWHERE = re.compile(r"/herunterladen/\d+/[\w-]*(?:pdf|docx)/$")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    method: str
    url: str
    status: int
    headers: str
    body: bytes

    @property
    def text(self) -> str:
        """Everything that a reader can see of it, spreadsheets unpacked, in small letters."""
        body = self.body
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                body = b" ".join(archive.read(name) for name in archive.namelist())
        return unquote(f"{self.headers}\n{body.decode('utf-8', 'replace')}").lower()

    @property
    def signature(self) -> tuple[int, str, str]:
        """What hidden and missing objects must have in common: all but the address and the token."""
        path = urlsplit(self.url).path
        headers, body = (
            _VARYING.sub("", one)
            .replace(quote(self.url, safe=""), "")
            .replace(quote(path, safe=""), "")
            .replace(path, "")
            for one in (self.headers, self.body.decode("utf-8", "replace"))
        )
        return self.status, headers, body


@dataclass
class Findings:
    """What is wrong, with enough to find it."""

    leaks: list[str] = field(default_factory=list)
    oracles: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    visited: int = 0
    made: set[str] = field(default_factory=set)  # addresses that were to be visited

    def report(self) -> str:
        """Return everything, or nothing if all is well."""
        return "\n".join([*self.leaks[:40], *self.oracles[:40], *self.errors[:20]])


class Crawl:
    """One person's walk through the site, or that of a program with her access key."""

    def __init__(self, world: World, name: str, *, by_key: bool = False) -> None:
        self.world, self.name = world, name
        self.hidden = world.words.hidden_from(name)
        self.client = Client(raise_request_exception=False)
        self.by_key = by_key
        person = world.people[name]
        if by_key:
            _key, secret = create_key(owner=person, name="Programm")
            self.client = Client(
                raise_request_exception=False, headers={"authorization": f"Bearer {secret}"}
            )
        elif person.is_authenticated:
            self.client.force_login(person, backend="access.backends.AccessBackend")
        if name in VIEWERS:
            self._look_as(VIEWERS[name][1])
        self.findings = Findings()
        self.statuses: dict[str, int] = {}  # of GET, by address
        self.queue: deque[str] = deque()
        self.seen: set[str] = set()

    def _look_as(self, target: str) -> None:
        key = f"user:{self.world.people[target].pk}"
        began = self.client.post("/zugriff/ansicht/", {"principal": key})
        assert began.status_code == 302

    def run(self) -> Findings:
        """Visit every route, then what the answers link to."""
        with _nothing_kept():
            for route in all_routes():
                fills = list(dict.fromkeys(fills_of(route, self.world)))
                self.findings.made.update(self._due(fills))
                if self.by_key and not fills[0].url.startswith("/api/"):
                    self._stays_out(fills[0].url)
                    continue
                if fills[0].url.startswith("/admin/"):
                    self._visit_admin_route(route.name, fills)
                else:
                    self._visit_front_route(route.name, fills)
            self._follow_links()
        return self.findings

    def _stays_out(self, url: str) -> None:
        """Check that a key opens nothing that is closed without one."""
        answer, program = self.ask("GET", url), self.client
        self.client = Client(raise_request_exception=False)
        closed, self.client = self._ask("GET", url, None), program
        # Headers apart: some tell the second.
        if answer.signature[::2] != closed.signature[::2]:
            self.findings.errors.append(f"{self.name}: a key opens {url}: {answer.status}")

    def _due(self, fills: list[Fill]) -> Iterator[str]:
        """Yield the addresses that this person has to visit with GET, said apart from how the routes are walked."""
        on_site = not fills[0].url.startswith("/admin/")
        for fill in fills:
            of_api = fill.url.startswith("/api/")
            if of_api if self.by_key else on_site or self.name in THOROUGH or not fill.group:
                yield fill.url

    def _visit_front_route(self, name: str, fills: list[Fill]) -> None:
        """Visit a route of the site: every object with GET, one of each kind with every other method.

        HEAD and OPTIONS run what GET runs, or nothing: those who have all kinds of rights between them try these.
        """
        some = _one_of_each(fills)
        self._visit_all(name, "GET", fills)
        self._compare_with_table(name, fills)
        for method in ("POST", "HEAD", "OPTIONS") if self.name in EVERY_METHOD else ("POST",):
            self._visit_all(name, method, some)

    def _visit_admin_route(self, name: str, fills: list[Fill]) -> None:
        """Visit a route of the admin, as thoroughly as it can differ for this person.

        What has a query and no object is visited by everybody, each object by `THOROUGH`, for the others one of each
        group of readers stands for all: the door checks it before the view is asked. Whoever has no business there is
        refused before any object is looked up, and so is everybody where a route is
        closed: GET, then one write, shows that; the stranger tries every write for all of them. HEAD runs what GET
        runs, so that only the answers to what is hidden or missing are asked for once more.
        """
        some = _one_of_each(fills)
        if self.name not in THOROUGH:
            some = [fill for fill in some if fill.group in {"", "a", "b", "nowhere"}]
        is_closed = row_of(name).who == NO_ONE
        self._visit_all(name, "GET", fills if self.name in THOROUGH else some)
        self._compare_with_table(name, some)
        if is_closed or self.name not in WORKSHOP | {"stranger"}:
            self._visit_all(name, "POST", some[:1])
            return
        self._visit_all(name, "POST", some)
        if self.name in THOROUGH:
            refused = [fill for fill in some if not self._may_read(fill.group)]
            self._visit_all(name, "HEAD", refused)
            self._visit_all(name, "OPTIONS", refused)

    def _visit_all(self, name: str, method: str, fills: Iterable[Fill]) -> None:
        """Visit all addresses of a route; those with hidden objects must answer like the ones with none."""
        missing: dict[tuple[str, int], Answer] = {}
        hidden: list[tuple[Fill, int, Answer]] = []
        for fill in fills:
            for number, payload in enumerate(self._payloads(method)):
                answer = self.ask(method, fill.url, payload)
                if fill.group == "nowhere":
                    missing.setdefault((fill.kind, number), answer)
                elif fill.group and not self._may_read(fill.group):
                    hidden.append((fill, number, answer))
        for fill, number, answer in hidden:
            expected = missing.get((fill.kind, number))
            if expected is not None and answer.signature != expected.signature:
                self.findings.oracles.append(
                    f"{self.name}: {method} {name}: hidden {fill.url} answers {answer.status}, "
                    f"missing {expected.url} {expected.status}: {_difference(answer, expected)}"
                )

    def _compare_with_table(self, name: str, fills: Iterable[Fill]) -> None:
        """Check the status of the route for an object of space A, or for none if it is about none."""
        url = next((fill.url for fill in fills if fill.group in {"", "a"}), None)
        if url is None:
            return
        expected, status = expected_of(name, self.name), self.statuses[url]
        if status not in expected:
            self.findings.errors.append(
                f"{self.name}: {name} {url} answers {status}, the table says {sorted(expected)}"
            )

    def _may_read(self, group: str) -> bool:
        return group in MAY_READ[self.name]

    def _payloads(self, method: str) -> list[dict[str, Any]]:
        if method != "POST" or self.name not in THOROUGH:
            return [{}]
        return payloads_of(self.world)

    def ask(self, method: str, url: str, payload: dict[str, Any] | None = None) -> Answer:
        """Send one request, check its answer and note what it links to; writes are undone."""
        if method == "POST" and not url.startswith(LOGOUT):
            cookies = deepcopy(self.client.cookies)
            with transaction.atomic():
                answer = self._ask(method, url, payload)
                transaction.set_rollback(True)
            self.client.cookies = cookies  # a new session is undone, too
        elif method == "GET" or not url.startswith(LOGOUT):
            answer = self._ask(method, url, None)
        else:
            return Answer(method, url, 302, "", b"")
        self._check(answer)
        if method == "GET":
            self.statuses[url] = answer.status
        if method == "GET" and answer.status < 400:
            self.seen.add(url)
            self.queue.extend(_links(answer))
        return answer

    def _ask(self, method: str, url: str, payload: dict[str, Any] | None) -> Answer:
        request: Any = getattr(self.client, method.lower())
        response = request(url, payload) if method == "POST" else request(url)
        self.client.cookies.pop("messages", None)  # they would be shown by whatever is asked next
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = "\n".join(
            f"{key}: {value}"
            for key, value in sorted(response.headers.items())
            if key.lower() not in _OWN_HEADERS
        )
        self.findings.visited += 1
        return Answer(method, url, response.status_code, headers, body)

    def _check(self, answer: Answer) -> None:
        if answer.status >= 500 and not answer.url.startswith("/-/health/"):
            self.findings.errors.append(
                f"{self.name}: {answer.method} {answer.url} {answer.status}"
            )
        asked_for = unquote(answer.url).lower()
        for word in set(_CANARY.findall(answer.text)) & self.hidden.keys():
            if word not in asked_for:
                self.findings.leaks.append(
                    f"{self.name}: {answer.method} {answer.url} ({answer.status}) shows {word}, "
                    f"{self.hidden[word]}: {_around(answer.text, word)}"
                )

    def _follow_links(self) -> None:
        followed = 0
        while self.queue and followed < MAX_LINKS:
            url = self.queue.popleft()
            if url in self.seen or url.startswith(LOGOUT) or WRITTEN_ELSEWHERE.search(url):
                continue
            self.seen.add(url)
            followed += 1
            self.ask("GET", url)


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """Spare a sixth of the time: the test client's copy of each template's context, a log line for each refusal."""
    logging.disable(logging.WARNING)
    try:
        with patch.object(Template, "_render", _TestState.saved_data.template_render):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _one_of_each(fills: Iterable[Fill]) -> list[Fill]:
    """Return the first address for each group of readers and kind of object, and every address without an object."""
    first: dict[tuple[str, ...], Fill] = {}
    for fill in fills:
        first.setdefault((fill.group, fill.kind) if fill.group else (fill.url,), fill)
    return list(first.values())


def _links(answer: Answer) -> Iterator[str]:
    if "html" not in answer.headers and "json" not in answer.headers:
        return
    text = unescape(answer.body.decode("utf-8", "replace"))
    for found in (*_ADDRESS.findall(text), *_JSON_ADDRESS.findall(text)):
        parts = urlsplit(urljoin(answer.url, found))
        if parts.netloc in {"", "testserver"} and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _around(text: str, word: str) -> str:
    at = text.find(word)
    return " ".join(text[max(0, at - 120) : at + 60].split())


def _difference(one: Answer, other: Answer) -> str:
    for mine, theirs in zip(one.signature[1:], other.signature[1:], strict=True):
        for a, b in zip(mine.splitlines(), theirs.splitlines(), strict=False):
            if a != b:
                return f"{a.strip()[:100]!r} / {b.strip()[:100]!r}"
    return "length"

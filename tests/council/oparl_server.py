"""A web server that serves valid OParl 1.1, and whatever a test wants to go wrong."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from django.utils import timezone

SCHEMA = "https://schema.oparl.org/1.1/"
LISTS = {
    "organization": "Organization",
    "person": "Person",
    "meeting": "Meeting",
    "paper": "Paper",
    "agendaItem": "AgendaItem",
    "consultation": "Consultation",
    "file": "File",
}
BODY = "/body/1"
LONG_AGO = dt.datetime(2025, 1, 8, 12, 5, 27, tzinfo=dt.UTC)


class OParlServer:
    """Objects by path, in the order of the lists; ids are made of `base` when they go out."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.page_size = 10
        self.asked: list[str] = []
        self.failures: Counter[str] = Counter()  # how often a target answers 500
        self.redirects: dict[str, str] = {}
        self.answers: dict[str, bytes] = {}  # instead of what would be said
        self.before_answer: Callable[[str], None] = lambda target: None
        self.is_external = False  # ids in the place of inner objects
        self.zipped = 0
        self.base = self.other_base = ""
        self.put("System", "/system", oparlVersion=f"{SCHEMA}", body="BASE/bodies")
        self.put(
            "Body",
            BODY,
            name="Stadt Musterstadt",
            legislativeTerm=[],
            **{name: f"BASE{BODY}/{name}" for name in LISTS},
        )

    def put(self, kind: str, path: str, **data: Any) -> str:
        """Add an object of long ago; return its id."""
        self.objects[path] = {
            "id": f"BASE{path}",
            "type": f"{SCHEMA}{kind}",
            "created": LONG_AGO.isoformat(),
            "modified": LONG_AGO.isoformat(),
            **data,
        }
        return f"BASE{path}"

    def put_file(self, path: str, content: bytes, **data: Any) -> dict[str, Any]:
        """Add a file and what is said of it; return the latter, to be put inside a paper."""
        self.files[f"{path}.txt"] = content
        self.put(
            "File",
            path,
            **{"fileName": "anlage.txt", "accessUrl": f"BASE{path}.txt", **data},
        )
        return self.objects[path]

    def change(self, path: str, **data: Any) -> None:
        """Change an object now."""
        self.objects[path] |= {**data, "modified": timezone.now().isoformat()}

    def delete(self, path: str) -> None:
        """Delete an object as OParl asks: it stays, without what it said."""
        kept = {name: self.objects[path][name] for name in ("id", "type", "created")}
        self.objects[path] = {**kept, "deleted": True, "modified": timezone.now().isoformat()}

    def answer(self, target: str) -> tuple[int, bytes]:
        """Return status and content."""
        parts = urlsplit(target)
        if target in self.answers:
            return 200, self.answers[target]
        if parts.path in self.files:
            return 200, self.files[parts.path]
        if parts.path == "/bodies":
            found: Any = self._page(target, "Body")
        elif parts.path.removeprefix(f"{BODY}/") in LISTS:
            found = self._page(target, LISTS[parts.path.removeprefix(f"{BODY}/")])
        elif parts.path in self.objects:
            found = self._rendered(self.objects[parts.path])
        else:
            error = {"type": f"{SCHEMA}Error", "message": "Das gibt es nicht.", "debug": ""}
            return 404, json.dumps(error).encode()
        return 200, json.dumps(found).replace("BASE", self.base).encode()

    def _page(self, target: str, kind: str) -> dict[str, Any]:
        parts, query = urlsplit(target), parse_qs(urlsplit(target).query)
        since = query.get("modified_since", [""])[0]
        objects = [
            one
            for one in self.objects.values()
            if one["type"] == f"{SCHEMA}{kind}"
            and (one["modified"] >= since if since else "deleted" not in one)
        ]
        number = int(query.get("page", ["1"])[0])
        pages = max(1, -(-len(objects) // self.page_size))
        links = {}
        if number < pages:
            kept = f"modified_since={quote(since)}&" if since else ""
            links["next"] = f"BASE{parts.path}?{kept}page={number + 1}"
        first = (number - 1) * self.page_size
        return {
            "data": [self._rendered(one) for one in objects[first : first + self.page_size]],
            "pagination": {"totalElements": len(objects), "totalPages": pages},
            "links": links,
        }

    def _rendered(self, one: dict[str, Any]) -> dict[str, Any]:
        """Return an object with its inner objects as they are by now, or with their ids."""
        return {name: self._value(value) for name, value in one.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            values = [self._value(one) for one in value]
            return [one for one in values if one is not None]
        if not isinstance(value, dict) or "id" not in value:
            return value
        inner = self.objects[value["id"].removeprefix("BASE")]
        if "deleted" in inner:
            return None
        return inner["id"] if self.is_external else self._rendered(inner)


@contextmanager
def serving(server: OParlServer) -> Iterator[None]:
    """Serve on this machine, under two names."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            server.before_answer(self.path)
            if server.failures[self.path] > 0:
                server.failures[self.path] -= 1
                self._send(500, b"<h1>Fehler</h1>")
            elif self.path in server.redirects:
                self.send_response(302)
                self.send_header("Location", server.redirects[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send(*server.answer(self.path))

        def _send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                content = gzip.compress(content, compresslevel=1)
                self.send_header("Content-Encoding", "gzip")
                server.zipped += 1
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(OSError):  # a client that has read enough hangs up
                self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.base = f"http://127.0.0.1:{web.server_port}"
    server.other_base = f"http://localhost:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        web.shutdown()
        thread.join()
        web.server_close()

"""Give gunicorn's worker a page of ours for addresses that are too long, such as one with a pasted text to search for.

gunicorn reads the address before Django sees the request, and would answer with a line of English.
"""

from __future__ import annotations

import contextlib
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

MAX_ADDRESS_BYTES = 8190
"""What gunicorn takes at most; the search form's 500 characters are 4,500 as an address, beside its filters."""


class Worker(ThreadWorker):
    """A worker with several threads."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that couldn't be read."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        from django.template.loader import render_to_string

        body = render_to_string("414.html").encode()
        head = (
            "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sendall(head.encode() + body)

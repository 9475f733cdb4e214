"""Tell the log who acts, and write what waits for the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit.context import RequestFacts, answering

logger = logging.getLogger(__name__)


class AuditMiddleware:
    """Keep the request at hand for `audit.services.record`; comes after the middleware that sets `request.user`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; write what was put off when the server closes the answer."""
        facts = RequestFacts(request)
        with answering(facts):
            response = self.get_response(request)
        if facts.after_answer:
            self._write_when_closed(response, facts)
        return response

    def _write_when_closed(self, response: HttpResponseBase, facts: RequestFacts) -> None:
        close: Callable[[], Any] = response.close

        def write_and_close() -> None:
            try:
                with answering(facts):
                    while facts.after_answer:
                        facts.after_answer.pop(0)()
            except Exception:
                # The answer is out; the server must still end the request.
                logger.exception("A line of the audit log could not be written after the answer.")
            finally:
                close()

        vars(response)["close"] = write_and_close

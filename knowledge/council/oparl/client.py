"""Fetch what an OParl server has: only from configured hosts, within limits of size and time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, TypeVar
from urllib.parse import urljoin

import urllib3
from django.utils.translation import gettext as _

from knowledge.council.oparl.configuration import Configuration, NotGiven, OParlProblem

MAX_OBJECT_BYTES = 10 * 1024 * 1024
MAX_PAGE_BYTES = 32 * 1024 * 1024  # of a list: a hundred objects or so
MAX_ANSWER_S = 120.0
MAX_REDIRECTS = 5
PAUSES_S = (1.0, 5.0)
"""Before the second and third try of what failed."""
_CHUNK_BYTES = 64 * 1024
_MAX_WORDS = 200  # of the server's own message

T = TypeVar("T")
Object = dict[str, Any]  # JSON of many shapes


class _Failed(Exception):
    """One attempt failed; another one may succeed."""


class Client:
    """Asks one council information system."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._pool = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=10, read=30),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": "Stadtwissen",
            },
        )

    def fetch(self, url: str, *, limit: int = MAX_OBJECT_BYTES) -> Object:
        """Return one object, or one page of a list.

        Raises:
            NotGiven: If it isn't there, may not be asked for, is too large or no object.
            OParlProblem: If the server can't be reached or fails.
        """

        def take(response: urllib3.BaseHTTPResponse) -> Object:
            found = _as_object(b"".join(_chunks(response, url, limit)), url)
            if str(found.get("type")).endswith("/Error"):
                said = _words_of(found) or _("an error")
                raise NotGiven(_("%(url)s: %(said)s.") % {"url": url, "said": said})
            return found

        return self._answer(url, take)

    def download(self, url: str, into: IO[bytes], *, limit: int) -> None:
        """Write a file into `into`.

        Raises:
            NotGiven, OParlProblem: As for `fetch`.
        """

        def take(response: urllib3.BaseHTTPResponse) -> None:
            into.seek(0)
            into.truncate()
            for chunk in _chunks(response, url, limit):
                into.write(chunk)

        self._answer(url, take)

    def _answer(self, url: str, take: Callable[[urllib3.BaseHTTPResponse], T]) -> T:
        """Ask up to three times, and give the answer to `take`."""
        said = ""
        for pause_s in (0.0, *PAUSES_S):
            time.sleep(pause_s)
            try:
                return self._ask(url, take)
            except _Failed as failure:
                said = str(failure)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                said = _("it can't be reached (%(error)s)") % {"error": type(error).__name__}
        raise OParlProblem(_("%(url)s: %(said)s.") % {"url": url, "said": said})

    def _ask(self, url: str, take: Callable[[urllib3.BaseHTTPResponse], T]) -> T:
        target = url
        for _step in range(MAX_REDIRECTS + 1):
            response = self._pool.request(
                "GET",
                self._configuration.address(target),
                redirect=False,
                preload_content=False,
                decode_content=True,
            )
            try:
                if location := response.get_redirect_location():
                    target = urljoin(target, location)
                    continue
                if response.status != 200:
                    _refuse(response, url)
                return take(response)
            finally:
                # What wasn't read to its end is no use to the next request.
                response.close()
                response.release_conn()
        raise NotGiven(_("%(url)s leads from address to address.") % {"url": url})


def _chunks(response: urllib3.BaseHTTPResponse, url: str, limit: int) -> Iterator[bytes]:
    """Yield the answer, unpacked, as long as it keeps within size and time."""
    ends_at, size = time.monotonic() + MAX_ANSWER_S, 0
    for chunk in response.stream(_CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > limit:
            raise NotGiven(
                _("%(url)s is larger than %(count)d MB and wasn't read.")
                % {"url": url, "count": limit // 1024**2}
            )
        if time.monotonic() > ends_at:
            raise _Failed(_("the answer took too long"))
        yield chunk


def _refuse(response: urllib3.BaseHTTPResponse, url: str) -> None:
    """Say what the server answered instead, in its own words if it has some."""
    try:
        words = _words_of(_as_object(response.read(_CHUNK_BYTES, decode_content=True), url))
    except (OParlProblem, urllib3.exceptions.HTTPError):
        words = ""  # few servers send an error object, and none has to
    said = _("the server answers %(status)d %(words)s") % {
        "status": response.status,
        "words": words,
    }
    if response.status >= 500 or response.status == 429:
        raise _Failed(said.strip())
    raise NotGiven(_("%(url)s: %(said)s.") % {"url": url, "said": said.strip()})


def _as_object(content: bytes, url: str) -> Object:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotGiven(_("%(url)s answers with something that isn't OParl.") % {"url": url})
    return found


def _words_of(error: Object) -> str:
    return " ".join(str(error.get("message") or "").split())[:_MAX_WORDS].rstrip(".")

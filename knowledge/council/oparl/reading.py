"""Read the lists of a council information system, page by page, and remember how far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.council.models import SourceList
from knowledge.council.oparl.client import MAX_PAGE_BYTES, Client, Object
from knowledge.council.oparl.configuration import NotGiven, OParlProblem
from knowledge.council.oparl.objects import found_in, keep, key_of

OVERLAP = dt.timedelta(days=2)
"""Changes are asked for from so long before the last reading on: clocks differ, and some systems publish at night."""
MAX_PASSES = 5
# Attributes of a body and what their lists hold. The first three every server has; the others, new in 1.1, only repeat
# what stands inside objects of the first three, so that a server without them is no reason to stop.
LISTS = {"organization": "Organization", "meeting": "Meeting", "paper": "Paper"}
FURTHER_LISTS = {"agendaItem": "AgendaItem", "consultation": "Consultation", "file": "File"}


def read_all(client: Client, url: str, *, anew: bool) -> None:
    """Keep what is new or changed in all lists of all bodies.

    Args:
        client: Asks the server.
        url: Of the system, or of one body.
        anew: Ask for everything, not only for what changed.

    Raises:
        OParlProblem: If a list couldn't be read to its end; the next run goes on there.
    """
    state, _created = SourceList.objects.get_or_create(key=key_of(url))
    problems = []
    try:
        bodies = list(_bodies(client, url))
    except OParlProblem as problem:
        _note(state, str(problem))
        raise
    state.read_at = timezone.now()
    _note(state, "")
    read = {state.key}
    for body in bodies:
        for name, kind in {**LISTS, **FURTHER_LISTS}.items():
            address = body.get(name)
            if not isinstance(address, str):
                continue
            try:
                _read_list(client, address, kind, anew=anew)
            except OParlProblem as problem:
                if name in LISTS:
                    problems.append(str(problem))
                elif isinstance(problem, NotGiven):
                    continue
            read.add(key_of(address))
    SourceList.objects.exclude(
        key__in=read
    ).delete()  # lists that the server doesn't have, or no more
    if problems:
        raise OParlProblem("\n".join(problems))


def _bodies(client: Client, url: str) -> Iterator[Object]:
    entry = client.fetch(url)
    if str(entry.get("type")).endswith("/Body"):
        yield entry
        return
    address = entry.get("body")
    if not str(entry.get("type")).endswith("/System") or not isinstance(address, str):
        raise OParlProblem(_("%(url)s is neither a system nor a body of OParl.") % {"url": url})
    seen: set[str] = set()
    while address:
        page, address = _page(client, address, seen)
        yield from (body for body in page if body.get("deleted") is not True)


def _read_list(client: Client, url: str, kind: str, *, anew: bool) -> None:
    """Read one list until nothing in it is new.

    Entries move to other pages when others vanish while a list is read, so that one may be missed: a list of several
    pages is read again until a pass meets nothing new.
    """
    state, _created = SourceList.objects.get_or_create(key=key_of(url))
    if anew:
        state.known_until, state.begun_at, state.next_url = None, None, ""
    try:
        for _pass in range(MAX_PASSES):
            _read_pass(client, state, url, kind)
            if state.pages == 1 or not state.news:
                break
            state.next_url = ""
        else:
            raise OParlProblem(
                _("%(url)s changes all the time; the next run goes on.") % {"url": url}
            )
    except OParlProblem as problem:
        if isinstance(problem, NotGiven):
            state.next_url = ""  # the page may be gone for good: begin at the first one
        _note(state, str(problem))
        raise
    state.known_until, state.begun_at, state.next_url = state.begun_at, None, ""
    state.read_at = timezone.now()
    _note(state, "")


def _read_pass(client: Client, state: SourceList, url: str, kind: str) -> None:
    """Read a list once, from where the last run stopped; each page is kept together with how far it got."""
    address = state.next_url
    if not address or not state.begun_at:
        state.begun_at = state.begun_at or timezone.now()
        state.pages = state.news = 0
        address = _since(url, state.known_until)
    seen: set[str] = set()
    while address:
        page, address = _page(client, address, seen)
        found = [one for given in page for one in found_in(given, kind)]
        with transaction.atomic():
            # Files belong to meetings and people, too: only those that a paper has named count.
            state.news += keep(found, only_known=kind == "File")
            state.pages += 1
            state.next_url = address
            state.save()


def _page(client: Client, url: str, seen: set[str]) -> tuple[list[Object], str]:
    """Return what a page holds, and the address of the next one or nothing."""
    seen.add(url)
    page = client.fetch(url, limit=MAX_PAGE_BYTES)
    data, links = page.get("data"), page.get("links")
    if not isinstance(data, list):
        raise NotGiven(_("%(url)s is no list of OParl.") % {"url": url})
    after = links.get("next") if isinstance(links, dict) else None
    if after in seen:
        raise NotGiven(_("The pages of %(url)s lead in a circle.") % {"url": url})
    return [one for one in data if isinstance(one, dict)], after if isinstance(after, str) else ""


def _since(url: str, known_until: dt.datetime | None) -> str:
    if known_until is None:
        return url
    since = (known_until - OVERLAP).isoformat(timespec="seconds")
    joint = "&" if urlsplit(url).query else "?"
    return f"{url}{joint}{urlencode({'modified_since': since})}"


def _note(state: SourceList, error: str) -> None:
    state.error = error
    state.save()

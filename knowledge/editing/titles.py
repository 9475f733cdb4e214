"""`[[Title]]` as it is saved: a link to the page by its number, so that it stays when the page is renamed or moved.

The brackets stay in the words of the link: they say that the page's present title is to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from access.rights import Person
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.lines import Line, Link, Run, joined
from knowledge.pages.by_title import pages_by_title, title_of
from knowledge.text import WANTED

_WITHOUT_LINKS = frozenset({"h2"})


def linked_by_title(
    lines: Iterable[Line], user: Person, *, page: KnowledgePage, stored: Iterable[Line]
) -> list[Line]:
    """Return the lines with each `[[Title]]` linked to the page that the writer sees by this title; one query.

    Args:
        lines: The text.
        user: Who writes.
        page: The page whose text it is; none links to itself.
        stored: What was stored until now: links in it stay, whatever their pages are called by now.
    """
    lines = list(lines)
    kept = {run for line in stored for run in line.runs if _is_by_title(run)}
    titles = {
        title for line in lines for run in line.runs if run not in kept for title in _titles(run)
    }
    if not titles:
        return lines
    found = pages_by_title(user, titles, space_id=page.space_id)
    links = {title: Link("page", str(one.pk)) for title, one in found.items() if one.pk != page.pk}
    return [
        replace(line, runs=joined(_linked(line.runs, links, kept)))
        if line.kind not in _WITHOUT_LINKS
        else line
        for line in lines
    ]


def _is_by_title(run: Run) -> bool:
    return run.link is not None and run.link.kind == "page" and bool(WANTED.fullmatch(run.text))


def _titles(run: Run) -> Iterator[str]:
    if run.link is None or _is_by_title(run):
        yield from filter(None, map(title_of, WANTED.findall(run.text)))


def _linked(runs: Sequence[Run], links: Mapping[str, Link], kept: set[Run]) -> Iterator[Run]:
    for run in runs:
        if run in kept or not any(_titles(run)):
            yield run
            continue
        start = 0
        for named in WANTED.finditer(run.text):
            yield run._replace(text=run.text[start : named.start()])
            yield run._replace(text=named[0], link=links.get(title_of(named[1])))
            start = named.end()
        yield run._replace(text=run.text[start:])

"""Hits with their passages, made for showing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from django.utils.safestring import SafeString

from search.documents import Attachment
from search.marking import Marker, Passage, lead
from search.registry import HitCard, kind_label
from search.results import ShownAttachment, ShownHit
from search.texts import SearchTexts

BODY_PASSAGES = 3
FILE_PASSAGES = 2
"""Passages of one attached file."""

MAX_FILES = 3
"""Attached files with passages in one hit."""


def show_hits(
    cards: Iterable[HitCard], texts: Mapping[str, SearchTexts], marker: Marker
) -> list[ShownHit]:
    """Put marked titles and passages to the cards, in their order."""
    label = cache(kind_label)  # translated once for all hits of a kind
    return [_show(card, texts.get(card.key, SearchTexts()), marker, label) for card in cards]


def show_title(card: HitCard, marker: Marker) -> ShownHit:
    """Show a hit of which only the title is known to match."""
    return _hit(card, marker, kind_label(card.kind), (), ())


def _show(
    card: HitCard, texts: SearchTexts, marker: Marker, label: Callable[[str], str]
) -> ShownHit:
    if card.is_confidential:
        # Each reading of it is recorded, and that is done by the page.
        return _hit(card, marker, label(card.kind), (), ())
    passages: list[SafeString] = [
        one.html for one in marker.passages(texts.body, limit=BODY_PASSAGES)
    ]
    attachments: list[ShownAttachment] = []
    for file in texts.attachments:
        if len(attachments) >= MAX_FILES:
            break
        attachments += _show_file(file, marker)
    if not passages and not attachments and texts.body:
        passages = [lead(texts.body)]
    return _hit(card, marker, label(card.kind), passages, attachments[:MAX_FILES])


def _hit(
    card: HitCard,
    marker: Marker,
    label: str,
    passages: Sequence[SafeString],
    attachments: Sequence[ShownAttachment],
) -> ShownHit:
    return ShownHit(
        key=card.key,
        title=card.title,
        title_marked=marker.mark(card.title),
        url=card.url,
        kind_label=label,
        kind=card.kind,
        space=card.space_title,
        organisation=", ".join(card.organisations),
        date=card.dated_on,
        is_sample=card.is_sample,
        confidential=card.is_confidential,
        is_shared=card.is_shared,
        passages=passages,
        attachments=attachments,
    )


def _show_file(file: Attachment, marker: Marker) -> list[ShownAttachment]:
    """Show the pages of a file with most of the words; a file found by its name alone has no passages."""
    found: list[tuple[int, Passage]] = []
    for number, text in enumerate(file.pages, start=1):
        found += [(number, passage) for passage in marker.passages(text, limit=1)]
    found.sort(key=lambda one: -len(one[1].groups))
    is_pdf = file.url.lower().endswith(
        ".pdf"
    )  # a reader's program can be told the page of these only
    has_pages = len(file.pages) > 1 or is_pdf
    title = marker.mark(file.title)
    if not found:
        return [ShownAttachment(title, file.url, None, ())] if "<mark>" in title else []
    return [
        ShownAttachment(
            title,
            f"{file.url}#page={number}" if is_pdf else file.url,
            number if has_pages else None,
            (passage.html,),
        )
        for number, passage in sorted(found[:FILE_PASSAGES], key=lambda one: one[0])
    ]

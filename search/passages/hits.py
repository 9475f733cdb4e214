"""Make hits with their passages, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from search import own_facets
from search.analysis.vocabulary import organisation_term
from search.documents import Attachment
from search.passages.excerpts import Marker, Passage, lead
from search.passages.texts import SearchTexts
from search.registry import HitCard, kind_label
from search.results import ShownAttachment, ShownHit

BODY_PASSAGES = 3
FILE_PASSAGES = 2
"""Passages of one attached file."""

MAX_NAMED = 4
"""Names by which a hit was found that are shown where its text has none of the words."""

MAX_FILES = 3
"""Attached files with passages in one hit."""


def show_hits(
    cards: Iterable[HitCard], texts: Mapping[str, SearchTexts], marker: Marker
) -> list[ShownHit]:
    """Add marked titles and passages to the cards, in their order."""
    label = cache(kind_label)  # translated once for all hits of a kind
    hits = [_show(card, texts.get(card.key, SearchTexts()), marker, label) for card in cards]
    unmarked = [hit for hit in hits if not hit.confidential and not _is_marked(hit)]
    if not unmarked:
        return hits
    short_names = _short_names(texts[hit.key] for hit in unmarked if hit.key in texts)
    return [
        _named(hit, texts.get(hit.key, SearchTexts()), short_names, marker.of_parts)
        if hit in unmarked
        else hit
        for hit in hits
    ]


def show_title(card: HitCard, marker: Marker) -> ShownHit:
    """Show a hit of which only the title matched."""
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
        details=card.details,
        passages=passages,
        attachments=attachments,
    )


def _is_marked(hit: ShownHit) -> bool:
    texts = (hit.title_marked, *hit.passages, *(one.title for one in hit.attachments))
    return any("<mark>" in text for text in texts) or any(one.passages for one in hit.attachments)


def _short_names(texts: Iterable[SearchTexts]) -> dict[str, str]:
    slugs = {slug for one in texts for slug in one.organisations}
    return dict(own_facets.organisation_labels(sorted(slugs)))


def _named(
    hit: ShownHit, texts: SearchTexts, short_names: Mapping[str, str], marker: Marker
) -> ShownHit:
    """Show what matched in a hit without marked text: parts of a word, names, its kind."""
    title = marker.mark(hit.title)
    passages = [one.html for one in marker.passages(texts.body, limit=BODY_PASSAGES)]
    if "<mark>" in title or passages:
        return replace(hit, title_marked=title, passages=passages or hit.passages)
    named = [marker.mark(name) for name in (*texts.headings, *texts.named)]
    for slug in texts.organisations:
        name = marker.mark(short_names.get(slug, ""))
        is_found = "<mark>" in name or marker.looks_for(organisation_term(slug))
        named += [name if "<mark>" in name else format_html("<mark>{}</mark>", name)] * is_found
    named = [name for name in named if "<mark>" in name][:MAX_NAMED]
    return replace(hit, named=named or [format_html("<mark>{}</mark>", hit.kind_label)])


def _show_file(file: Attachment, marker: Marker) -> list[ShownAttachment]:
    """Show the pages of a file with most of the words; a file found only by its name has no passages."""
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

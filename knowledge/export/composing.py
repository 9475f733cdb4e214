"""Make the sheet of a page, of a page with those below it, or of a piece of HTML, for one reader.

A page's sheet is read from the page as it is rendered for this reader: what isn't shown there is in no file.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from lxml import html

from access.handling import Classification, classification_of
from access.rights import Person
from access.tree import at_or_below
from knowledge.basepage.models import KnowledgePage
from knowledge.export.drawings import drawing
from knowledge.export.pictures import Pictures
from knowledge.export.reading import blocks_of, set_aside
from knowledge.export.sheets import (
    Block,
    Heading,
    Letterhead,
    Picture,
    Run,
    Sheet,
    Words,
    weight_of,
)
from knowledge.pages.parts import page_parts
from knowledge.pages.references import preload_links
from web.models import installation
from web.panels import filled

_DRAWING_STYLE = "css/drawings.css"
MOST_PAGES = 100  # in one file
HEAVIEST = 600_000  # characters and cells (sheets.weight_of): some 200 sheets of paper, 20 s
"""docs/export.md says how both were measured."""


@contextmanager
def in_language_of_files() -> Iterator[None]:
    """Write in the language that files say they are in, whatever their reader has chosen for the screen."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


class TooMuch(Exception):
    """What was asked for doesn't fit into one file; says in a sentence what to do instead."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A sheet, and how many pages are in it."""

    sheet: Sheet
    pages: int = 1


def page_for(user: Person, pk: int) -> Any:
    """Return the published page with this number if `user` may read it; else None."""
    page = KnowledgePage.objects.visible_to(user).filter(pk=pk).first()
    return page.specific if page is not None else None


@in_language_of_files()
def sheet_of_page(page: Any, request: HttpRequest) -> Composed:
    """Return what the reader of `request` sees of a page that this person may read.

    Raises:
        TooMuch: If it doesn't fit into one file.
    """
    composer = _Composer(request)
    return Composed(composer.sheet(page, composer.page(page)))


@in_language_of_files()
def sheet_of_branch(page: Any, request: HttpRequest) -> Composed:
    """Return the page and the pages below it that this reader may take out, each with a heading of its depth.

    Raises:
        TooMuch: If it doesn't fit into one file.
    """
    found = list(in_branch(page, request.user).order_by("path").specific()[: MOST_PAGES + 1])
    if len(found) > MOST_PAGES:
        raise TooMuch(
            _(
                "There are more than %(most)s pages, and a file holds no more. "
                "Nothing was made; choose a page further down."
            )
            % {"most": MOST_PAGES}
        )
    composer = _Composer(request)
    blocks: list[Block] = []
    for one in found:
        down = one.depth - page.depth
        blocks += [_lowered(block, down) for block in composer.page(one)]
        composer.check(page, blocks)
    mark = max((classification_of(one) for one in found), key=lambda one: one.strictness)
    return Composed(composer.sheet(page, blocks, mark=mark), len(found))


@in_language_of_files()
def sheet_of_html(
    source: str, request: HttpRequest, *, page: Any, title: str, address: str
) -> Sheet:
    """Return a sheet of what a room composed from a page itself, such as an extract or a list to sign.

    Args:
        source: HTML of a template, rendered for the reader.
        request: The reader's.
        page: Whose content it is; its mark stands on each sheet.
        title: Of the file.
        address: Where it is read on the platform, as a path.
    """
    composer = _Composer(request)
    sheet = composer.sheet(page, composer.read(source, address))
    return replace(sheet, title=title, facts={**sheet.facts, "title": title})


def in_branch(page: Any, user: Person) -> Any:
    """Return the page and what lies below it as far as `user` may take it out, as a queryset."""
    return KnowledgePage.objects.exportable_by(user).filter(at_or_below(page.path))


class _Composer:
    """Makes one sheet; keeps its pictures."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._pictures = Pictures(request.user)

    def page(self, page: Any) -> list[Block]:
        """Return the blocks of one page, as its reader sees it."""
        preload_links(page)
        context = page.get_context(self._request)
        parts = [panel for panel in page_parts if panel.is_content]
        context |= {"share": None, "edit_url": "", "new_url": ""}
        context["parts"] = filled(parts, page, self._request)
        rendered = render_to_string(page.get_template(self._request), context, self._request)
        source, drawings = set_aside(rendered)
        return self._read(_content_of(source), page.url, drawings)

    def read(self, source: str, address: str) -> list[Block]:
        """Return the blocks of HTML that was rendered for the reader."""
        without, drawings = set_aside(source)
        return self._read(without, address, drawings)

    def _read(self, source: str, address: str, drawings: Sequence[str]) -> list[Block]:
        return blocks_of(
            source,
            base_url=self._request.build_absolute_uri(address),
            keep_picture=self._pictures.keep,
            keep_drawing=lambda svg: self._pictures.add(drawing(svg, drawing_style())),
            drawings=drawings,
        )

    def check(self, page: Any, blocks: Sequence[Block]) -> None:
        """Refuse what would take too long to be written, before more is rendered.

        Raises:
            TooMuch: If it is.
        """
        if weight_of(blocks) > HEAVIEST or self._pictures.are_too_many:
            raise TooMuch(
                _(
                    "“%(page)s” is too long for one file. Nothing was made; choose a page further down, "
                    "or print the page with your browser."
                )
                % {"page": page.title}
            )

    def sheet(
        self, page: Any, blocks: Sequence[Block], *, mark: Classification | None = None
    ) -> Sheet:
        """Return the sheet.

        Raises:
            TooMuch: If it doesn't fit into one file.
        """
        self.check(page, blocks)
        return Sheet(
            title=page.title,
            letterhead=letterhead(mark or classification_of(page)),
            blocks=list(_titled(page.title, blocks)),
            facts=dict(_facts(page, self._request)),
            pictures=self._pictures.kept,
        )


def letterhead(mark: Classification) -> Letterhead:
    """Return what stands on each sheet: the city, how to handle it, and when it was made."""
    here = installation()
    moment = date_format(timezone.localtime(), "j. F Y, H:i")
    return Letterhead(
        issuer=f"{here.city} · Stadtwissen" if here.city else "Stadtwissen",
        mark=_("Handling: %(mark)s") % {"mark": mark.label},
        retrieved=_("Retrieved on %(moment)s") % {"moment": moment},
        logo=Picture(base64.b64decode(here.mark), "image/png") if here.mark else None,
        words=Words(
            page=_("Page"),
            of=pgettext("page 1 of 3", "of"),
            undescribed=_("Picture without a description"),
        ),
    )


def _content_of(rendered: str) -> str:
    """Return the middle and the right column of a page; who answers for it stands at the end."""
    # Else it drops what is nested deeper than 256 elements.
    root = html.document_fromstring(rendered, parser=html.HTMLParser(huge_tree=True))
    columns = root.find_class("sw-content") + root.find_class("sw-aside")
    feet = [foot for column in columns for foot in column.find_class("sw-page-meta")]
    for foot in feet:
        foot.getparent().remove(foot)
    return "".join(html.tostring(one, encoding="unicode") for one in [*columns, *feet])


def _lowered(block: Block, levels: int) -> Block:
    if not isinstance(block, Heading):
        return block
    # Anchors are unique on their page only.
    return Heading(block.level + levels, block.runs)


def _titled(title: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks with a title, if a page shows none."""
    if not any(isinstance(block, Heading) and block.level == 1 for block in blocks):
        yield Heading(1, [Run(title)])
    yield from blocks


def _facts(page: Any, request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield what is said of a page at the head of a Markdown file; names in English, as programs read them."""
    yield "title", page.title
    yield "kind", str(page.get_verbose_name())
    yield "address", request.build_absolute_uri(page.url)
    yield "handling", str(Classification(page.classification).label)
    if page.owning_organisation is not None:
        yield "responsible", str(page.owning_organisation)
    if page.last_published_at is not None:
        yield "changed", timezone.localtime(page.last_published_at).isoformat(timespec="seconds")
    yield "retrieved", timezone.localtime().isoformat(timespec="seconds")
    yield "language", "de-DE"


def drawing_style() -> str:
    """Return the style of drawings, which know classes only."""
    found = finders.find(_DRAWING_STYLE)
    return Path(found).read_text("utf-8") if found else ""

"""Markdown that people write: rendered once, when it is saved, within limits; pages show what was stored.

Rendering may take as long as its author likes: 20,000 times `[a](` keep it busy for 20 seconds. So no view renders, and
whoever saves is held to a length, a depth and a time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from html import escape, unescape
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.htmlparser import HTMLExtractor
from markdown.preprocessors import HtmlBlockPreprocessor
from wagtail.fields import StreamField

MAX_CHARS = 30_000  # about 12 printed pages; a page may have many such blocks
MAX_DEPTH = 20  # of lists, quotes and elements inside each other
MAX_SECONDS = (
    2.0  # of the processor's time, so that a busy machine refuses nothing; a long text takes 0.5
)
MAX_SECONDS_TOGETHER = 5.0  # for all texts of one page

# Not wagtail-markdown's own extensions: they link to any page or file by its title, without asking for a right.
# Attributes and footnotes aside, this is Markdown Extra; attributes could imitate the platform's own notices.
_EXTENSIONS = [
    "abbr", "def_list", "fenced_code", "footnotes", "tables", "sane_lists",
    "wagtailmarkdown.mdx.inlinepatterns:DelExtension",
]  # fmt: skip
_CONFIGS = {"tables": {"use_align_attribute": True}}  # a style would be refused by the policy
_TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "img", "ins", "li", "ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_CELL = {"align", "colspan", "rowspan", "scope"}
_ATTRIBUTES = {
    "*": {"class", "id", "style"},  # seen by `_Filter`, which keeps none but a footnote's id
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": _CELL,
    "th": _CELL,
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_OWN_PICTURE = re.compile(r"/bilder/[\w./%-]+")
_FOOTNOTE = re.compile(r"fn(?:ref)?\d*:[\w-]+")
_GENERATED = re.compile(r"footnote[\w-]*|language-\S*")  # classes that the extensions write
_ATTRIBUTE = r'(?:\s[\w-]+="[^"]*")'
_PICTURE_WITHOUT_SOURCE = re.compile(rf'<img(?!{_ATTRIBUTE}*\ssrc="){_ATTRIBUTE}*>')
_ALTERNATIVE = re.compile(r'\salt="([^"]*)"')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = {"br", "hr", "img"}


class LeftOut(Enum):
    """What is written but not shown, of which the writer is told."""

    LOOK = "look"  # class, id and style
    PICTURE = "picture"  # a picture of another site, which would learn who reads the page


class TooMuch(Exception):
    """The text can't be rendered within the limits; `str()` is a sentence for its writer."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML that is safe to show as it is, and what was left out of it."""

    html: str
    left_out: frozenset[LeftOut]


def render(source: str) -> Rendered:
    """Return the text as sanitised HTML.

    Raises:
        TooMuch: If it is too long, too deep or takes too long.
    """
    if len(source) > MAX_CHARS:
        raise TooMuch(
            _("This text has %(length)s characters; %(limit)s fit into one block. Please split it.")
            % {"length": len(source), "limit": MAX_CHARS}
        )
    clock = _Clock()
    clock.check()  # before a parser is made: there may be many more texts
    try:
        html = _parser(clock).convert(source)
    except RecursionError as error:
        raise _too_deep() from error
    sieve = _Sieve()
    # What sanitising costs follows from the depth.
    if _depth(html) > MAX_DEPTH:
        raise _too_deep()
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=sieve.attribute,
        url_schemes=_SCHEMES,
        link_rel="noreferrer",
    )
    clean = _PICTURE_WITHOUT_SOURCE.sub(_alternative_of, clean)
    return Rendered(_framed(clean), frozenset(sieve.left_out))


def as_written(source: str) -> str:
    """Return the text as HTML without looking for marks in it: for what `render` refuses and nobody can correct."""
    return f"<pre>{escape(source)}</pre>"


@contextmanager
def rendered_together() -> Iterator[None]:
    """Give all texts that are rendered inside the block one time between them."""
    token = _together_until.set(time.thread_time() + MAX_SECONDS_TOGETHER)
    try:
        yield
    finally:
        _together_until.reset(token)


_together_until: ContextVar[float] = ContextVar("markdown_together_until", default=float("inf"))


class MarkdownText(str):
    """Markdown as its author wrote it, with the HTML that was made of it when it was saved.

    Attributes:
        html: Safe HTML; None until it is saved.
        left_out: What the HTML doesn't show.
    """

    __slots__ = ("html", "left_out")

    html: str | None
    left_out: frozenset[LeftOut]

    def __new__(
        cls, source: str, html: str | None = None, left_out: Iterable[LeftOut] = ()
    ) -> MarkdownText:
        text = super().__new__(cls, source)
        text.html, text.left_out = html, frozenset(left_out)
        return text

    def checked(self) -> MarkdownText:
        """Return it rendered.

        Raises:
            ValidationError: With a sentence for the writer, if it is too much.
        """
        try:
            rendered = render(self)
        except TooMuch as error:
            raise ValidationError(str(error)) from error
        return MarkdownText(self, rendered.html, rendered.left_out)

    def stored(self) -> dict[str, Any]:
        """Return what is stored; what comes in without a writer is never refused, but shown as it was written."""
        if self.html is None:
            try:
                rendered = render(self)
                self.html, self.left_out = rendered.html, rendered.left_out
            except TooMuch:
                self.html = as_written(self)
        left_out = sorted(one.value for one in self.left_out)
        return {"source": str(self), "html": self.html, "left_out": left_out}


def sentences_about_left_out(page: Any) -> list[str]:
    """Return what the writer of a page is told about its Markdown; nothing if all of it is shown."""
    found: set[LeftOut] = set()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for block in getattr(page, field.name):
                found |= getattr(block.value, "left_out", frozenset())
    sentences = {
        LeftOut.LOOK: _(
            "In the Markdown text, “class”, “id” and “style” were left out: the platform decides how texts look."
        ),
        LeftOut.PICTURE: _(
            "Pictures of other sites are not shown, because these would learn who reads the page. Please upload the"
            " picture and add it as a block of its own."
        ),
    }
    return [sentence for kind, sentence in sentences.items() if kind in found]


def from_stored(value: Any) -> MarkdownText:
    """Return the text that `MarkdownText.stored` made, or one that was never rendered."""
    if isinstance(value, dict):
        return MarkdownText(value["source"], value["html"], map(LeftOut, value["left_out"]))
    return value if isinstance(value, MarkdownText) else MarkdownText(value or "")


class _Clock:
    """Stops the parser: it asks at each step, the longest of which reads the text once."""

    def __init__(self) -> None:
        self._end = min(time.thread_time() + MAX_SECONDS, _together_until.get())

    def check(self) -> None:
        if time.thread_time() > self._end:
            raise TooMuch(
                _(
                    "This text is too complicated to be formatted; usually it has very many brackets or signs in a row."
                    " Please simplify or split it."
                )
            )

    def asked_by(self, step: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(step)
        def checked(*args: Any, **kwargs: Any) -> Any:
            self.check()
            return step(*args, **kwargs)

        return checked


class _TimedHtmlBlocks(HtmlBlockPreprocessor):
    """Looks for HTML in the text; each tag that is never closed costs a look at all that follows."""

    def __init__(self, parser: Markdown, clock: _Clock) -> None:
        super().__init__(parser)
        self._clock = clock

    def run(self, lines: list[str]) -> list[str]:
        extractor = HTMLExtractor(self.md)
        extractor.parse_starttag = self._clock.asked_by(extractor.parse_starttag)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


def _parser(clock: _Clock) -> Markdown:
    parser = Markdown(extensions=_EXTENSIONS, extension_configs=_CONFIGS, output_format="html")
    parser.preprocessors.register(_TimedHtmlBlocks(parser, clock), "html_block", 20)
    for pattern in parser.inlinePatterns:
        pattern.handleMatch = clock.asked_by(pattern.handleMatch)
        pattern.getCompiledRegExp = clock.asked_by(pattern.getCompiledRegExp)
    for processor in parser.parser.blockprocessors:
        processor.test = clock.asked_by(processor.test)
    return parser


class _Sieve:
    """Decides about each attribute, and remembers what it left out."""

    def __init__(self) -> None:
        self.left_out: set[LeftOut] = set()

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "id" and _FOOTNOTE.fullmatch(value):
            return value
        if name in {"class", "id", "style"}:
            if not _GENERATED.fullmatch(value):
                self.left_out.add(LeftOut.LOOK)
            return None
        if (tag, name) == ("img", "src") and not _OWN_PICTURE.fullmatch(value):
            self.left_out.add(LeftOut.PICTURE)
            return None
        return value


def _too_deep() -> TooMuch:
    return TooMuch(
        _(
            "In this text, lists or quotes lie more than %(limit)s deep inside each other. Please simplify it."
        )
        % {"limit": MAX_DEPTH}
    )


def _depth(html: str) -> int:
    """Return how deep elements lie inside each other at most, closed or not."""
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _VOID:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest


def _alternative_of(picture: re.Match[str]) -> str:
    text = _ALTERNATIVE.search(picture[0])
    return escape(unescape(text[1])) if text else ""


def _framed(html: str) -> str:
    """Frame each table, so that the keyboard can scroll one that is wider than the window."""
    frame = format_html(
        '<div class="sw-table-frame" role="region" tabindex="0" aria-label="{}">', _("Table")
    )
    return html.replace("<table", f"{frame}<table").replace("</table>", "</table></div>")

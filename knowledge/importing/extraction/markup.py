"""HTML to blocks: what the page says, without its navigation, scripts and looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean, decode_markup
from knowledge.importing.extraction.collecting import BlockCollector, squeeze, squeeze_lines
from knowledge.importing.extraction.formulas import formula_text
from knowledge.importing.extraction.results import Loss, Reason, UnusableFile
from knowledge.importing.extraction.tables import read_table

# Any: lxml ships no types; an Element is walked by its documented attributes.
Element = Any

_DROPPED_NAMES = (
    "script style nav template noscript iframe object embed svg button select "
    "input textarea canvas audio video map head link meta dialog"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
_DROPPED_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "menu", "menubar"})
_DROPPED_CLASSES_NAMES = (
    "nav navbar navigation navheader navfooter docnav breadcrumb breadcrumbs "
    "sphinxsidebar related headerlink skip-link skiplink language-switcher noprint "
    "toctree-toggle footer site-footer site-header"
)
_DROPPED_CLASSES = frozenset(_DROPPED_CLASSES_NAMES.split())
_DROPPED_IDS = frozenset({"banner", "navigation", "nav", "breadcrumb", "breadcrumbs", "footer"})
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em", "cite", "dfn", "var"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS_NAMES = (
    "form p div section article main header aside address blockquote figure figcaption center "
    "fieldset details summary body html td th tr table tbody thead tfoot caption li dl dt "
    "dd pre hr ul ol menu dir h1 h2 h3 h4 h5 h6"
)
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_LINES = frozenset({"br", "p", "div", "li", "dt", "dd", "tr", "ul", "ol"})
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RULE = re.compile(r"(?:^|(?<=[}{;/]))([^{}@;]{1,300})\{([^{}]{0,2000})\}")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # of prints and the like
_SIMPLE_NAME = re.compile(r"\w*([.#][\w-]+)")  # of a class or id, alone
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_NEIGHBOURS = frozenset({"home", "start", "prev", "previous", "next", "up", "first", "last"})


def read_html(data: bytes) -> tuple[str, BlockCollector]:
    """Return the title of an HTML page and its content.

    Raises:
        UnusableFile: If nothing can be parsed.
    """
    return read_markup(decode_markup(data))


def read_markup(text: str) -> tuple[str, BlockCollector]:
    """Return title and content of HTML that is already text.

    Raises:
        UnusableFile: If nothing can be parsed.
    """
    # Encoded again so that lxml takes neither a wrong declaration nor the machine's own encoding.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = lxml_html.document_fromstring(_DECLARATION.sub("", text).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnusableFile(Reason.BROKEN) from error
    collector = BlockCollector()
    _mark_hidden(root)
    _Walker(collector, neighbours=_neighbours(root)).walk(_main_part(root))
    title = root.findtext(".//title") or ""
    return squeeze(title), collector


def _mark_hidden(root: Element) -> None:
    """Mark what the page's own styles hide by a class or id, so that it is not read."""
    rules = [
        rule
        for style in root.iter("style")
        for rule in _RULE.findall(_MEDIA.sub("", style.text or ""))
    ]
    hidden = {
        found.group(1)
        for names, properties in rules
        if _NOT_SHOWN.search(properties)
        for name in names.split(",")
        if (found := _SIMPLE_NAME.fullmatch(name.strip()))
    }
    for element in root.iter(etree.Element) if hidden else ():
        names = {f".{one}" for one in (element.get("class") or "").split()}
        if hidden & (names | {f"#{element.get('id')}"}):
            element.set("hidden", "")


def _main_part(root: Element) -> Element:
    """Return the element that holds the content, if the page names exactly one."""
    for path in (".//main", ".//*[@role='main']", ".//body"):
        found = root.findall(path)
        if len(found) == 1:
            return found[0]
    return root


def _neighbours(root: Element) -> frozenset[str]:
    """Return where the page's own navigation leads, as its head says."""
    return frozenset(
        link.get("href", "").split("#")[0]
        for link in root.iterfind(".//link")
        if _NEIGHBOURS & set((link.get("rel") or "").lower().split()) and link.get("href")
    )


class _Walker:
    """Walks one document; inline text gathers until a block element ends the paragraph."""

    def __init__(
        self, collector: BlockCollector, *, neighbours: frozenset[str], skips_lists: bool = False
    ) -> None:
        self._out = collector
        self._neighbours = neighbours
        self._skips_lists = skips_lists
        self._inline: list[str] = []
        self._depth = 0

    def walk(self, element: Element) -> None:
        """Add everything below `element`."""
        self._children(element)
        self._end_paragraph()

    def _children(self, element: Element) -> None:
        self._depth += 1
        if self._depth > limits.MAX_DEPTH:
            self._text(" ".join(element.itertext()))
        else:
            self._text(element.text)
            for child in element:
                self._element(child)
                self._text(child.tail)
        self._depth -= 1

    def _element(self, element: Element) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or self._is_dropped(element, tag):
            return
        if tag in _HEADINGS:
            self._end_paragraph()
            self._out.lost[Loss.IMAGES] += len(element.findall(".//img"))
            self._out.heading(_visible_text(element), _HEADINGS[tag])
        elif tag == "math":
            self._text(f" {formula_text(element)} ")
        elif tag == "img":
            self._out.lost[Loss.IMAGES] += 1
        elif tag == "br":
            self._inline.append("<br/>")
        elif tag == "hr":
            self._end_paragraph()
            self._out.html("<hr/>")
        elif tag == "pre":
            self._end_paragraph()
            self._out.code(_preformatted(element))
        elif tag in _LISTS:
            self._end_paragraph()
            if not self._skips_lists:
                self._list(element, is_ordered=tag == "ol")
        elif tag == "table":
            self._end_paragraph()
            self._table(element)
        elif tag == "dl" and _is_contents(element):
            self._end_paragraph()
            self._out.html(self._contents_html(element))
        elif tag in {"dt", "th", "summary"}:
            self._end_paragraph()
            self._children(element)
            self._out.paragraph(_wrap("strong", self._take_inline()))
        elif tag in _BLOCKS:
            self._end_paragraph()
            self._children(element)
            self._end_paragraph()
        elif tag in _BOLD or tag in _ITALIC or tag == "a":
            self._marked(element, tag)
        else:
            self._children(element)

    def _is_dropped(self, element: Element, tag: str) -> bool:
        if tag in _DROPPED or element.get("role") in _DROPPED_ROLES or _is_hidden(element):
            return True
        classes = (element.get("class") or "").lower().split()
        if _DROPPED_CLASSES.intersection(classes) or element.get("id") in _DROPPED_IDS:
            return True
        return tag in {"p", "ul", "table", "div"} and self._only_leads_on(element)

    def _only_leads_on(self, element: Element) -> bool:
        """Whether a short block consists of links to the neighbouring pages and nothing else."""
        links = element.findall(".//a")
        if not links or len(links) > 12:
            return False
        targets = {(link.get("href") or "").split("#")[0] for link in links}
        if not (targets & self._neighbours) or not targets <= self._neighbours | {""}:
            return False
        linked = sum(len(squeeze("".join(link.itertext()))) for link in links)
        return len(squeeze("".join(element.itertext()))) - linked < 40

    def _marked(self, element: Element, tag: str) -> None:
        """Add bold, italic or linked text; around blocks the mark is dropped and the blocks stay."""
        if any(
            child.tag in _BLOCKS for child in element.iter(etree.Element) if child is not element
        ):
            self._children(element)
            return
        outer, self._inline = self._inline, []
        self._children(element)
        inner = "".join(self._inline)
        self._inline = outer
        if tag == "a":
            href = clean(element.get("href") or "").strip()
            is_link = href and not href.startswith("#") and inner.strip()
            marked = f'<a href="{escape(href)}">{inner}</a>' if is_link else inner
        else:
            marked = _wrap("strong" if tag in _BOLD else "em", inner)
        self._inline.append(marked)

    def _text(self, text: str | None) -> None:
        if text:
            self._inline.append(escape(_BLANKS.sub(" ", clean(text)), quote=False))

    def _take_inline(self) -> str:
        inline = re.sub(r" {2,}", " ", "".join(self._inline))
        self._inline.clear()
        return inline.strip()

    def _end_paragraph(self) -> None:
        self._out.paragraph(self._take_inline())

    def _list(self, element: Element, *, is_ordered: bool) -> None:
        if _is_simple_list(element):
            self._out.html(self._list_html(element, is_ordered=is_ordered))
            return
        # Items with code, tables or headings cannot stand in a rich text list: their text becomes paragraphs.
        for number, item in enumerate(element.iterchildren("li"), start=1):
            if is_ordered:
                self._inline.append(f"{number}. ")
            self._list_item(item)

    def _list_item(self, item: Element) -> None:
        """Add one item; a first paragraph stays on the line of its number."""
        first = item[0] if len(item) else None
        if first is not None and first.tag in {"p", "div"} and not (item.text or "").strip():
            self._children(first)
            self._end_paragraph()
            self._text(first.tail)
            for child in item[1:]:
                self._element(child)
                self._text(child.tail)
        else:
            self._children(item)
        self._end_paragraph()

    def _list_html(self, element: Element, *, is_ordered: bool) -> str:
        items = []
        for item in element.iterchildren(etree.Element):
            if item.tag == "li":
                items.append(self._item_html(item))
            elif item.tag in _LISTS and items:  # invalid but common: a list directly inside a list
                nested = self._list_html(item, is_ordered=item.tag == "ol")
                items[-1] = items[-1].removesuffix("</li>") + nested + "</li>"
        name = "ol" if is_ordered else "ul"
        joined = "".join(item for item in items if item != "<li></li>")
        return f"<{name}>{joined}</{name}>" if joined else ""

    def _contents_html(self, element: Element) -> str:
        """Return a table of contents, which DocBook writes as a list of terms, as a list of links."""
        items = []
        for part in element.iterchildren("dt", "dd"):
            if part.tag == "dt":
                items.append(self._item_html(part))
            elif items:
                nested = "".join(self._contents_html(inner) for inner in part.iterchildren("dl"))
                items[-1] = items[-1].removesuffix("</li>") + nested + "</li>"
        return f"<ul>{''.join(items)}</ul>"

    def _item_html(self, item: Element) -> str:
        """Return one item: its paragraphs separated by line breaks, nested lists after them."""
        inner = BlockCollector()
        _Walker(inner, neighbours=self._neighbours, skips_lists=True).walk(item)
        nested = []
        for child in list(item.iter(*_LISTS)):
            if _nearest_list_parent(child) is item:
                nested.append(self._list_html(child, is_ordered=child.tag == "ol"))
        self._out.lost += inner.lost
        text = "".join(block.text for block in inner.finish())
        text = text.replace("</p><p>", "<br/>").removeprefix("<p>").removesuffix("</p>")
        return f"<li>{text}{''.join(nested)}</li>"

    def _table(self, element: Element) -> None:
        table = read_table(element, text_of=_visible_text)
        if table is None:
            self._children(element)
            self._end_paragraph()
        else:
            self._out.lost[Loss.IMAGES] += len(element.findall(".//img"))
            self._out.table(table.rows, has_header=table.has_header, caption=table.caption)


def _nearest_list_parent(element: Element) -> Element:
    return next((parent for parent in element.iterancestors() if parent.tag == "li"), None)


def _is_contents(element: Element) -> bool:
    """Whether a list of terms has nothing but terms, at each level."""
    texts = [part.text or "" for part in element.iter("dd")]
    texts += [child.tail or "" for part in element.iter("dd") for child in part]
    inner = {child.tag for part in element.iter("dd") for child in part}
    return inner <= {"dl"} and not "".join(texts).strip() and _is_simple_list(element)


def _is_simple_list(element: Element) -> bool:
    return not any(True for _found in element.iter("pre", "table", *_HEADINGS))


def _wrap(tag: str, inner: str) -> str:
    """Mark `inner`, with its outer spaces outside; nothing to mark gives only the spaces."""
    stripped = inner.strip()
    if not stripped or inner.startswith(f"<{tag}>"):
        return inner
    before = " " if inner[0] == " " else ""
    after = " " if inner[-1] == " " else ""
    return f"{before}<{tag}>{stripped}</{tag}>{after}"


def _visible_text(element: Element) -> str:
    """Return the text of an element, a line a paragraph, item or row, without what is never shown."""
    return squeeze_lines("".join(_visible_parts(element)))


def _visible_parts(element: Element) -> Iterator[str]:
    tag = element.tag if isinstance(element.tag, str) else ""
    if not tag or tag in _DROPPED or _is_hidden(element):
        return
    if tag == "math":
        yield f" {formula_text(element)} "
        return
    if tag in _LINES:
        yield "\n"
    yield _BLANKS.sub(" ", element.text or "")
    for child in element:
        yield from _visible_parts(child)
        yield _BLANKS.sub(" ", child.tail or "")
    if tag in _LINES:
        yield "\n"
    elif tag in {"td", "th"}:
        yield " "


def _is_hidden(element: Element) -> bool:
    """Tell whether an element is not shown, or only there to be linked to."""
    return (
        "hidden" in element.attrib
        or bool(_NOT_SHOWN.search(element.get("style") or ""))
        or "headerlink" in (element.get("class") or "").split()
    )


def _preformatted(element: Element) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return "".join(element.itertext())

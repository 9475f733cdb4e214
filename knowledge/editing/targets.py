"""What a text refers to: pages, documents, pictures; the writer sees and keeps those within the writer's rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.lines import Line, Run
from knowledge.editing.rich_text import is_safe
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.pages.blocks import BodyBlock
from knowledge.pages.markdown_text import from_stored
from knowledge.text import PlainText

Target = tuple[str, str]  # page, document or image, with its number
_MODELS: dict[str, Any] = {
    "page": KnowledgePage,
    "document": KnowledgeDocument,
    "image": KnowledgeImage,
}
SHOWN_PICTURE = "max-1200x1200"  # as on the published page, so that it is made once


def targets_of(lines: Iterable[Line]) -> set[Target]:
    """Return everything that the lines refer to by its number."""
    return {target for line in lines for target in _targets(line)}


def _targets(line: Line) -> Iterator[Target]:
    for run in line.runs:
        if run.link and run.link.kind != "url":
            yield run.link
    if line.kind == "figure":
        yield "image", str(line.data["image"])
    elif document := line.data.get("document"):
        yield "document", str(document)


def visible_targets(user: Person, targets: Iterable[Target]) -> dict[Target, Any]:
    """Return the objects that `user` may see, by what refers to them; one query a kind that occurs."""
    wanted: dict[str, set[int]] = {}
    for kind, number in targets:
        if number.isascii() and number.isdigit() and len(number) < 18:
            wanted.setdefault(kind, set()).add(int(number))
    return {
        (kind, str(one.pk)): one
        for kind, numbers in wanted.items()
        for one in _MODELS[kind].objects.visible_to(user).filter(pk__in=numbers)
    }


def only_allowed(lines: Iterable[Line], user: Person, stored: Iterable[Line]) -> list[Line]:
    """Return the lines without what refers to something that the writer may not see and didn't find in the text.

    Words keep standing where a link is taken away; a link to an address that isn't safe is taken away, too.
    """
    lines = list(lines)
    known = targets_of(stored)
    allowed = known | visible_targets(user, targets_of(lines) - known).keys()
    return [_allowed(line, allowed) for line in lines if _is_allowed(line, allowed)]


def _is_allowed(line: Line, allowed: set[Target]) -> bool:
    return all(target in allowed for target in _targets(replace(line, runs=())))


def _allowed(line: Line, allowed: set[Target]) -> Line:
    if all(_keeps_link(run, allowed) for run in line.runs):
        return line
    runs = (run if _keeps_link(run, allowed) else run._replace(link=None) for run in line.runs)
    return replace(line, runs=tuple(runs))


def _keeps_link(run: Run, allowed: set[Target]) -> bool:
    if run.link is None:
        return True
    return is_safe(run.link.to) if run.link.kind == "url" else run.link in allowed


def shown_to(user: Person, lines: Iterable[Line], blocks: Any = None) -> dict[str, dict[str, str]]:
    """Return what the editor shows for what the lines refer to: addresses, pictures, labels of cards."""
    lines = list(lines)
    visible = visible_targets(user, targets_of(lines))
    links = {f"{kind}:{pk}": one.url for (kind, pk), one in visible.items() if kind != "image"}
    pictures = {pk: picture_url(one) for (kind, pk), one in visible.items() if kind == "image"}
    stored = {str(block["id"]): block for block in blocks or ()}
    cards = {
        line.key: _label(line, visible, stored.get(line.key))
        for line in lines
        if line.kind == "card"
    }
    return {"links": links, "images": pictures, "cards": cards}


def picture_url(image: KnowledgeImage) -> str:
    """Return the address of the picture as the text shows it; empty if its file is gone."""
    try:
        return str(image.get_rendition(SHOWN_PICTURE).url)
    except OSError:
        return ""


def _label(line: Line, visible: dict[Target, Any], block: Any) -> str:
    if line.data.get("document"):
        document = visible.get(("document", str(line.data["document"])))
        return (
            f"{_('File')}: {document.title}" if document else _("A file that is not shown to you")
        )
    if block is None:
        return _("Part of the text that can't be changed here")
    child = BodyBlock().child_blocks.get(block["type"])
    name = str(child.label) if child else block["type"]
    text = PlainText()
    if block["type"] == "markdown":
        text.add_text(from_stored(block["value"]))
    elif block["type"] == "paragraph":
        text.add_html(block["value"])
    excerpt = Truncator(text.body).chars(160)
    return f"{name}: {excerpt}" if excerpt else name

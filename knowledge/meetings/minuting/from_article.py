"""Minutes that came as an article, such as by an import, become minutes: their text is one item, to be divided then."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nh3
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from access.handling import classification_of_new
from access.rights import Person, can, spaces_where
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.articles.models import ArticlePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.agenda import new_item, put_back
from knowledge.meetings.models import lock_meeting
from knowledge.writing.binning import put_into_bin
from knowledge.writing.copying import create_from
from knowledge.writing.services import save_draft
from web.panels import Panel, Place

# What an item's text may have (`knowledge.pages.blocks.MINUTES_FEATURES`).
_TAGS = {"h3", "h4", "p", "ul", "ol", "li", "b", "strong", "i", "em", "a", "br", "hr"}
_ATTRIBUTES = {"a": {"href", "linktype", "id"}}
_AS_LINES = (
    (re.compile(r"<(/?)h[12]\b[^>]*>"), r"<\1h3>"),
    (re.compile(r"</?(?:table|thead|tbody)\b[^>]*>"), ""),
    (re.compile(r"<(/?)tr\b[^>]*>"), r"<\1p>"),
    (re.compile(r"</t[dh]>"), " "),
)


def may_become_minutes(article: ArticlePage, user: Person) -> bool:
    """Tell whether `user` may take over the text of an article; where to is another question."""
    return can(user, Action.READ_DRAFT, article)


def pictures_for(article: ArticlePage, user: Person) -> list[KnowledgeImage]:
    """Return the pictures in the text that `user` may see: items have none, so that they become attachments."""
    shown = {block.value["image"].pk for block in _pictures(article)}
    return list(KnowledgeImage.objects.visible_to(user).filter(pk__in=shown).order_by("pk"))


def has_other_pictures(article: ArticlePage, user: Person) -> bool:
    """Tell whether the text holds pictures that don't go along, so that the article has to stay."""
    shown = {block.value["image"].pk for block in _pictures(article)}
    return len(shown) > len(pictures_for(article, user))


def _pictures(article: ArticlePage) -> Iterator[Any]:
    yield from (one for one in article.body if one.block_type == "image" and one.value.get("image"))


@transaction.atomic
def minutes_of(
    article: ArticlePage,
    index: MinutesIndexPage,
    *,
    actor: User,
    held_on: dt.date,
    keeps_article: bool,
) -> MinutesPage:
    """Make minutes of an article, as a draft with its text in one item, its files and pictures attached.

    Args:
        article: The article, as its latest draft has it.
        index: The list of minutes in which they lie.
        actor: Who makes them; asked for rights to both places.
        held_on: The day of the meeting.
        keeps_article: Whether the article stays, with a link from the minutes; otherwise it goes into the bin.

    Raises:
        PermissionDenied, Refused, NotConfirmed: As `knowledge.writing.copying.create_from`, and as
            `knowledge.writing.binning.put_into_bin`.
    """
    item = new_item(article.title[:200])
    item["value"]["text"] = _text_of(article) + (_link_to(article) if keeps_article else "")
    page = MinutesPage(
        title=article.title,
        held_on=held_on,
        classification=classification_of_new(index.space).value,
    )
    put_back(page, [item])
    for document in _documents_of(article):
        page.attachments.add(PageAttachment(document_id=document))
    made: MinutesPage = create_from(article, page, below=index, actor=actor)
    pictures = pictures_for(article, actor)
    if pictures:  # after what may have to be confirmed first: a stored file isn't taken back
        for picture in pictures:
            made.attachments.add(PageAttachment(document=_as_document(picture, index)))
        made = save_draft(made, actor=actor, stamp=None)
    lock_meeting(made)
    record("minutes.taken_over", actor=actor, obj=made)
    if not keeps_article:
        put_into_bin(article, actor=actor)
    return made


def _as_document(picture: KnowledgeImage, index: MinutesIndexPage) -> KnowledgeDocument:
    """Return the file of a picture as a document of the space in which the minutes lie."""
    document = KnowledgeDocument(
        title=picture.title,
        space=index.space,
        is_sample=picture.is_sample,
        stays_confidential=picture.stays_confidential,
    )
    with picture.file.open("rb") as file:
        document.file.save(Path(picture.file.name).name, ContentFile(file.read()))
    return document


def _link_to(article: ArticlePage) -> str:
    link = format_html('<a linktype="page" id="{}">{}</a>', article.pk, article.title)
    return format_html("<p>{}: {}</p>", _("Taken over from"), link)


def _documents_of(article: ArticlePage) -> list[int]:
    attached = [one.document_id for one in article.attachments.all()]
    shown = [one.value.pk for one in article.body if one.block_type == "document" and one.value]
    return list(dict.fromkeys([*attached, *shown]))


def _text_of(article: ArticlePage) -> str:
    source = "".join(_written(article))
    for found, instead in _AS_LINES:
        source = found.sub(instead, source)
    return nh3.clean(source, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)


def _written(article: ArticlePage) -> Iterator[str]:
    for block in article.body:
        match block.block_type:
            case "heading":
                yield format_html("<h3>{}</h3>", block.value)
            case "paragraph":
                yield block.value.source
            case "markdown":
                yield str(block.render())
            case "table":
                yield from _rows(block.value)
            case "image" if block.value.get("image"):
                said = block.value.get("caption") or block.value["image"].title
                yield format_html("<p>{}</p>", _("Picture: %(title)s") % {"title": said})
            case "tasks":
                lines = "".join(f"<li>{one['text'].source}</li>" for one in block.value)
                yield f"<ul>{lines}</ul>"


def _rows(table: Mapping[str, Any]) -> Iterator[str]:
    for row in table["data"]:
        cells = ((cell,) for cell in row if cell)
        yield format_html("<p>{}</p>", format_html_join(" – ", "{}", cells))


def _on_article(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    user = request.user
    if page.pk is None or not isinstance(page, ArticlePage) or not page.dated_by:
        return None
    is_writer = bool(spaces_where(user, Action.ADD)) and may_become_minutes(page, user)
    return {"article": page} if is_writer else None


ON_ARTICLE = Panel(
    name="meetings.from_article",
    template="meetings/_on_article.html",
    place=Place.ASIDE,
    order=96,
    context=_on_article,
)
"""For articles that came with a date of their own, as imports do: others are seldom minutes."""

"""The blocks that page bodies are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtailmarkdown.blocks import MarkdownBlock

from access.audience import hidden_from
from access.reader import current_reader
from access.rights import Person, visible_or_none
from knowledge.pages.markdown_text import (
    MarkdownText,
    as_written,
    from_stored,
    rendered_together,
)
from web.anchors import anchor_of

# What the rich text editor offers; the importer keeps to the same set.
RICH_TEXT_FEATURES = [
    "h3", "h4", "bold", "italic", "ol", "ul", "hr", "blockquote", "link", "document-link",
]  # fmt: skip


# What is said in a meeting quotes nobody.
MINUTES_FEATURES = [name for name in RICH_TEXT_FEATURES if name != "blockquote"]


class FigureBlock(blocks.StructBlock):
    """A picture with the text that stands for it, and a caption."""

    image = ImageChooserBlock(label=_("Image"))
    alternative_text = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        help_text=_("What the picture shows, for people who can't see it; empty for ornaments."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/figure.html"

    def render(self, value: Any, context: Any = None) -> Any:
        """Show nothing where the picture is in a space that the reader may not see; its address names the file."""
        return super().render(value, context) if visible_or_none(value["image"]) else ""


class DocumentBlock(DocumentChooserBlock):
    """A link to a file."""

    def render(self, value: Any, context: Any = None) -> Any:
        """Show nothing where the file is in a space that the reader may not see."""
        return super().render(value, context) if visible_or_none(value) else ""

    def deconstruct(self) -> Any:
        """Be Wagtail's block to migrations: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.documents.blocks.DocumentChooserBlock", args, kwargs


class TextInMarkdownBlock(MarkdownBlock):
    """Text in Markdown, rendered when it is saved."""

    def to_python(self, value: Any) -> MarkdownText:
        """Return what is stored, with the HTML that was made of it."""
        return from_stored(value)

    normalize = value_from_form = to_python

    def clean(self, value: Any) -> MarkdownText:
        """Render what the writer typed.

        Raises:
            ValidationError: If it is too long, too deep or would take too long.
        """
        return MarkdownText(super().clean(value)).checked()

    def get_prep_value(self, value: Any) -> dict[str, Any]:
        """Return text and HTML, to be stored together."""
        return from_stored(value).stored()

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Show what was rendered when it was saved; nothing is parsed here."""
        text = from_stored(value)
        html = as_written(text) if text.html is None else text.html
        return mark_safe(html)  # noqa: S308  sanitised when it was rendered

    def deconstruct(self) -> Any:
        """Be wagtail-markdown's block to migrations, which don't look into what is stored."""
        _path, args, kwargs = super().deconstruct()
        return "wagtailmarkdown.blocks.MarkdownBlock", args, kwargs


class TaskLineBlock(blocks.StructBlock):
    """A line to tick off; one that names somebody and a day becomes a task when the page is published."""

    text = blocks.RichTextBlock(
        label=_("Text"), features=["bold", "italic", "link", "document-link"]
    )
    done = blocks.BooleanBlock(label=_("Done"), required=False)

    class Meta:
        icon = "tick"
        label = _("Task line")


class HeadingBlock(blocks.CharBlock):
    """A heading in a text, which can be linked to."""

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Show it; a long text has dozens, and a template for each takes as long as the rest of the text.

        Args:
            value: Its words.
            context: Of the loop over the text: the block's key stays when the words change.
        """
        around = context or {}
        block, loop = around.get("block"), around.get("forloop", {})
        anchor = anchor_of("abschnitt", getattr(block, "id", None), loop.get("counter", ""))
        return format_html('<h2 id="{}">{}</h2>', anchor, value)

    def deconstruct(self) -> Any:
        """Be Wagtail's block to migrations: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.CharBlock", args, kwargs


class BodyBlock(blocks.StreamBlock):
    """Text of any length, with headings, tables, pictures and files."""

    heading = HeadingBlock(label=_("Heading"), icon="title", form_classname="title")
    paragraph = blocks.RichTextBlock(label=_("Text"), icon="pilcrow", features=RICH_TEXT_FEATURES)
    markdown = TextInMarkdownBlock(label=_("Text in Markdown"), icon="code")
    table = TableBlock(label=_("Table"), template="blocks/table.html")
    image = FigureBlock()
    document = DocumentBlock(label=_("Document"), icon="doc-full", template="blocks/document.html")
    tasks = blocks.ListBlock(
        TaskLineBlock(), label=_("Task lines"), icon="tick", template="blocks/task_lines.html"
    )

    def clean(self, value: Any) -> Any:
        """Check all blocks; their Markdown has one time between them."""
        with rendered_together():
            return super().clean(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored; Markdown that came in raw, from an import or a program, is rendered here."""
        stored = super().get_prep_value(value)
        with rendered_together():
            for block in stored:
                if block["type"] == "markdown":
                    block["value"] = self.child_blocks["markdown"].get_prep_value(block["value"])
        return stored

    class Meta:
        required = False


BODY = _("text")


def body_field(name: Any = BODY) -> StreamField:
    """Return the body field that page types share; `name` says in lower case what stands there."""
    return StreamField(BodyBlock(), blank=True, verbose_name=name)


class TaskBlock(blocks.StructBlock):
    """Something to do, by somebody, until a day."""

    what = blocks.CharBlock(label=_("Task"), max_length=300)
    who = blocks.CharBlock(label=_("Responsible"), required=False, max_length=120)
    due_on = blocks.DateBlock(label=_("Due on"), required=False)

    class Meta:
        icon = "tasks"
        label = _("Task")


class Result(models.TextChoices):
    """What came of an item of the agenda."""

    UNANIMOUS = "unanimous", _("unanimous")
    MAJORITY = "majority", _("by a majority")
    VOTES = "votes", _("by votes")
    NOTED = "noted", _("noted")
    POSTPONED = "postponed", _("postponed")
    WITHDRAWN = "withdrawn", _("withdrawn from the agenda")


class AgendaItemBlock(blocks.StructBlock):
    """One item of a meeting: what was said, what was decided, what is to be done."""

    title = blocks.CharBlock(label=_("Agenda item"), max_length=200)
    reporter = blocks.CharBlock(label=_("Reporter"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Discussion"), required=False, features=MINUTES_FEATURES)
    decisions = blocks.ListBlock(
        blocks.TextBlock(label=_("Decision"), rows=2), label=_("Decisions"), default=[]
    )
    result = blocks.ChoiceBlock(label=_("Result"), choices=Result.choices, required=False)
    votes_for = blocks.IntegerBlock(label=_("Votes for"), required=False, min_value=0)
    votes_against = blocks.IntegerBlock(label=_("Votes against"), required=False, min_value=0)
    abstentions = blocks.IntegerBlock(label=_("Abstentions"), required=False, min_value=0)
    dissent = blocks.TextBlock(label=_("Dissenting opinion"), required=False, rows=2)
    tasks = blocks.ListBlock(TaskBlock(), label=_("Tasks"), default=[])
    resubmit_on = blocks.DateBlock(label=_("To be taken up again on"), required=False)
    reference = blocks.CharBlock(
        label=_("File references of the bodies"),
        required=False,
        max_length=400,
        help_text=_("Each with its body, parted by semicolons: EDG 32-1; Polizei 4711."),
    )
    about = blocks.ListBlock(
        blocks.PageChooserBlock(label=_("Page")), label=_("Measures and papers"), default=[]
    )
    districts = blocks.ListBlock(
        blocks.CharBlock(label=_("District"), max_length=120), label=_("Districts"), default=[]
    )

    class Meta:
        icon = "list-ol"
        label = _("Agenda item")


def seen_blocks(stream: Iterable[Any], user: Person) -> list[Any]:
    """Return the blocks of a stream without those that are narrowed to others than `user` (`access.audience`)."""
    blocks = list(stream)
    hidden = hidden_from(user, [UUID(str(block.id)) for block in blocks if block.id])
    return [block for block in blocks if not (block.id and UUID(str(block.id)) in hidden)]


class AgendaBlock(blocks.StreamBlock):
    """The agenda, in order."""

    item = AgendaItemBlock()

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        """Say of each item whether the reader may see it (`access.audience`)."""
        context = super().get_context(value, parent_context)
        seen = {id(block) for block in seen_blocks(value, current_reader())}
        context["items"] = [(block, id(block) not in seen) for block in value]
        return context

    class Meta:
        required = False
        template: ClassVar = "blocks/agenda.html"

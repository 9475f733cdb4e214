"""The blocks that page bodies are made of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtailmarkdown.blocks import MarkdownBlock

from access.reader import visible_or_none

# What the rich text editor offers; the importer keeps to the same set.
RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


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
    """Text in Markdown, its tables in the frame that an editor's tables have."""

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Frame each table, so that the keyboard can scroll one that is wider than the window."""
        html = super().render_basic(value, context)  # sanitised: tags are lower case and balanced
        frame = format_html(
            '<div class="sw-table-frame" role="region" tabindex="0" aria-label="{}">', _("Table")
        )
        framed = html.replace("<table", f"{frame}<table").replace("</table>", "</table></div>")
        return mark_safe(framed)  # noqa: S308  sanitised text and our own frame

    def deconstruct(self) -> Any:
        """Be wagtail-markdown's block to migrations: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtailmarkdown.blocks.MarkdownBlock", args, kwargs


class BodyBlock(blocks.StreamBlock):
    """Text of any length, with headings, tables, pictures and files."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", form_classname="title", template="blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("Text"), icon="pilcrow", features=RICH_TEXT_FEATURES)
    markdown = TextInMarkdownBlock(label=_("Text in Markdown"), icon="code")
    table = TableBlock(label=_("Table"), template="blocks/table.html")
    image = FigureBlock()
    document = DocumentBlock(label=_("Document"), icon="doc-full", template="blocks/document.html")

    class Meta:
        required = False


def body_field() -> StreamField:
    """Return the body field that page types share."""
    return StreamField(BodyBlock(), blank=True, verbose_name=_("text"))


class TaskBlock(blocks.StructBlock):
    """Something to do, by somebody, until a day."""

    what = blocks.CharBlock(label=_("Task"), max_length=300)
    who = blocks.CharBlock(label=_("Responsible"), required=False, max_length=120)
    due_on = blocks.DateBlock(label=_("Due on"), required=False)

    class Meta:
        icon = "tasks"
        label = _("Task")


class AgendaItemBlock(blocks.StructBlock):
    """One item of a meeting: what was said, what was decided, what is to be done."""

    title = blocks.CharBlock(label=_("Agenda item"), max_length=200)
    text = blocks.RichTextBlock(label=_("Discussion"), required=False, features=RICH_TEXT_FEATURES)
    decisions = blocks.ListBlock(
        blocks.TextBlock(label=_("Decision"), rows=2), label=_("Decisions"), default=[]
    )
    tasks = blocks.ListBlock(TaskBlock(), label=_("Tasks"), default=[])

    class Meta:
        icon = "list-ol"
        label = _("Agenda item")


class AgendaBlock(blocks.StreamBlock):
    """The agenda, in order."""

    item = AgendaItemBlock()

    class Meta:
        required = False
        template: ClassVar = "blocks/agenda.html"

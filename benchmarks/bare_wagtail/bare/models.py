"""One page type with the text blocks that both sites have."""

from typing import ClassVar

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index


class BarePage(Page):
    """A page with headings and rich text."""

    body = StreamField(
        [
            ("heading", blocks.CharBlock(form_classname="title")),
            ("paragraph", blocks.RichTextBlock()),
        ],
        blank=True,
    )

    search_fields: ClassVar = [*Page.search_fields, index.SearchField("body")]

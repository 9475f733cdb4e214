"""Filters and tags of our templates: dates, missing facts, icons, page numbers, form widgets.

None of them asks the database. They are tags rather than includes where one page needs them many
times: a tag costs microseconds, an include a context of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.template.loader_tags import BlockNode
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from web.anchors import Heading, anchor_of, link_to, with_anchors
from web.days import hours_in_words, spoken_day
from web.links import linked, mail, telephone
from web.menu import Link, MenuEntry
from web.panels import FilledPanel

register = template.Library()
register.filter(linked)
register.filter(telephone)
register.filter(mail)
register.simple_tag(anchor_of)

_DATE_STYLES = {
    "long": "j. F Y",  # 5. März 2026
    "short": "d.m.Y",  # 05.03.2026
    "month": "F Y",  # März 2026
    "weekday": "l, j. F Y",  # Donnerstag, 5. März 2026
    "time": "j. F Y, H:i",  # 5. März 2026, 14:30
    "iso": "Y-m-d",  # for the datetime attribute
}

_INPUT_CLASS = "kern-form-input__input"
_SELECT_CLASS = "kern-form-input__select"

# How many numbers stand on either side of the current page, and at both ends.
_PAGES_AROUND = 1
_PAGES_AT_ENDS = 1


def _as_date(value: object) -> date | datetime | None:
    if isinstance(value, datetime):
        return timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if isinstance(value, str):  # sample data and search documents carry ISO text
        moment = parse_datetime(value) if "T" in value else parse_date(value)
        return _as_date(moment)
    return None


@register.filter
def german_date(value: object, style: str = "long") -> str:
    """Write a date the German way; anything that is not a date gives an empty text.

    Args:
        value: A date, an aware or naive datetime, or ISO text.
        style: `long`, `short`, `month`, `weekday`, `time` or `iso`.

    Raises:
        ValueError: If the style is unknown.
    """
    try:
        pattern = _DATE_STYLES[style]
    except KeyError as error:
        message = f"german_date knows {', '.join(_DATE_STYLES)}, not {style!r}."
        raise ValueError(message) from error
    moment = _as_date(value)
    if moment is None:
        return ""
    if style == "time" and not isinstance(moment, datetime):
        pattern = _DATE_STYLES["long"]
    return date_format(moment, pattern)


@register.filter
def hours(thing: Any) -> str:
    """Write from when to when something with `begins_at` and `ends_at` goes; empty if nobody said."""
    return hours_in_words(thing.begins_at, thing.ends_at)


@register.filter
def last_day(end: object) -> str:
    """Write the last day on which something counts; rights are stored with the moment after it."""
    moment = _as_date(end)
    return spoken_day(moment) if isinstance(moment, datetime) else german_date(moment)


def _missing() -> SafeString:
    return format_html('<span class="sw-missing">{}</span>', _("not stated"))


@register.filter
def not_stated(value: object) -> object:
    """Pass a fact through, or say that it is not stated.

    Zero and False are facts; None, empty text and empty lists are not.
    """
    is_empty_text = isinstance(value, str) and not value.strip()
    if value is None or is_empty_text or (isinstance(value, list | tuple) and not value):
        return _missing()
    return value


@register.filter
def colon(label: object) -> str:
    """Return what stands between a label and what follows it: nothing after a question."""
    return "" if str(label).rstrip().endswith("?") else ":"


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: str = "default", label: str = "") -> SafeString:
    """Draw a KERN icon; with a label it is an image to screen readers, else it is silent.

    Args:
        name: One of KERN's icon names, for example `search`.
        size: `small`, `default`, `large` or `x-large`.
        label: What it says, only if no text stands beside it.
    """
    size_class = "" if size == "default" else f" kern-icon--{size}"
    if label:
        return format_html(
            '<span class="kern-icon kern-icon--{}{}" role="img" aria-label="{}"></span>',
            name,
            size_class,
            label,
        )
    return format_html(
        '<span class="kern-icon kern-icon--{}{}" aria-hidden="true"></span>', name, size_class
    )


def _links(items: Iterable[object]) -> SafeString:
    return format_html_join(
        "",
        "<li>{}</li>",
        ((linked(item),) for item in items),
    )


@register.simple_tag
def fact(label: str, value: object = None) -> SafeString:
    """Write one row of a `<dl class="kern-description-list">`, "nicht angegeben" included.

    Args:
        label: The term, translated.
        value: Text, a date, or a list of texts, objects with `url`, or dicts with `title` and `url`.
    """
    if isinstance(value, date):
        shown: object = german_date(value)
    elif isinstance(value, str) or value is None:
        shown = not_stated(value)
    elif isinstance(value, Iterable):
        items = list(value)
        shown = format_html('<ul class="sw-plain-list">{}</ul>', _links(items)) if items else ""
        shown = shown or _missing()
    else:
        shown = linked(value)
    return format_html(
        '<div class="kern-description-list-item">'
        '<dt class="kern-description-list-item__key">{}</dt>'
        '<dd class="kern-description-list-item__value">{}</dd></div>',
        label,
        shown,
    )


@register.simple_tag
def navigation_links(links: Iterable[Link]) -> SafeString:
    """Write the entries of the main navigation; there may be hundreds."""
    here = mark_safe(' aria-current="page"')
    return format_html_join(
        "",
        '<li><a class="sw-nav__link" href="{}"{}>{}</a></li>',
        ((one.url, here if one.is_current else "", one.title) for one in links),
    )


@register.simple_tag
def menu_links(entries: Iterable[MenuEntry]) -> SafeString:
    """Write the entries of the account menu."""
    return format_html_join(
        "",
        '<li><a class="sw-menu-link" href="{}">{}{}</a></li>',
        ((one.url, icon(one.icon, "small"), one.label) for one in entries),
    )


@register.simple_tag
def contents_links(headings: Iterable[Heading], top: int) -> SafeString:
    """Write a page's list of contents.

    Args:
        headings: In order.
        top: The highest level among them; what lies below is set in.
    """
    below = " sw-contents__item--below"
    return format_html_join(
        "",
        '<li class="sw-contents__item{}"><a class="kern-link" href="#{}">{}</a></li>',
        ((below if one.level > top else "", one.anchor, one.text) for one in headings),
    )


@register.simple_tag
def facet_options(name: str, options: Iterable[Any], place: str = "") -> SafeString:
    """Write the checkboxes of a facet; there may be hundreds.

    Args:
        name: Of the parameter.
        options: Objects or dicts with value, label, count and selected.
        place: Tells several lists of a facet apart.
    """
    checked = mark_safe(" checked")
    hits = _("Hits:")
    return format_html_join(
        "",
        '<div class="sw-facet__option">'
        '<input type="checkbox" id="facet-{0}-{7}{1}" name="{0}" value="{2}"{3}> '
        '<label for="facet-{0}-{7}{1}">{4} '
        '<span class="sw-count"><span class="kern-sr-only">{5}</span> {6}</span></label></div>',
        (
            (name, number, value, checked if selected else "", label, hits, count, place)
            for number, (value, label, count, selected) in enumerate(map(_option, options), start=1)
        ),
    )


def _option(option: Any) -> tuple[Any, ...]:
    names = ("value", "label", "count", "selected")
    if isinstance(option, Mapping):  # sample data
        return tuple(option[name] for name in names)
    return tuple(getattr(option, name) for name in names)


@register.simple_tag
def column_heads(*labels: str, unseen: str = "") -> SafeString:
    """Write the head of a table.

    Args:
        labels: What stands above the columns, translated.
        unseen: What a last column without a head is for, read out only.
    """
    cells = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in labels))
    if unseen:
        cells += format_html('<th scope="col"><span class="kern-sr-only">{}</span></th>', unseen)
    return format_html("<thead><tr>{}</tr></thead>", cells)


@register.simple_tag
def page_numbers(number: int, num_pages: int) -> list[int | None]:
    """List the page numbers to offer; None marks a gap.

    The list is never longer than seven entries, so that it fits 320 px.
    """
    pages = Paginator(range(num_pages), per_page=1).get_elided_page_range(
        number, on_each_side=_PAGES_AROUND, on_ends=_PAGES_AT_ENDS
    )
    return [one if isinstance(one, int) else None for one in pages]


@register.filter
def paired_with(labels: Iterable[object], values: Iterable[object]) -> list[tuple[object, object]]:
    """Pair column labels with the cells of a row; both must be of one length.

    Raises:
        ValueError: If a row has more or fewer cells than the list has columns.
    """
    return list(zip(labels, values, strict=True))


@register.filter
def total_of(items: Iterable[object], attribute: str) -> int:
    """Add up one attribute of all items."""
    return sum(getattr(item, attribute) for item in items)


class _Alike(Node):
    """A piece of a template that is rendered once a process and language, from nothing but itself."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._kept: dict[str, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language() or ""
        kept = self._kept.get(language)
        if kept is None:
            nothing = Context()
            assert context.template is not None  # noqa: S101  only templates render nodes
            with nothing.bind_template(context.template):
                kept = self._kept[language] = self.nodelist.render(nothing)
        return kept


@register.tag
def alike(parser: Parser, token: Token) -> Node:
    """Keep what stands up to `endalike`: the same for every request, reader and page.

    It is rendered with an empty context, so that nothing of a request can get into it.
    """
    nodelist = parser.parse(["endalike"])
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError(
            "alike keeps what other templates can't replace; take the block out of it."
        )
    return _Alike(nodelist)


@register.simple_tag(takes_context=True)
def panel(context: Context, filled: FilledPanel) -> SafeString:
    """Render a panel that another room brought, in the page's own context and with what it gets."""
    assert context.template is not None  # noqa: S101  only templates call tags
    template = context.template.engine.get_template(filled.template)  # kept by the loader
    with context.push(**filled.context):
        return template.render(context)


@register.simple_block_tag(takes_context=True)
def anchored(context: Context, content: str) -> SafeString:
    """Give the headings inside an `id` and a link to copy, and note them for the page's list of contents.

    The list stands in the page's right column, which is rendered after its text (`knowledge.pages.parts`).
    """
    page = context.get("page")
    noted: list[Any] | None = getattr(page, "shown_headings", None)
    written, headings = with_anchors(content, [one.anchor for one in noted or ()])
    if noted is not None:
        noted.extend(headings)
    return written


@register.simple_tag
def copy_link(anchor: str, text: str) -> SafeString:
    """Write the link to copy for what is no heading."""
    return link_to(anchor, text)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """Render a form field's input in KERN's classes, tied to its hint and its error."""
    attributes: dict[str, Any] = {}  # Any: Django's own type of widget attributes
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_hint")
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    css = _widget_class(field)
    if css:
        own = field.field.widget.attrs.get("class", "")
        error = f"{css}--error" if field.errors else ""
        attributes["class"] = " ".join(part for part in (own, css, error) if part)
    # allauth fills in English-style placeholders; our labels are always visible.
    field.field.widget.attrs.pop("placeholder", None)
    return mark_safe(field.as_widget(attrs=attributes))  # noqa: S308  Django escaped it


def _widget_class(field: BoundField) -> str:
    kind = field.field.widget
    if isinstance(kind, CheckboxSelectMultiple | RadioSelect):
        return ""
    if isinstance(kind, CheckboxInput):
        return "kern-form-check__checkbox"
    return _SELECT_CLASS if isinstance(kind, Select) else _INPUT_CLASS


@register.filter
def widget_kind(field: BoundField) -> str:
    """Say how a form field is laid out: `hidden`, `checkbox`, `choices`, `select` or `text`."""
    kind = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(kind, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    if isinstance(kind, CheckboxInput):
        return "checkbox"
    return "select" if isinstance(kind, Select) else "text"

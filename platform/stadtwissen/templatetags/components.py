"""Filters and tags of our templates: dates, missing facts, icons, page numbers, form widgets.

None of them asks the database. They are tags rather than includes where one page needs them many
times: a tag costs microseconds, an include a context of its own.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from access.days import spoken_day

register = template.Library()

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
        ((_link(item),) for item in items),
    )


def _link(item: object) -> object:
    if isinstance(item, dict):
        title, url = item.get("title", ""), item.get("url", "")
    else:
        title, url = str(item), getattr(item, "url", "")
    if not url:
        return title
    return format_html('<a class="kern-link" href="{}">{}</a>', url, title)


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
        shown = _link(value)
    return format_html(
        '<div class="kern-description-list-item">'
        '<dt class="kern-description-list-item__key">{}</dt>'
        '<dd class="kern-description-list-item__value">{}</dd></div>',
        label,
        shown,
    )


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
    shown = set(range(number - _PAGES_AROUND, number + _PAGES_AROUND + 1))
    shown |= set(range(1, _PAGES_AT_ENDS + 1))
    shown |= set(range(num_pages - _PAGES_AT_ENDS + 1, num_pages + 1))
    numbers: list[int | None] = []
    for candidate in sorted(n for n in shown if 1 <= n <= num_pages):
        last = numbers[-1] if numbers else 0
        if last is not None and candidate - last == 2:  # a gap of one page: name it
            numbers.append(candidate - 1)
        elif last is not None and candidate - last > 2:
            numbers.append(None)
        numbers.append(candidate)
    return numbers


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

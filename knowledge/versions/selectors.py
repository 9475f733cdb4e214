"""What is read of versions: their list, and two of them beside each other, within the reader's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import DateField, Model, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Revision, WorkflowState

from access.rights import Person, can, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.fields import TextField, text_fields
from knowledge.editing.lines import Line, Run
from knowledge.editing.targets import targets_of, visible_targets
from knowledge.pages.blocks import seen_blocks
from knowledge.pages.kinds import kind_of
from knowledge.text import PlainText
from knowledge.versions.difference import Row, by_words, compare
from knowledge.writing.models import Remark, waiting_in_spaces_of

SHOWN = 10  # drafts on the start page
LOOKED_AT = 50  # drafts for some of which others decide
_OF_ALL = ("title", "slug", "owning_organisation", "classification", "review_by")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a page in two versions."""

    label: str
    rows: Sequence[Row]

    @property
    def is_changed(self) -> bool:
        """Tell whether the versions differ here."""
        return any(row.is_changed for row in self.rows)


def page_with_versions(user: Person, pk: int) -> Any:
    """Return a page whose drafts and earlier versions `user` may read.

    Raises:
        Http404: If there is none; the same whether it is hidden or missing.
    """
    page = KnowledgePage.objects.filter(pk=pk).select_related("space").first()
    if page is None or page.space_id is None or not can(user, Action.READ_DRAFT, page):
        raise Http404
    return page.specific


# unscoped: of a page whose drafts the reader may read (`page_with_versions`)
def versions_of(page: KnowledgePage) -> QuerySet[Revision]:
    """Return the versions of a page, the newest first."""
    return page.revisions.select_related("user").order_by("-created_at", "-pk")


# unscoped: of a page whose drafts the reader may read (`page_with_versions`)
def version(page: Any, pk: int | None) -> Any:
    """Return the page as a version has it.

    Raises:
        Http404: If the version isn't one of this page.
    """
    found = page.revisions.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.as_object()


def difference(old: Any, new: Any, user: Person) -> list[Part]:
    """Return what two versions of a page say, field by field, those that are empty in both left out.

    Args:
        old: The earlier version; None if there is none.
        new: The later one.
        user: Who reads it. What a text or a choice refers to and this person may not see, isn't named.
    """
    parts = [_of_text(field, old, new, user) for field in text_fields(type(new))]
    written = {field.name for field in text_fields(type(new))}
    facts = [name for name in _fact_names(type(new)) if name not in written]
    return [*(part for name in facts if (part := _of_fact(name, old, new, user))), *parts]


def _fact_names(model: type[Model]) -> Iterator[str]:
    yield from _OF_ALL
    kind = kind_of(model)
    if kind is not None:
        yield from dict.fromkeys((*kind.facts, *kind.texts, *kind.tables))


def _of_text(field: TextField, old: Any, new: Any, user: Person) -> Part:
    before = _lines(field, old) if old is not None else []
    after = _lines(field, new)
    return Part(field.label, compare(before, after, _speaker([*before, *after], user)))


def _lines(field: TextField, page: Any) -> list[Line]:
    """Return the lines of a text; what the editor can't read is given as its words alone."""
    lines = field.lines(page)
    if lines is not None:
        return lines
    text = PlainText()
    text.add_html(getattr(page, field.name))
    return [Line(f"line-{n}", "p", (Run(words),)) for n, words in enumerate(text.body.splitlines())]


def _speaker(lines: Sequence[Line], user: Person) -> Callable[[Line, bool], str]:
    visible = visible_targets(user, targets_of(lines))

    def target(kind: str, to: str) -> str:
        if kind == "url":
            return to
        found = visible.get((kind, to))
        return str(found.title) if found is not None else _("not shown to you")

    def spoken(line: Line, with_links: bool) -> str:
        match line.kind:
            case "table":
                return "\n".join(" | ".join(map(_cell, row)) for row in line.data["rows"])
            case "figure":
                named = target("image", str(line.data["image"]))
                more = [line.data["alt"], line.data["caption"]]
                return " – ".join(filter(None, [_("Picture: %(title)s") % {"title": named}, *more]))
            case "card" if document := line.data.get("document"):
                return _("File: %(title)s") % {"title": target("document", str(document))}
            case "card":
                return _("Part of the text that isn't compared")
        if not with_links:
            return line.text
        return "".join(
            f"{run.text} ({target(*run.link)})" if run.link else run.text for run in line.runs
        )

    return spoken


def _cell(cell: Any) -> str:
    return str(cell if isinstance(cell, str) else cell[0]).replace("\n", " ")


def _of_fact(name: str, old: Any, new: Any, user: Person) -> Part | None:
    field: Any = new._meta.get_field(name)
    before = "" if old is None else in_words(old, name, user)
    after = in_words(new, name, user)
    if not before and not after:
        return None
    label = getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural
    left, right = by_words(before, after)
    return Part(capfirst(label), [Row("p", left if before else None, right if after else None)])


def in_words(page: Any, name: str, user: Person) -> str:
    """Put the value of a field into words, within a reader's rights; empty if there is none."""
    field: Any = page._meta.get_field(name)
    if isinstance(field, StreamField):
        text = PlainText()
        text.add_agenda(seen_blocks(getattr(page, name), user))
        return text.body
    if field.one_to_many or field.many_to_many:
        return "\n".join(_row(one, name, page, user) for one in getattr(page, name).all())
    if getattr(field, "choices", None):
        return str(getattr(page, f"get_{name}_display")())
    return _value(getattr(page, name), field, user)


def _row(one: Any, name: str, page: Any, user: Person) -> str:
    """Put a row into words: by the columns that its kind names, else by its own name."""
    kind = kind_of(type(page))
    columns = kind.tables.get(name, ()) if kind else ()
    said = (_value(getattr(one, column), one._meta.get_field(column), user) for column in columns)
    return ", ".join(filter(None, said)) or _value(one, None, user)


def _value(value: Any, field: Any, user: Person) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, KnowledgePage) and not can(user, Action.READ, value):
        return _("not shown to you")
    if isinstance(value, bool):
        return str(field.verbose_name) if value else ""
    if isinstance(field, DateField):
        return date_format(value, "j. F Y")
    return str(value)


# unscoped: of a page whose drafts the reader may read (`page_with_versions`)
def remarks_on(page: KnowledgePage) -> QuerySet[Remark]:
    """Return what was said of the drafts of a page, in order."""
    states = WorkflowState.objects.for_instance(page)
    return Remark.objects.filter(state__in=states).select_related("author")


def waiting_reviews(user: Person) -> list[dict[str, Any]]:
    """Return the drafts that wait for a decision of `user`, the longest waiting first.

    Two queries and one for each kind of step; none for whoever publishes nowhere.
    """
    if not spaces_where(user, Action.PUBLISH):
        return []
    waiting = waiting_in_spaces_of(user).select_related("workflow_state__requested_by", "task")
    states = {one.page_id: one for one in waiting.order_by("started_at")[:LOOKED_AT]}
    pages = KnowledgePage.objects.filter(pk__in=states).select_related("space").in_bulk()
    steps = {one.task_id: one.task for one in states.values()}
    steps = {pk: step.specific for pk, step in steps.items()}
    rows = (
        _waiting(pages[pk], state, steps[state.task_id])
        for pk, state in states.items()
        if pk in pages and steps[state.task_id].get_actions(pages[pk], user)
    )
    return list(islice(rows, SHOWN))


def _waiting(page: KnowledgePage, state: Any, step: Any) -> dict[str, Any]:
    door = step.door(page)
    return {
        "title": page.draft_title or page.title,
        "url": door.url if door else reverse("versions:review", args=[page.pk]),
        "space": page.space,
        "changed_at": state.started_at,
        "writer": str(state.workflow_state.requested_by or ""),
    }

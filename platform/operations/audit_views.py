"""The audit log's pages: `access` decides who sees how much of it, `audit` reads it.

They are here because `audit` may not know `access`. An administrator sees everything but who read what, data
protection sees that too, a steward sees the lines of a space of theirs; for everybody else there is no such page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.models import Space
from access.rights import can, spaces_where
from access.roles import Action
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from audit.actions import group_choices
from audit.export import csv_parts
from audit.flood import MISSING
from audit.models import Entry, Log
from audit.selectors import Cursor, Filters, Visibility, all_entries, part
from audit.services import record
from audit.wording import actor_name, reference_in_words, sentence
from knowledge.basepage.models import KnowledgePage

_PAGE = KnowledgePage._meta.label


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log for the template; page is (title, address) if the reader may see it."""

    at: dt.datetime
    who: str
    organisation: str
    what: str
    page: tuple[str, str] | None
    same_object: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for, within what the reader may see.

    Attributes:
        visibility: What the reader may see.
        filters: What the reader looks for.
        spaces: (slug, title) of the spaces to choose from.
        titles: Their titles by number.
        space: The chosen one's slug, or nothing.
        mistakes: Sentences about parts of the address that were left out.
    """

    visibility: Visibility
    filters: Filters
    spaces: Sequence[tuple[str, str]]
    titles: Mapping[int, str]
    space: str
    mistakes: Sequence[str]


def shows_anything(request: HttpRequest) -> bool:
    """Tell whether the log shows any line to the reader."""
    user = request.user
    if can(user, Action.OPERATE) or can(user, Action.PROTECT_DATA):
        return True
    return bool(spaces_where(user, Action.GRANT))


@never_cache
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show the newest lines, or those before or after a place.

    Raises:
        Http404: If the log, or the space that is asked for, is not the reader's.
    """
    question = _question(request)
    found = part(
        question.visibility,
        question.filters,
        older_than=Cursor.read(request.GET.get("vor", "")),
        newer_than=Cursor.read(request.GET.get("nach", "")),
    )
    context = {
        "question": question,
        "about": _about(request, question.filters.object_reference),
        "rows": _rows(request, found.entries, question.titles),
        "is_reads": question.filters.log == Log.READS,
        "older_url": found.older and _address(request, vor=found.older),
        "newer_url": found.newer and _address(request, nach=found.newer),
        "export_url": f"{reverse('audit_log_export')}?{_query(request)}",
        "groups": group_choices(reads=question.filters.log == Log.READS),
        "logs": _LOGS if can(request.user, Action.PROTECT_DATA) else (),
        "all_spaces": _("All") if question.visibility.space_ids is None else _("All my spaces"),
    }
    template = (
        "audit/lines.html" if request.headers.get("HX-Request") == "true" else "audit/log.html"
    )
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


@never_cache
@require_safe
def audit_log_export(request: HttpRequest) -> StreamingHttpResponse:
    """Send every line that matches the filters as CSV, and record that.

    Raises:
        Http404: As `audit_log` does.
    """
    question = _question(request)
    require_fresh_sign_in(request)
    filters, sees_all = question.filters, question.visibility.space_ids is None
    if request.method == "GET":
        details = {
            "log": filters.log,
            "since": filters.since,
            "until": filters.until,
            "group": filters.group,
            "scope": question.space,
        }
        record(
            "audit.exported", actor=signed_in(request), space_id=filters.space_id, details=details
        )
    lines = all_entries(question.visibility, filters)
    name = f"aenderungsprotokoll-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_parts(lines, with_address=sees_all),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_LOGS = (
    ("aenderungen", gettext_lazy("Changes and sign-ins")),
    ("lesen", gettext_lazy("Who read what")),
)


def _question(request: HttpRequest) -> Question:
    user, asked = request.user, request.GET
    sees_reads = can(user, Action.PROTECT_DATA)
    sees_all = sees_reads or can(user, Action.OPERATE)
    stewarded = spaces_where(user, Action.GRANT)
    if not sees_all and not stewarded:
        raise Http404
    spaces = Space.objects.all() if sees_all else Space.objects.filter(pk__in=stewarded)
    by_slug = {slug: (pk, title) for pk, slug, title in spaces.values_list("pk", "slug", "title")}
    chosen = asked.get("bereich", "")
    if chosen and chosen not in by_slug:
        raise Http404
    is_reads = asked.get("protokoll") == "lesen"
    reference = asked.get("objekt", "")[:100].replace("\x00", "")
    # Who read one confidential page is for its stewards, too; who read what at all is not.
    sees_readers = sees_reads or (is_reads and _is_page_in(stewarded, reference))
    if is_reads and not sees_readers:
        raise Http404
    mistakes: list[str] = []
    space_id = by_slug[chosen][0] if chosen else None
    filters = Filters(
        log=Log.READS if is_reads else Log.CHANGES,
        since=_day(asked, "von", mistakes),
        until=_day(asked, "bis", mistakes),
        person=asked.get("person", "")[:100].replace("\x00", ""),
        group=_group(asked, mistakes, reads=is_reads),
        space_id=space_id,
        object_reference=reference,
    )
    limited_to = stewarded if is_reads and not sees_reads else None
    return Question(
        visibility=Visibility(limited_to if sees_all else stewarded, reads=sees_readers),
        filters=filters,
        spaces=[(slug, title) for slug, (_pk, title) in by_slug.items()],
        titles=dict(by_slug.values()),
        space=chosen,
        mistakes=mistakes,
    )


def _is_page_in(spaces: Collection[int], reference: str) -> bool:
    """Tell whether `reference` names a page of one of `spaces`."""
    label, _colon, pk = reference.partition(":")
    if label != _PAGE or not (pk.isascii() and pk.isdecimal()) or len(pk) > 18:
        return False
    # unscoped: a page of a space that the reader is responsible for
    return KnowledgePage.objects.filter(pk=pk, space__in=spaces).exists()


def _day(asked: Mapping[str, str], name: str, mistakes: list[str]) -> dt.date | None:
    text = asked.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    # Far ends of the calendar can't be moved to another time zone.
    if day is None or not 1900 <= day.year <= 9000:
        mistakes.append(_("“%(text)s” is no date. This filter was left out.") % {"text": text})
        return None
    return day


def _group(asked: Mapping[str, str], mistakes: list[str], *, reads: bool) -> str:
    group = asked.get("art", "")
    if group and group not in dict(group_choices(reads=reads)):
        mistakes.append(_("There is no such kind of entry. This filter was left out."))
        return ""
    return group


def _rows(
    request: HttpRequest, entries: Sequence[Entry], titles: Mapping[int, str]
) -> list[LogRow]:
    """Return the titles of the pages that the reader may see; the log itself holds none."""
    named_pages = {
        # What was missing has no page: its line may hold the digest of an address instead of a number.
        entry.object_id
        for entry in entries
        if entry.object_type == _PAGE and entry.action != MISSING
    }
    pages = KnowledgePage.objects.visible_to(request.user).filter(pk__in=named_pages)
    named = {str(page.pk): (page.title, page.url) for page in pages} if named_pages else {}
    return [
        LogRow(
            at=entry.at,
            who=actor_name(entry),
            organisation=entry.actor_organisation,
            what=sentence(entry, titles, object_title=_title(entry, named)),
            page=named.get(entry.object_id) if entry.object_type == _PAGE else None,
            same_object=_address(request, objekt=entry.object_reference)
            if entry.object_reference
            else "",
        )
        for entry in entries
    ]


def _about(request: HttpRequest, reference: str) -> str:
    """Return the object to which the list is limited: a page's title if the reader may see it, else kind and number."""
    label, _colon, pk = reference.partition(":")
    if label == _PAGE and pk.isascii() and pk.isdecimal() and len(pk) <= 18:
        page = KnowledgePage.objects.visible_to(request.user).filter(pk=pk).first()
        if page is not None:
            return _("“%(title)s”") % {"title": page.title}
    return reference_in_words(reference)


def _title(entry: Entry, named: Mapping[str, tuple[str, str]]) -> str:
    if entry.object_type != _PAGE or entry.object_id not in named:
        return ""
    return _("“%(title)s”") % {"title": named[entry.object_id][0]}


def _address(request: HttpRequest, **changes: object) -> str:
    """Return the address of the log with the same filters and some parameters changed."""
    return f"{request.path}?{_query(request, **changes)}"


def _query(request: HttpRequest, **changes: object) -> str:
    kept = {
        name: request.GET[name]
        for name in ("protokoll", "bereich", "art", "person", "von", "bis", "objekt")
        if request.GET.get(name)
    }
    return urlencode({**kept, **changes})

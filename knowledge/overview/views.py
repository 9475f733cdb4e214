"""The overview, the list that its counts lead to, its tables and pictures as files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.handling import Classification
from access.models import Space
from access.rights import rights_of, spaces_where
from access.roles import Action
from accounts.signed_in import signed_in
from audit.services import record
from knowledge.export.composing import drawing_style
from knowledge.export.drawings import drawing
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, response_of
from knowledge.measures.rules import FIRST_YEAR, LAST_YEAR
from knowledge.overview import lateness
from knowledge.overview.indicators import last_values
from knowledge.overview.listing import OverviewListing
from knowledge.overview.reading import Known, read
from knowledge.overview.tables import Table, counts
from knowledge.plots.drawn import svg_of
from knowledge.tables.writing import MEDIA_TYPES, file_of

YEAR = "jahr"  # in the address: of the timeline


def _year(request: HttpRequest) -> int:
    """Return the year that the address names, or this one."""
    typed = request.GET.get(YEAR, "")
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how the measures stand that the reader sees, all together."""
    user, listing, year = signed_in(request), OverviewListing(request), _year(request)
    measures = read(user, listing.chosen)
    context = {
        "listing": listing,
        "total": len(measures),
        "late_count": sum(one.is_late for one in measures),
        "silent_count": sum(one.silent_since is not None for one in measures),
        "late_url": listing.url(late="1"),
        "silent_url": listing.url(silent="1"),
        "counts": counts(listing, measures),
        "late": lateness.late(measures, most=lateness.SHOWN),
        "silent": lateness.silent(measures, most=lateness.SHOWN),
        "steps": lateness.of_year(measures, year, most=lateness.DRAWN),
        "indicators": last_values(user),
        "year": str(year),
        "years": [(str(one), str(one)) for one in lateness.years(measures)],
        "query": listing.query(**{YEAR: str(year)}),
        "has_confidential": _confidential(listing).exists(),
        "takes_out": not rights_of(user).is_view,  # through somebody else's eyes one only reads
    }
    return render(request, "overview/overview.html", context)


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """List the measures of all spaces that the reader sees, by the overview's filters."""
    listing = OverviewListing(request)
    # unscoped: names of spaces in which the reader publishes
    kept = spaces_where(signed_in(request), Action.PUBLISH)
    context = {
        "listing": listing,
        "kept": list(Space.objects.filter(pk__in=kept).order_by("title")),
    }
    return render(request, "overview/list.html", context)


def _confidential(listing: OverviewListing) -> Any:
    return listing.chosen.filter(classification=Classification.CONFIDENTIAL)


def _for_files(request: HttpRequest) -> tuple[OverviewListing, list[Known]]:
    """Return what files are made of: confidential measures are in none (docs/access.md)."""
    user, listing = signed_in(request), OverviewListing(request)
    chosen: Any = listing.chosen  # django-stubs does not see Wagtail's querysets
    return listing, read(user, chosen.exportable_by(user))


def _tables(request: HttpRequest, *, most: int | None) -> dict[str, Table]:
    listing, found = _for_files(request)
    steps = lateness.of_year(found, _year(request), most=most)
    tables = [*counts(listing, found), lateness.late(found), lateness.silent(found), steps]
    tables.append(last_values(signed_in(request)))
    return {one.name: one for one in tables}


@require_safe
def table(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """Send one of the overview's tables as CSV or XLSX, with all its rows.

    Raises:
        Http404: If there is no such table or form.
    """
    found = _tables(request, most=None).get(name)
    if found is None or ending not in MEDIA_TYPES:
        raise Http404
    rows = [[cell.value for cell in row] for row in found.rows]
    content = file_of(ending, found.title, found.columns, rows)
    return _sent(request, content, MEDIA_TYPES[ending], found, ending)


@require_safe
def picture(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """Send one of the overview's pictures as SVG or PNG.

    Raises:
        Http404: If there is no such picture or form.
    """
    found = _tables(request, most=lateness.DRAWN).get(name)
    if found is None or found.plot is None or ending not in ("svg", "png"):
        raise Http404
    svg = drawing(svg_of(found.plot), drawing_style()).content
    if ending == "svg":
        return _sent(request, svg, "image/svg+xml", found, ending)
    # Loads WeasyPrint, which no other page of the site needs.
    from knowledge.export.rasterising import png_of

    return _sent(request, png_of(svg), "image/png", found, ending)


def _sent(
    request: HttpRequest, content: bytes, media_type: str, of: Table, ending: str
) -> HttpResponseBase:
    if request.method == "GET":
        record("measure.table_taken_out", actor=signed_in(request), details={"table": of.name})
    return response_of(Download(file_name(of.title, ending), content, media_type))

"""Bring the council papers of one space up to date, and say how that stands."""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge.council.models import PaperIndexPage, SourceList, SourceObject
from knowledge.council.oparl.client import Client
from knowledge.council.oparl.configuration import (
    Configuration,
    NotGiven,
    OParlProblem,
    configuration,
    is_configured,
)
from knowledge.council.oparl.pages import CannotWrite, Outcome, write
from knowledge.council.oparl.papers import Gathered, gather
from knowledge.council.oparl.reading import read_all
from schedule.jobs import Job, jobs
from search.outbox import deferred

logger = logging.getLogger(__name__)

FETCH_AT = dt.time(4, 30)  # after the systems have published, before anybody reads
LATE_AFTER = dt.timedelta(days=2)
"""The job runs daily; after so long without a whole reading something is wrong."""


@dataclass(slots=True)
class Report:
    """What a run did: papers by outcome, and those that aren't whole or not there, by number with the reason."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)


def synchronise(*, anew: bool = False) -> Report:
    """Read what changed and write the pages of the papers that it concerns, as the installation.

    Each page of a list and each paper is one transaction: a run that stops is continued by the next one.

    Args:
        anew: Ask for everything, and compare every paper.

    Raises:
        OParlProblem: If the configuration is wrong, or the server fails; what was read until then is kept.
    """
    # What is written into pages is German whatever the terminal speaks.
    with translation.override(settings.LANGUAGE_CODE), deferred():
        found = configuration()
        index = _list_at(found)
        client = Client(found)
        read_all(client, found.url, anew=anew)
        if anew:
            _papers().filter(waiting=0).update(waiting=1)
        report = Report()
        for pk in list(_papers().filter(waiting__gt=0).order_by("pk").values_list("pk", flat=True)):
            _bring_up_to_date(pk, client, index, report)
    logger.info(
        "oparl %s problems=%d",
        " ".join(f"{outcome.value}={report.outcomes[outcome]}" for outcome in Outcome),
        len(report.problems),
    )
    return report


def register_job() -> None:
    """Have it run each night, if a system is configured."""
    if is_configured():
        jobs.register(Job("council.oparl", _run, daily_at=FETCH_AT))


def _run() -> int:
    """Return how many pages were written."""
    outcomes = synchronise().outcomes
    return outcomes.total() - outcomes[Outcome.UNCHANGED]


def count() -> int:
    """Return how many papers have a page."""
    return _papers().filter(page__isnull=False).count()


def status() -> list[str]:
    """Return how far it is, in lines for the operator."""
    lines = []
    for one in SourceList.objects.all():
        read = date_format(timezone.localtime(one.read_at), "j. F Y H:i") if one.read_at else "–"
        lines.append(_("%(list)s: read to its end: %(read)s") % {"list": one.key, "read": read})
        if one.begun_at:
            lines.append("  " + _("under way, pages read: %(count)d") % {"count": one.pages})
        lines += [f"  {line}" for line in one.error.splitlines()]
    lines.append(
        _("%(count)d papers, %(waiting)d with changes that wait, %(deleted)d deleted there")
        % {
            "count": _papers().count(),
            "waiting": _papers().filter(waiting__gt=0).count(),
            "deleted": _papers().filter(is_deleted=True).count(),
        }
    )
    lines += [
        f"  {_name(paper)}: {line}"
        for paper in _papers().exclude(problem="").order_by("pk")
        for line in paper.problem.splitlines()
    ]
    return lines


def trouble() -> str:
    """Return in a sentence what keeps papers from being up to date; nothing if they are."""
    error = SourceList.objects.exclude(error="").values_list("error", flat=True).first()
    if error:
        return error.splitlines()[0]
    read_at = SourceList.objects.aggregate(latest=Max("read_at"))["latest"]
    if read_at is None:
        return _("Nothing was read yet.")
    if timezone.now() - read_at > LATE_AFTER:
        return _("Nothing was read since %(day)s.") % {
            "day": date_format(timezone.localtime(read_at), "j. F Y")
        }
    return ""


def _bring_up_to_date(pk: int, client: Client, index: PaperIndexPage, report: Report) -> None:
    paper = SourceObject.objects.select_related("page").get(pk=pk)
    if paper.page is None and (paper.is_deleted or paper.written):
        # Never there, or deleted here by people, who meant it.
        _papers().filter(pk=pk, waiting=paper.waiting).update(waiting=0, problem="")
        return
    now = gather(paper, client)
    try:
        with _downloaded(paper, now, client) as files:
            report.outcomes[write(paper, now, files, index=index)] += 1
    except CannotWrite as problem:
        now.missing.append(str(problem))
        _papers().filter(pk=pk).update(problem="\n".join(now.missing))
    if now.missing:
        report.problems[_name(paper)] = " ".join(now.missing)


@contextmanager
def _downloaded(
    paper: SourceObject, now: Gathered, client: Client
) -> Iterator[dict[str, IO[bytes]]]:
    """Download the files that are new or have changed, before anything is written."""
    known = paper.written.get("files", {})
    found: dict[str, IO[bytes]] = {}
    with ExitStack() as stack:
        for key, file in now.files.items():
            if known.get(key, {}).get("stamp") == file.stamp:
                continue
            if file.name.rpartition(".")[2].lower() not in settings.WAGTAILDOCS_EXTENSIONS:
                now.missing.append(
                    _("“%(name)s” is no kind of file that is kept.") % {"name": file.name}
                )
                continue
            content = stack.enter_context(tempfile.TemporaryFile())
            try:
                client.download(file.url, content, limit=settings.MAX_UPLOAD_SIZE_BYTES)
            except NotGiven as problem:
                now.missing.append(str(problem))
                continue
            found[key] = content
        yield found


def _list_at(found: Configuration) -> PaperIndexPage:
    space, _slash, slug = found.place.partition("/")
    lists = PaperIndexPage.objects.filter(space__slug=space, slug=slug, live=True)
    index = lists.select_related("space").first()
    if index is None:
        raise OParlProblem(
            _(
                "STADTWISSEN_OPARL_LIST: there is no published list of council papers at “%(place)s”."
            )
            % {"place": found.place}
        )
    return index


def _papers() -> QuerySet[SourceObject]:
    return SourceObject.objects.filter(kind="Paper")


def _name(paper: SourceObject) -> str:
    return str(paper.data.get("reference") or paper.key)

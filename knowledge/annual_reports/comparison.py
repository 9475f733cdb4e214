"""Mark the passages of a report that also stand in a text that isn't public: eight words in a row, or more.

The report's words are put into a table of all eight words in a row; then every hidden text is read once and looked up
in it, so the work grows with the length of the texts and not with their product.

Texts are compared that the coordinator may not read, too: what mustn't be in the report is there by other ways than
copying. Of those nothing is shown, not even which words it was: the whole paragraph of the report is marked, without a
place. So that nobody finds out a hidden sentence by trying words, a report is compared at most `MOST_A_DAY` times a
day, and each time is a line in the log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import Person
from accounts.models import User
from audit.selectors import Filters, Visibility, entries
from audit.services import record
from knowledge.annual_reports.content import Content, canonical, content_of, digest_of, strings_of
from knowledge.annual_reports.models import Mark, Part, Report
from knowledge.annual_reports.services import take_draft
from knowledge.annual_reports.sources import Text, hidden_texts, open_texts, places_for

WORDS = 8  # in a row
MOST_A_DAY = 30
_WORD = re.compile(r"\w+")
Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as it is compared, and where it stands there."""

    said: str
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage of a section, and a hidden text in which it stands as well."""

    part: int
    passage: str
    source: tuple[str, int]


def words_of(text: str) -> list[Word]:
    """Return the words of a text; case, signs and line ends don't count."""
    return [Word(one.group().casefold(), one.start(), one.end()) for one in _WORD.finditer(text)]


def shingles_of(words: Sequence[str]) -> Iterator[Shingle]:
    """Yield each eight words in a row."""
    for start in range(len(words) - WORDS + 1):
        yield tuple(words[start : start + WORDS])


def found_in(texts: Mapping[int, str], hidden: Iterator[Text], free: Iterator[str]) -> list[Found]:
    """Return the passages of texts that stand in a hidden text and in no free one.

    Args:
        texts: By the number of their section.
        hidden: What isn't public.
        free: What is.
    """
    words = {pk: words_of(text) for pk, text in texts.items()}
    wanted = {one for said in words.values() for one in shingles_of([word.said for word in said])}
    where: dict[Shingle, tuple[str, int]] = {}
    for text in hidden:
        said = _said(text.words)
        for one in shingles_of(said):
            if one in wanted:
                where.setdefault(one, (text.kind, text.pk))
    if where:
        for open_text in free:
            for one in shingles_of(_said(open_text)):
                where.pop(one, None)
    return [one for pk, said in words.items() for one in _passages(pk, texts[pk], said, where)]


def _said(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _passages(
    part: int, text: str, words: Sequence[Word], where: Mapping[Shingle, tuple[str, int]]
) -> Iterator[Found]:
    """Yield the longest passages: neighbouring matches are one."""
    begin = end = -1
    source = ("", 0)
    for start in range(len(words) - WORDS + 1):
        found = where.get(tuple(one.said for one in words[start : start + WORDS]))
        if found is None:
            continue
        if begin >= 0 and start <= end:
            end = start + WORDS
            continue
        if begin >= 0:
            yield Found(part, text[words[begin].begins : words[end - 1].ends], source)
        begin, end, source = start, start + WORDS, found
    if begin >= 0:
        yield Found(part, text[words[begin].begins : words[end - 1].ends], source)


# --- of a report --------------------------------------------------------------------------------------
def texts_of(report: Report, content: Content) -> dict[int, str]:
    """Return all that a report says, by section: texts, headings, reasons, milestones, what money is for.

    The title of the report belongs to its first section.
    """
    parts = list(report.parts.all())
    texts = {
        part.pk: "\n\n".join(strings_of(said))
        for part, said in zip(parts, content["parts"], strict=True)
    }
    if parts:
        texts[parts[0].pk] = f"{content['title']}\n\n{texts[parts[0].pk]}"
    return texts


@transaction.atomic
def compare(report: Report, *, actor: User | None) -> int:
    """Mark passages anew; what was settled stays settled as long as the passage is the same.

    Returns:
        How many marks are to be settled.

    Raises:
        ValidationError: If the report was compared too often today.
    """
    row = take_draft(report, actor)
    _check_pace(row)
    content = content_of(row)
    left = remark(row, content)
    row.compared_at, row.compared_digest = timezone.now(), digest_of(canonical(content))
    row.save()
    record("report.compared", actor=actor, obj=row, space=row.space,
           details={"year": row.year, "count": left})  # fmt: skip
    return left


def _check_pace(report: Report) -> None:
    reference = f"{Report._meta.label}:{report.pk}"
    of_today = Filters(since=timezone.localdate(), object_reference=reference, group="report")
    done = entries(Visibility(None), of_today).filter(action="report.compared").count()
    if done >= MOST_A_DAY:
        raise ValidationError(
            _("This report was compared %(most)s times today, which is as often as a day allows. Nothing is lost; "
              "settle what is marked, and compare again tomorrow.") % {"most": MOST_A_DAY}
        )  # fmt: skip


def remark(report: Report, content: Content) -> int:
    """Write the marks of a report as they are now; return how many are to be settled."""
    found = found_in(texts_of(report, content), hidden_texts(report), open_texts(report))
    settled = {
        (one.part_id, one.passage)
        for one in Mark.objects.filter(part__report=report, settled_at__isnull=False)
    }
    now = {(one.part, one.passage): one for one in found}
    Mark.objects.filter(part__report=report, settled_at=None).delete()
    Mark.objects.bulk_create(
        Mark(part_id=one.part, passage=one.passage, source_kind=one.source[0], source=one.source[1])
        for key, one in now.items()
        if key not in settled
    )
    return len(now.keys() - settled)


def is_compared(report: Report, content: Content) -> bool:
    """Tell whether a draft, which says `content` now, said the same when it was compared."""
    return bool(report.compared_digest) and report.compared_digest == digest_of(canonical(content))


# unscoped: marks of a draft, for whoever makes it
@transaction.atomic
def settle(report: Report, marks: Collection[int], reason: str, *, actor: User) -> int:
    """Let marked passages stand, with a reason; return how many marks are left.

    Raises:
        ValidationError: Without a reason.
    """
    row = take_draft(report, actor)
    reason = " ".join(reason.split())
    if marks and not reason:
        raise ValidationError(
            {"reason": _("Say why these passages may stand in the report. Nothing was saved.")}
        )
    open_marks = Mark.objects.filter(part__report=row, settled_at=None)
    count = open_marks.filter(pk__in=marks).update(
        settled_at=timezone.now(), settled_by=actor, reason=reason[:300]
    )
    if count:
        record("report.settled", actor=actor, obj=row, space=row.space,
               details={"year": row.year, "count": count})  # fmt: skip
    return open_marks.count()


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark as somebody may see it: the words and their place, or without a place the whole paragraph."""

    mark: Mark
    part: Part
    words: str
    place: str
    url: str


# unscoped: marks of a draft, for whoever makes it; where the words stand only if this person may read it
def marks_for(user: Person, report: Report) -> list[ShownMark]:
    """Return the marks of a report, those to be settled first."""
    marks = list(Mark.objects.filter(part__report=report).select_related("part", "settled_by"))
    places = places_for(user, {(one.source_kind, one.source) for one in marks})
    shown = []
    for one in marks:
        place, url = places.get((one.source_kind, one.source), ("", ""))
        words = one.passage if url else _paragraph(one.part, one.passage)
        shown.append(ShownMark(one, one.part, words, place, url))
    return sorted(shown, key=lambda one: one.mark.settled_at is not None)


def _paragraph(part: Part, passage: str) -> str:
    """Return the whole paragraphs of the section in which a passage stands."""
    first, last = passage[:40], passage[-40:]
    paragraphs = part.text.split("\n\n")
    hit = [one for one in paragraphs if first in one or last in one or one in passage]
    return "\n\n".join(hit) or part.title

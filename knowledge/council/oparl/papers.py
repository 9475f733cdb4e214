"""What a council paper's page has to say, gathered from the objects that were kept."""

from __future__ import annotations

import datetime as dt
import mimetypes
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from knowledge.council.models import ConsultationRole, SourceObject
from knowledge.council.oparl.client import Client
from knowledge.council.oparl.configuration import NotGiven
from knowledge.council.oparl.objects import found_in, keep, key_of

# Words in the role of a consultation, which OParl leaves open.
_ROLES = {
    "kenntnis": ConsultationRole.INFORMATION,
    "information": ConsultationRole.INFORMATION,
    "mitteil": ConsultationRole.INFORMATION,
    "vorber": ConsultationRole.RECOMMENDATION,
    "empfehl": ConsultationRole.RECOMMENDATION,
    "anhör": ConsultationRole.RECOMMENDATION,
    "beschlu": ConsultationRole.DECISION,
    "entscheid": ConsultationRole.DECISION,
}

# Columns of a row, as text: days as in ISO 8601, organisations of the platform by number.
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that belongs to a paper. `stamp` changes with its content."""

    name: str
    title: str
    url: str
    stamp: str


@dataclass(slots=True)
class Gathered:
    """One paper as the source has it now.

    Attributes:
        columns: Of the page; nothing if the paper is deleted there.
        facts: Rows, by a key of ours.
        consultations: Rows in order, by the key of the consultation.
        files: In order, by the key of the file.
        used: Keys of all objects that it depends on.
        missing: What couldn't be had, in sentences.
    """

    columns: Values = field(default_factory=dict)
    facts: dict[str, Values] = field(default_factory=dict)
    consultations: dict[str, Values] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)


def gather(paper: SourceObject, client: Client) -> Gathered:
    """Return what the page of a paper has to say; objects that no list named are fetched one by one.

    Raises:
        OParlProblem: If the server can't be reached for one of those.
    """
    return _Gathering(paper, client).gather()


@dataclass(frozen=True, slots=True)
class _Turn:
    """One consultation: what its row says, and which bodies of the source it names."""

    source: SourceObject
    bodies: list[SourceObject]
    values: Values


class _Gathering:
    def __init__(self, paper: SourceObject, client: Client) -> None:
        self._paper = paper
        self._client = client
        self._found = Gathered()
        self._organisations = _organisations_by_name()

    def gather(self) -> Gathered:
        paper, data, found = self._paper, self._paper.data, self._found
        found.facts = {
            "source": {"label": _("Council information system"), "value": self._source()}
        }
        if paper.is_deleted:
            return found
        last_part = PurePosixPath(urlsplit(paper.url).path).name
        number = (data.get("reference") or last_part)[:40]
        found.columns = {
            "number": number,
            "title": (data.get("name") or number)[:255],
            "dated_on": _day(data.get("date")),
        }
        for file in self._objects(
            [*data.get("mainFile", []), *data.get("auxiliaryFile", [])], "File"
        ):
            found.files[file.key] = _file(file)
        turns = [self._turn(one) for one in self._consultations()]
        turns.sort(key=lambda one: one.values["held_on"] or "9999")
        found.consultations = {one.source.key: one.values for one in turns}
        self._take_lead(self._objects(data.get("underDirectionOf", []), "Organization"))
        self._take_decision(turns)
        origin = self._objects(data.get("originatorOrganization", []), "Organization")
        self._note("originator", _("Originator"), origin)
        return found

    def _take_lead(self, bodies: list[SourceObject]) -> None:
        """Let the page say who leads; a fact names those that the platform doesn't know, and further ones."""
        known = [one for one in bodies if self._organisation(one)]
        self._found.columns["lead_id"] = self._organisation(known[0]) if known else ""
        self._note("lead", _("Lead department"), [one for one in bodies if one not in known[:1]])

    def _take_decision(self, turns: list[_Turn]) -> None:
        """Let the page say who decides and when: the last consultation that is to decide."""
        turn = _deciding(turns)
        bodies = turn.bodies if turn else []
        body = next(filter(None, map(self._organisation, bodies)), "")
        self._found.columns["deciding_body_id"] = body
        self._found.columns["decision_due_on"] = turn.values["held_on"] if turn else ""
        self._note("deciding_body", _("Deciding body"), [] if body else bodies)

    def _organisation(self, body: SourceObject) -> str:
        """Return which organisation of the platform has the name of a body, or nothing."""
        names = (_compared(body.data.get(name, "")) for name in ("name", "shortName"))
        return next(
            (self._organisations[name] for name in names if name in self._organisations), ""
        )

    def _note(self, key: str, label: str, bodies: list[SourceObject]) -> None:
        names = ", ".join(filter(None, (one.data.get("name", "") for one in bodies)))
        if names:
            self._found.facts[key] = {"label": label, "value": names[:300]}

    def _source(self) -> str:
        """Return where the paper stands in the council information system, or that it is gone from there."""
        if not self._paper.is_deleted:
            return str(self._paper.data.get("web") or self._paper.url)[:300]
        day = timezone.localtime(self._paper.modified_at or timezone.now())
        return _("deleted there on %(day)s") % {"day": date_format(day, "j. F Y")}

    def _consultations(self) -> list[SourceObject]:
        """Return those that the paper names and those that name the paper, each once."""
        named = self._objects(self._paper.data.get("consultation", []), "Consultation")
        naming = SourceObject.objects.filter(
            kind="Consultation", belongs_to=self._paper.key, is_deleted=False
        ).order_by("pk")
        found = {one.key: one for one in (*named, *naming)}
        self._found.used |= found.keys()
        return list(found.values())

    def _turn(self, one: SourceObject) -> _Turn:
        item = self._agenda_item(one)
        meetings = one.data.get("meeting") or (item.data.get("meeting", []) if item else [])
        meeting = next(iter(self._objects(meetings, "Meeting")), None)
        named = one.data.get("organization") or (
            meeting.data.get("organization", []) if meeting else []
        )
        bodies = self._objects(named, "Organization")
        names = [body.data.get("name", "") for body in bodies]
        body = ", ".join(filter(None, names)) or (meeting.data.get("name", "") if meeting else "")
        outcome = item.data.get("result", "") if item else ""
        if not outcome and meeting and meeting.data.get("cancelled") is True:
            outcome = _("session cancelled")
        values = {
            "body": (body or _("not stated"))[:200],
            "held_on": _day(meeting.data.get("start")) if meeting else "",
            "role": _role(one.data),
            "outcome": outcome[:200],
        }
        return _Turn(one, bodies, values)

    def _agenda_item(self, one: SourceObject) -> SourceObject | None:
        named = self._objects(one.data.get("agendaItem", []), "AgendaItem")
        naming = SourceObject.objects.filter(
            kind="AgendaItem", belongs_to=one.key, is_deleted=False
        ).order_by("pk")
        found = named[0] if named else naming.first()
        if found:
            self._found.used.add(found.key)
        return found

    def _objects(self, urls: list[str], kind: str) -> list[SourceObject]:
        """Return objects by their ids, without those that are deleted or can't be had."""
        rows = SourceObject.objects.in_bulk(map(key_of, urls), field_name="key")
        found = []
        for url in urls:
            key = key_of(url)
            self._found.used.add(key)
            row = rows.get(key) or self._fetch(url, kind)
            if row is not None and row.kind == kind and not row.is_deleted:
                found.append(row)
        return found

    def _fetch(self, url: str, kind: str) -> SourceObject | None:
        try:
            given = self._client.fetch(url)
        except NotGiven as problem:
            self._found.missing.append(str(problem))
            return None
        keep(one for one in found_in(given, kind) if key_of(one.url) == key_of(url))
        return SourceObject.objects.filter(key=key_of(url)).first()


def _role(data: dict[str, Any]) -> str:
    said = str(data.get("role") or "").lower()
    for word, role in _ROLES.items():
        if word in said:
            return role.value
    is_decision = data.get("authoritative") is True
    return (ConsultationRole.DECISION if is_decision else ConsultationRole.RECOMMENDATION).value


def _deciding(turns: list[_Turn]) -> _Turn | None:
    """Return the consultation that decides: the last authoritative one, else the last whose role says so."""
    authoritative = [one for one in turns if one.source.data.get("authoritative") is True]
    by_role = [one for one in turns if one.values["role"] == ConsultationRole.DECISION]
    return next(iter([*reversed(authoritative), *reversed(by_role)]), None)


def _organisations_by_name() -> dict[str, str]:
    """Return the platform's organisations by name and short name; a name that two of them have means none."""
    found: dict[str, set[int]] = defaultdict(set)
    for pk, *names in Organisation.objects.values_list("pk", "name", "short_name"):
        for name in names:
            found[_compared(name)].add(pk)
    return {name: str(pks.pop()) for name, pks in found.items() if name and len(pks) == 1}


def _compared(name: str) -> str:
    return " ".join(name.casefold().split())


def _file(file: SourceObject) -> SourceFile:
    data = file.data
    url = data.get("downloadUrl") or data.get("accessUrl") or ""
    name = data.get("fileName") or unquote(PurePosixPath(urlsplit(url).path).name) or "datei"
    if "." not in name:
        name += mimetypes.guess_extension(data.get("mimeType", "")) or ""
    return SourceFile(
        name=PurePosixPath(name.replace("\\", "/")).name[-100:],
        title=(data.get("name") or name)[:255],
        url=url,
        stamp=data.get("sha512Checksum") or data.get("sha1Checksum") or data.get("modified", ""),
    )


def _day(value: Any) -> str:
    """Return the day of a date or a moment in ISO 8601; nothing if there is none."""
    try:
        moment = parse_datetime(value) if value and "T" in value else None
        day: dt.date | None = parse_date(value) if value and not moment else None
    except ValueError:
        return ""
    if moment:
        day = (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()
    return day.isoformat() if day else ""

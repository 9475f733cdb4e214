"""Appointments and contacts as programs hand them on: iCalendar and vCard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import vobject

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean, decode
from knowledge.importing.extraction.mails.letters import BEGIN, END, PLACE, Letter, moment_in_words
from knowledge.importing.extraction.results import Reason, UnusableFile

_CONTACT = (
    ("org", "Organisation"),
    ("title", "Funktion"),
    ("tel", "Telefon"),
    ("email", "E-Mail"),
    ("adr", "Anschrift"),
)


def read_calendar(data: bytes) -> Letter:
    """Return the first appointment or contact of a file, the others inside it.

    Raises:
        UnusableFile: If there is none.
    """
    try:
        entries = [
            entry
            for one in vobject.readComponents(clean(decode(data)), ignoreUnreadable=True)
            for entry in _entries(one)
        ]
    except (vobject.base.ParseError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise UnusableFile(Reason.BROKEN) from error
    if not entries:
        raise UnusableFile(Reason.NO_TEXT)
    first, *others = entries[: limits.MAX_BLOCKS]
    first.inside = others
    return first


def _entries(component: vobject.base.Component) -> Iterator[Letter]:
    if component.name == "VCARD":
        name = _value(component, "fn")
        heads = [(label, value) for field, label in _CONTACT for value in _values(component, field)]
        yield Letter(subject=name, heads=[("Name", name), *heads], text=_value(component, "note"))
        return
    for kind in ("vevent", "vtodo"):
        for entry in component.contents.get(kind, ()):
            heads = [
                (BEGIN, _moment(entry, "dtstart")),
                (END, _moment(entry, "dtend") or _moment(entry, "due")),
            ]
            yield Letter(
                subject=_value(entry, "summary"),
                heads=[*heads, (PLACE, _value(entry, "location"))],
                text=_value(entry, "description"),
            )


def _value(component: vobject.base.Component, name: str) -> str:
    return next(iter(_values(component, name)), "")


def _values(component: vobject.base.Component, name: str) -> list[str]:
    found = (one.value for one in component.contents.get(name, ()))
    return [
        ", ".join(map(str, one))
        if isinstance(one, list)
        else str(one).replace("\n", ", " if name == "adr" else "\n")
        for one in found
    ]


def _moment(component: vobject.base.Component, name: str) -> str:
    """Return a time of an appointment in words; a day if it has no time."""
    for line in component.contents.get(name, ()):
        if isinstance(line.value, dt.datetime):
            return moment_in_words(line.value)
        if isinstance(line.value, dt.date):
            return moment_in_words(dt.datetime.combine(line.value, dt.time())).partition(",")[0]
    return ""

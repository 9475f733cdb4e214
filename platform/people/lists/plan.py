"""Read a list of people (CSV) and say what it would change; nothing is written here."""

# unscoped: people are no content; the list is read for whoever keeps their accounts
from __future__ import annotations

import csv
import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from people.accounts import PersonFacts, facts_of

MAX_ROWS = 5_000
MAX_BYTES = 2 * 1024 * 1024

# What a column may be called, in small letters and without signs.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("vorname", "firstname", "givenname"),
    "last_name": ("nachname", "familienname", "name", "lastname", "surname"),
    "email": ("email", "mail", "emailadresse", "mailadresse", "emailaddress"),
    "organisation": ("organisation", "stelle", "dienststelle", "behörde", "organization"),
    "position": ("funktion", "position", "aufgabe", "function"),
    "phone": ("telefon", "telefonnummer", "tel", "rufnummer", "phone"),
}
_LABELS: Mapping[str, Promise] = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail"),
    "organisation": gettext_lazy("Organisation"),
}
_SEPARATORS = ";\t,"
_TEXTS: Sequence[Any] = [  # fields; a relation would be one, too
    User._meta.get_field(name) for name in ("first_name", "last_name", "email", "position", "phone")
]


class State(enum.Enum):
    """What becomes of a row."""

    WRONG = "wrong"
    DOUBLED = "doubled"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list.

    Attributes:
        line: Its number in the file, as a spreadsheet shows it.
        state: What becomes of it.
        facts: What would be written; None if it is wrong or doubled.
        shown: What stands in the file, for whoever looks for the row there.
        note: Why it is wrong or doubled, or what changes.
        person: Who is meant; None for somebody new.
    """

    line: int
    state: State
    shown: str
    facts: PersonFacts | None = None
    note: str = ""
    person: User | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would do, with a fingerprint of all of it."""

    rows: Sequence[Row]

    def of(self, state: State) -> list[Row]:
        """Return the rows of one state."""
        return [row for row in self.rows if row.state is state]

    @property
    def fingerprint(self) -> str:
        """What a confirmation must still find: the same rows, doing the same."""
        told = [
            (row.line, row.state.value, row.person.pk if row.person else 0, row.shown, row.note)
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def text_of(raw: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8 with or without a mark, or Windows' Latin letters.

    Raises:
        ValidationError: If it is too long, or no text.
    """
    if len(raw) > MAX_BYTES:
        raise ValidationError(_("The file is larger than 2 MB. Split it; nothing was changed."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise ValidationError(
            _(
                "This is no CSV file. In your spreadsheet choose “Save as” and “CSV”; nothing was changed."
            )
        )
    return text


def plan_of(text: str, *, actor: User) -> Plan:
    """Say what the list would do: by mail address, who is new, changed, as before, doubled or wrong.

    A cell that is empty changes nothing. The number of queries doesn't grow with the number of rows.

    Args:
        text: The list, with a head.
        actor: Who keeps accounts; for one organisation only, whose name may then be left out.

    Raises:
        ValidationError: As `rows_of`.
    """
    reading = _Reading(actor)
    return Plan([reading.row(number, cells) for number, cells in rows_of(text, actor=actor)])


def rows_of(text: str, *, actor: User) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a list with their numbers, and their cells by what they mean.

    Raises:
        ValidationError: If there is no head, a column is missing, or there are more than `MAX_ROWS` rows.
    """
    lines = _lines(text)
    columns = _columns(lines[0][1])
    _require_columns(columns, own=own_organisation(actor))
    if len(lines) - 1 > MAX_ROWS:
        raise ValidationError(
            _("The list has %(count)d rows; 5,000 go at a time. Split it; nothing was changed.")
            % {"count": len(lines) - 1}
        )
    return [(number, _named(cells, columns)) for number, cells in lines[1:]]


def own_organisation(actor: User) -> Organisation | None:
    """Return the one organisation whose people the actor keeps; None if it is all of them."""
    return None if can(actor, Action.OPERATE) else actor.organisation


def _lines(text: str) -> list[tuple[int, list[str]]]:
    head = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=False)
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise ValidationError(
            _("The file can't be read as CSV. Save it anew; nothing was changed.")
        ) from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if len(lines) < 2:
        raise ValidationError(
            _(
                "The list is empty. Its first line names the columns: Vorname, Nachname, E-Mail, Organisation, "
                "Funktion, Telefon. Nothing was changed."
            )
        )
    return lines


def _columns(head: Sequence[str]) -> dict[str, int]:
    names = ["".join(filter(str.isalpha, cell.casefold())) for cell in head]
    return {
        field: names.index(name)
        for field, known in _COLUMNS.items()
        for name in reversed(known)
        if name in names
    }


def _require_columns(found: Mapping[str, int], *, own: Organisation | None) -> None:
    missing = [
        str(label)
        for field, label in _LABELS.items()
        if field not in found and (field != "organisation" or own is None)
    ]
    if missing:
        raise ValidationError(
            _(
                "The first line names no column “%(columns)s”. It should read: Vorname; Nachname; E-Mail; "
                "Organisation; Funktion; Telefon. Nothing was changed."
            )
            % {"columns": ", ".join(missing)}
        )


def _named(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {field: cells[index] if index < len(cells) else "" for field, index in columns.items()}


class _Reading:
    """What is known while rows are read: organisations, people by address, addresses that stood above."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.above: dict[str, int] = {}
        self.own = own_organisation(actor)
        self.organisations: dict[str, set[Organisation]] = {}
        known = Organisation.objects.filter(is_collective=False, left_at=None)
        for one in known.prefetch_related("old_short_names"):
            earlier = (old.slug for old in one.old_short_names.all())
            for name in (one.short_name, one.name, one.slug, *earlier):
                self.organisations.setdefault(name.casefold(), set()).add(one)
        self.people: dict[str, list[User]] = {}
        for person in User.objects.exclude(email="").select_related("organisation"):
            self.people.setdefault(person.email.casefold(), []).append(person)

    def row(self, line: int, cells: Mapping[str, str]) -> Row:
        """Say what becomes of one row."""
        shown = ", ".join(
            part for part in (cells["last_name"], cells["first_name"], cells["email"]) if part
        )
        key = cells["email"].casefold()
        if key and key in self.above:
            note = _("The same mail address stands in line %(line)d.") % {"line": self.above[key]}
            return Row(line, State.DOUBLED, shown, note=note)
        self.above[key] = line
        try:
            return self._understood(line, shown, cells)
        except ValidationError as error:
            return Row(line, State.WRONG, shown, note=" ".join(error.messages))

    def _understood(self, line: int, shown: str, cells: Mapping[str, str]) -> Row:
        person = self._person(cells["email"])
        facts = self._facts(cells, person)
        _check_fields(facts)
        if person is None:
            return Row(line, State.NEW, shown, facts)
        before = facts_of(person)
        if facts == before:
            return Row(line, State.SAME, shown, facts, person=person)
        return Row(line, State.CHANGED, shown, facts, _differences(before, facts), person)

    def _person(self, address: str) -> User | None:
        """Return who has the address.

        Raises:
            ValidationError: If it isn't one person whose open account the actor keeps.
        """
        found = self.people.get(address.casefold(), [])
        if not found:
            return None
        if len(found) > 1:
            raise ValidationError(
                _("Several accounts have this mail address. Correct them by hand.")
            )
        if not can(self.actor, Action.KEEP_ACCOUNT, found[0]):
            raise ValidationError(
                _(
                    "This mail address belongs to an account that you don't look after. Ask the administration."
                )
            )
        if not found[0].is_active:
            raise ValidationError(
                _("The account of this person is closed. Open it on its own page first.")
            )
        return found[0]

    def _facts(self, cells: Mapping[str, str], person: User | None) -> PersonFacts:
        facts = facts_of(person) if person else PersonFacts("", "", "", self.own)
        texts = {
            field: cells[field]
            for field in ("first_name", "last_name", "position", "phone")
            if cells.get(field)
        }
        if person is None:
            texts["email"] = cells["email"]
        named = cells.get("organisation", "")
        organisation = self._organisation(named) if named else facts.organisation
        return replace(facts, organisation=organisation, **texts)

    def _organisation(self, name: str) -> Organisation:
        found = self.organisations.get(name.casefold(), set())
        if len(found) != 1:
            text = (
                _("There is no organisation “%(name)s”.")
                if not found
                else _(
                    "Several organisations are called “%(name)s”; use the short name in addresses."
                )
            )
            raise ValidationError(text % {"name": name})
        (organisation,) = found
        if self.own is not None and organisation != self.own:
            raise ValidationError(_("You look after the people of your own organisation only."))
        return organisation


def _check_fields(facts: PersonFacts) -> None:
    """Check lengths and spelling.

    Raises:
        ValidationError: With a sentence for each field.
    """
    problems = [
        _("%(field)s is missing.") % {"field": label}
        for field, label in _LABELS.items()
        if not getattr(facts, field)
    ]
    for field in _TEXTS:
        try:
            field.run_validators(getattr(facts, field.name))
        except ValidationError as error:
            problems.append(f"{field.verbose_name}: {' '.join(error.messages)}")
    if problems:
        raise ValidationError(problems)


def _differences(before: PersonFacts, facts: PersonFacts) -> str:
    pairs = [
        (getattr(before, field) or "–", getattr(facts, field))
        for field in ("first_name", "last_name", "organisation", "position", "phone")
        if getattr(before, field) != getattr(facts, field)
    ]
    return "; ".join(f"{was} → {now}" for was, now in pairs)

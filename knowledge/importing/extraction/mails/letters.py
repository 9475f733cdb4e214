"""What mails of all formats have in common: heads, text, mails inside; and how a page shows them.

What is written here becomes part of a page, and pages are German; the confined process has no translations.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from knowledge.importing.extraction.charsets import clean
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.dates import MONTH_NAMES
from knowledge.importing.extraction.markup import read_markup
from knowledge.importing.extraction.plain import add_chunk
from knowledge.importing.extraction.results import Loss

FROM, TO, COPY, DATE = "Von", "An", "Kopie", "Datum"
BEGIN, END, PLACE = "Beginn", "Ende", "Ort"
INSIDE = "Nachricht im Anhang"
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class Letter:
    """A mail, an appointment or a contact; `html` counts where there is no `text`."""

    subject: str = ""
    heads: list[tuple[str, str]] = field(default_factory=list)
    sent_at: dt.datetime | None = None
    text: str = ""
    html: str = ""
    attached: list[str] = field(default_factory=list)
    inside: list[Letter] = field(default_factory=list)
    lost: Counter[Loss] = field(default_factory=Counter)

    @property
    def day(self) -> dt.date | None:
        """The day on which it was sent, in local time."""
        return None if self.sent_at is None else self.sent_at.astimezone().date()

    def collect(self) -> BlockCollector:
        """Return its content, that of mails inside it after it."""
        out = BlockCollector()
        self._add_to(out, 2)
        return out

    def _add_to(self, out: BlockCollector, level: int) -> None:
        heads = [[name, squeeze(value)] for name, value in self.heads if squeeze(value)]
        if self.sent_at is not None:
            heads.append([DATE, moment_in_words(self.sent_at)])
        out.table(heads, has_header=False)
        if self.text.strip():
            for chunk in _PARAGRAPHS.split(clean(self.text)):
                lines = [line for line in chunk.split("\n") if line.strip()]
                if lines:
                    add_chunk(lines, out)
        elif self.html.strip():
            _title, inner = read_markup(self.html)
            out.extend(inner.finish())
        for name in self.attached:
            out.text_paragraph(name)
        out.lost += self.lost
        for letter in self.inside:
            out.heading(f"{INSIDE}: {letter.subject}".removesuffix(": "), level)
            letter._add_to(out, level + 1)


def moment_in_words(moment: dt.datetime) -> str:
    """Return a time as `13. März 2026, 00:30 Uhr`, in the time zone of the site."""
    local = moment.astimezone()
    return f"{local.day}. {MONTH_NAMES[local.month - 1]} {local.year}, {local:%H:%M} Uhr"

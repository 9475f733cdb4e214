"""Sentences for two who wrote the same minutes, about what could not be put together by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from knowledge.meetings.minuting.merging import Merged, Said, Told, kind_of_field
from knowledge.pages.blocks import Result

MORE = {
    "reporter": gettext_lazy("Reporter"),
    "votes_for": gettext_lazy("Votes for"),
    "votes_against": gettext_lazy("Votes against"),
    "abstentions": gettext_lazy("Abstentions"),
    "dissent": gettext_lazy("Dissenting opinion"),
    "resubmit_on": gettext_lazy("To be taken up again on"),
    "reference": gettext_lazy("File references: EDG 32-1; Polizei 4711"),
    "about": gettext_lazy("Measures and papers, by number: M 12; M 14"),
    "districts": gettext_lazy("Districts"),
}
"""The fields of an item that stand under "More", by what the form calls them."""

_LABELS = {
    **MORE,
    "title": gettext_lazy("Agenda item"),
    "notes": gettext_lazy("Notes"),
    "text": pgettext_lazy("minutes", "Decision"),
    "result": gettext_lazy("Result"),
    "what": gettext_lazy("Task"),
    "who": gettext_lazy("Responsible"),
    "due": gettext_lazy("Due on"),
    "held_on": gettext_lazy("Day"),
    "place": gettext_lazy("Place"),
    "chair": gettext_lazy("Chair"),
    "keeper": gettext_lazy("Keeper of the minutes"),
}
_LONGEST = 60  # of what is quoted


def sentences(merged: Merged) -> list[str]:
    """Return what must be told, for people."""
    return [_sentence(one, merged) for one in merged.told]


def _sentence(told: Told, merged: Merged) -> str:
    if told.said is Said.HIDDEN:
        return _(
            "An item in which you wrote is for other organisations only by now. What you typed there was not saved; "
            "copy it if you need it."
        )
    where = {"where": _where(told, merged)}
    if told.said is Said.BOTH_WROTE:
        return _("%(where)s: you both wrote at the same place. Please read it through.") % where
    if told.said is Said.KEPT:
        return (
            _("%(where)s: one of you took it out, the other one changed it. It was kept; take it out if need be.")
            % where
        )  # fmt: skip
    values = {"mine": _value(told, told.mine), "stored": _value(told, told.stored)}
    return (
        _("%(where)s: you chose “%(mine)s”, somebody else “%(stored)s”. What the other one chose stays; please agree.")
        % (where | values)
    )  # fmt: skip


def _where(told: Told, merged: Merged) -> str:
    parts = []
    if told.item:
        number = "".join(merged.sheet.get(f"{told.item}-place", ()))
        title = "".join(merged.sheet.get(f"{told.item}-title", ()))
        parts.append(_("Item %(number)s") % {"number": number} if number else f"“{title}”")
    if told.name:
        label = str(_LABELS.get(kind_of_field(told.name), _("Who was there")))
        parts.append(label.partition(":")[0])  # what follows is how it is typed
    if told.said is Said.KEPT and told.stored:
        parts.append(f"“{told.stored[:_LONGEST]}”")
    return ", ".join(parts)


def _value(told: Told, value: str) -> str:
    if kind_of_field(told.name) == "result" and value in Result.values:
        return str(Result(value).label)
    return value[:_LONGEST]

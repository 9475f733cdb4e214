"""Numbers of decisions: given once, in the order of the items, and never again."""

from __future__ import annotations

from django.db import transaction

from access.models import Space
from knowledge.meetings.models import NumberCounter, rules_of


@transaction.atomic
def next_number(space: Space, year: int) -> tuple[int, str]:
    """Take the next number of a year; return it, and as it is written, such as "ÖR 2026/14".

    Others wait until this transaction ends. Where it is undone, the number was never given.
    """
    NumberCounter.objects.get_or_create(space=space, year=year)
    counter = NumberCounter.objects.select_for_update().get(space=space, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last, f"{short_name_of(space)} {year}/{counter.last}"


def short_name_of(space: Space) -> str:
    """Return what numbers of a group begin with: what was chosen, else the initials of its title."""
    chosen = rules_of(space).short_name
    if chosen:
        return chosen
    words = [word for word in space.title.replace("-", " ").split() if word[0].isalpha()]
    initials = "".join(word if word.isupper() else word[0] for word in words)
    return initials.upper()[:12] or space.slug[:12]

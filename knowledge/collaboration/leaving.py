"""Whoever leaves watches nothing any more, is asked to read nothing, and sees no names of others."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import ngettext

from accounts.leaving import Part
from accounts.models import User
from knowledge.collaboration.models import Reading, ReadingRequest, Watch
from knowledge.collaboration.reading import end


def _consequences(person: User) -> Iterable[str]:
    count = Watch.objects.filter(person=person).count()
    if count:
        yield ngettext(
            "The watching of %(count)d page ends.", "The watching of %(count)d pages ends.", count
        ) % {"count": count}
    asked = ReadingRequest.objects.filter(asker=person, names_removed_at__isnull=True).count()
    if asked:
        yield ngettext(
            "%(count)d request to confirm reading ends; its names are removed.",
            "%(count)d requests to confirm reading end; their names are removed.",
            asked,
        ) % {"count": asked}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    Watch.objects.filter(person=person).delete()
    Reading.objects.filter(person=person).delete()
    end(ReadingRequest.objects.filter(asker=person, names_removed_at__isnull=True))


OWN_PART = Part("collaboration", consequences=_consequences, leave=_leave)

"""Load the samples; `removal` removes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from audit.services import record
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.models import SeedRecord
from knowledge.seeding.samples import (
    KEY_PREFIX,
    comments,
    indicators,
    measures,
    meetings,
    pages,
    reports,
    wiki,
)
from knowledge.seeding.samples.people import descriptions, load_internal_spaces, load_people
from knowledge.seeding.samples.sign_ins import give_passwords
from search.outbox import deferred


class SamplesError(Exception):
    """Samples can't be loaded here; the text says why and what to do."""


class SamplesNotAllowedError(SamplesError):
    """This installation is for real work, so no sample people may sign in."""


class InitialDataMissingError(SamplesError):
    """The organisations and spaces of the samples don't exist yet."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of a run, and where the sign-ins are."""

    ledger: Ledger
    sign_ins: Path


def load_samples() -> Loaded:
    """Load every sample that was never loaded; leave the others as people have changed them.

    One transaction for each concern; indexing comes once, at the end.

    Raises:
        SamplesNotAllowedError: If the installation doesn't allow samples.
        InitialDataMissingError: If `seed` never ran.
        ValueError: If `STADTWISSEN_SAMPLE_PASSWORD` can't be a password.
    """
    if not settings.SAMPLES_ALLOWED:
        raise SamplesNotAllowedError(
            "This installation does not allow samples. "
            "Nothing was changed; set STADTWISSEN_ALLOW_SAMPLES=1 to load them all the same."
        )
    if not SeedRecord.objects.exclude(key__startswith=KEY_PREFIX).exists():
        raise InitialDataMissingError(
            "The samples stand on the initial data. Run 'manage.py seed' first; nothing was changed."
        )
    ledger = Ledger()
    with deferred():
        with transaction.atomic():
            load_internal_spaces(ledger)
            load_people(ledger)
        facts = pages.Facts()
        for load in (
            pages.load_contacts,
            pages.load_practices,
            pages.load_events,
            pages.load_minutes,
            meetings.load_meetings,
            pages.load_articles,
            wiki.load_wiki,
            measures.load_measures,
            measures.load_news,
            indicators.load_indicators,
            reports.load_reports,
            comments.load_comments,
        ):
            with transaction.atomic():
                load(ledger, facts)
        sign_ins = give_passwords(descriptions())
    if any(ledger.created.values()):
        record("samples.loaded", actor=None)
    return Loaded(ledger, sign_ins)

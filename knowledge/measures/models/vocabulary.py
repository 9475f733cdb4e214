"""What can be said of a measure in one word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Horizon(models.TextChoices):
    """When a measure is to be carried out, in the council paper's words."""

    IMMEDIATE = "immediate", _("immediate")
    SHORT_TERM = "short_term", _("short-term")
    LONG_TERM = "long_term", _("long-term")


class State(models.TextChoices):
    """How far a measure has come; the council paper doesn't say, so it may be empty."""

    NOT_STARTED = "not_started", pgettext_lazy("measure", "not started")
    PLANNED = "planned", pgettext_lazy("measure", "in planning")
    RUNNING = "running", pgettext_lazy("measure", "being carried out")
    DONE = "done", pgettext_lazy("measure", "carried out")
    ONGOING = "ongoing", pgettext_lazy("measure", "permanently running")
    PAUSED = "paused", pgettext_lazy("measure", "paused")
    DROPPED = "dropped", pgettext_lazy("measure", "dropped")


class Assessment(models.TextChoices):
    """Whether a measure comes along as it should; apart from how far it is."""

    ON_TRACK = "on_track", pgettext_lazy("measure", "on track")
    DELAYED = "delayed", pgettext_lazy("measure", "delayed")
    STALLED = "stalled", pgettext_lazy("measure", "stalled")


class NeedKind(models.TextChoices):
    """What a measure needs beyond what there is, and what the number counts."""

    MONEY_ONCE = "money_once", _("money, once (€)")
    MONEY_YEARLY = "money_yearly", _("money, each year (€)")
    STAFF = "staff", _("staff (full-time posts)")


class Outcome(models.TextChoices):
    """What came of the separate decision on money or staff."""

    OPEN = "open", pgettext_lazy("decision", "not decided yet")
    GRANTED = "granted", pgettext_lazy("decision", "granted")
    PARTLY = "partly", pgettext_lazy("decision", "granted in part")
    REFUSED = "refused", pgettext_lazy("decision", "refused")
    NOT_NEEDED = "not_needed", pgettext_lazy("decision", "no decision needed")


class Succession(models.TextChoices):
    """How a measure went on in another one."""

    MERGED = "merged", _("merged into")
    SUPERSEDED = "superseded", _("superseded by")
    SPLIT = "split", _("split into")


ENDED = (State.DONE, State.DROPPED)  # nothing is due any more
AT_REST = (*ENDED, State.PAUSED)  # nobody is reminded that it is silent
NOT_WELL = (Assessment.DELAYED, Assessment.STALLED)

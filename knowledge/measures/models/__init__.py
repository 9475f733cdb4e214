"""Measures: the pages, what can be said of one in a word, and the rows that live on."""

from knowledge.measures.models.life import (
    Change,
    Contact,
    Entry,
    Milestone,
    SilentAfter,
    Subject,
)
from knowledge.measures.models.pages import (
    STANDING,
    MeasureIndexPage,
    MeasurePage,
    MeasureResponsibility,
)
from knowledge.measures.models.ties import GoesOnIn, Need, Related
from knowledge.measures.models.vocabulary import (
    AT_REST,
    ENDED,
    NOT_WELL,
    Assessment,
    Horizon,
    NeedKind,
    Outcome,
    State,
    Succession,
)

__all__ = [
    "AT_REST", "ENDED", "NOT_WELL", "STANDING", "Assessment", "Change", "Contact", "Entry", "GoesOnIn", "Horizon",
    "MeasureIndexPage", "MeasurePage", "MeasureResponsibility", "Milestone", "Need", "NeedKind", "Outcome", "Related",
    "SilentAfter", "State", "Subject", "Succession",
]  # fmt: skip

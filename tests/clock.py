"""The calendar in tests: another day than today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

_LOCALDATE = timezone.localdate


def be_on(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Let today be a day. Moments keep their own day, in the city's time zone as always."""

    def localdate(value: dt.datetime | None = None, *zone: Any) -> dt.date:
        return day if value is None else _LOCALDATE(value, *zone)

    monkeypatch.setattr(timezone, "localdate", localdate)

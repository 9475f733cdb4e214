"""An "@…" in the text of an item: who is meant, and whether this person may read it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from knowledge.meetings.agenda import DecisionLine, Item
from knowledge.meetings.circulating import mentions
from knowledge.tasks.charging import Names


def test_strangers_and_people_without_access_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    otto = User(pk=1, first_name="Otto", last_name="Außen")
    paul = User(pk=2, first_name="Paul", last_name="Partner")
    monkeypatch.setattr(mentions, "can", lambda user, action, space: user is paul)
    monkeypatch.setattr(mentions, "may_see_audience", lambda user, audience: audience is None)
    text = "<p>@Otto Außen fragt an, @Paul Partner antwortet; mail@example.org.</p>"
    page: Any = SimpleNamespace(space=None)
    item = Item(
        key=uuid4(), number=2, title="Licht", reporter="", has_text=True,
        text=SimpleNamespace(source=text), decisions=[DecisionLine(uuid4(), "@Niemand soll es tun.")],
    )  # fmt: skip
    names = Names({"otto aussen": [otto], "paul partner": [paul]})
    said = list(mentions.strangers_in(item, page, names, None))
    assert len(said) == 2
    assert "Otto Außen" in said[0]
    assert "@Niemand" in said[1]
    narrowed = list(mentions.strangers_in(item, page, names, [7]))
    assert len(narrowed) == 3, "Paul reads the minutes, and not this item"

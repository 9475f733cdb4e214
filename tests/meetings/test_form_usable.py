"""The form of minutes while somebody writes is usable by everybody, also on a narrow screen, whatever its status is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.front.test_browser import NARROW, WIDE, overflow, set_width, squeezed, violations
from tests.meetings.test_two_browsers import (
    Windows,
    notes,
    page,
    saved,
    status,
    windows,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["page", "windows"]


def test_each_state_of_the_form_is_accessible_and_fits_320_pixels(windows: Windows) -> None:
    window = windows["a"]
    notes(window, 0).press("End")
    window.keyboard.type(" Es zieht.")
    saved(window)
    check(windows, "saved")
    notes(windows["b"], 1).press("End")
    windows["b"].keyboard.type(" Und wie.")
    saved(windows["b"])
    notes(window, 0).press("End")
    window.keyboard.type(" Sehr.")
    expect(notes(window, 1)).to_have_value("Notiz zu Zwei. Und wie.", timeout=60_000)
    check(windows, "others")
    window.context.set_offline(True)
    notes(window, 0).press("End")
    window.keyboard.type(" Ohne Netz.")
    expect(status(window)).to_contain_text("Keine Verbindung", timeout=20_000)
    check(windows, "offline")


def check(windows: Windows, state: str) -> None:
    window = windows["a"]
    for width in (WIDE, NARROW):
        set_width(window, width)
        assert violations(window) == [], state
        assert overflow(window) == 0, state
        assert squeezed(window) == [], state
    set_width(window, WIDE)

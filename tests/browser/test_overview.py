"""The overview of measures in a browser: accessible, whole at 320 px and 200 %, readable without its colours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import SignIn, shot
from tests.browser.test_leaving import assert_usable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# A window of 1280 pixels at 200 % has room for 640.
ENLARGED: ViewportSize = {"width": 640, "height": 512}


def test_the_overview_is_usable_everywhere(sign_in: SignIn) -> None:
    page = sign_in("koordination")
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(page.url + "ueberblick/")
    assert page.get_by_role("img", name="Maßnahmen nach Stand").count() == 1
    assert_usable(page)
    shot(page, "overview-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "overview-320")
    page.set_viewport_size(ENLARGED)
    page.emulate_media(forced_colors="active")
    assert_usable(page)
    shot(page, "overview-forced")
    page.emulate_media(forced_colors="none", color_scheme="dark")
    shot(page, "overview-dark")
    assert_usable(page)
    page.emulate_media(color_scheme="light")
    # Text in pictures is text: as large as it is drawn, and at 320 px still readable.
    page.set_viewport_size({"width": 320, "height": 640})
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.plot text')].map(one => one.getBoundingClientRect().height))"
    )
    assert smallest >= 11
    page.set_viewport_size({"width": 1280, "height": 800})
    link = page.get_by_role("region", name="Maßnahmen nach Zeithorizont").get_by_role("link").first
    number = link.inner_text()
    link.click()
    assert page.locator("#results-count").inner_text().startswith(number)
    assert_usable(page)
    shot(page, "overview-list")
    assert refused == [], "nothing breaks the content security policy"


def test_districts_are_drawn_as_a_map_once_somebody_loads_one(
    sign_in: SignIn, tmp_path: Path
) -> None:
    operator = sign_in("betrieb")
    operator.goto(f"{operator.url}stadtbezirke/karte/")
    assert_usable(operator)
    file = tmp_path / "erfunden.geojson"
    file.write_text(json.dumps(invented_outlines("Hörde", "Eving", "Scharnhorst", "Anderswo")))
    operator.get_by_label("GeoJSON").set_input_files(file)
    operator.get_by_label("Quelle").fill("erfunden für diesen Test")
    operator.get_by_label("Lizenz").fill("keine")
    operator.get_by_role("button", name="Laden und ansehen").click()
    expect(operator.get_by_text("In der Datei, aber kein Stadtbezirk")).to_be_visible()
    assert_usable(operator)
    shot(operator, "map-preview-1280")
    operator.get_by_role("button", name="Für alle zeigen").click()
    page = sign_in("koordination")
    page.goto(f"{page.url}ueberblick/")
    figure = page.get_by_role("region", name="Maßnahmen nach Stadtbezirk")
    expect(figure.get_by_role("img")).to_contain_text("erfunden für diesen Test")
    assert_usable(page)
    shot(page, "map-1280")
    page.set_viewport_size({"width": 320, "height": 640})
    shot(page, "map-320")


def invented_outlines(*names: str) -> dict[str, Any]:
    """Return squares in a row."""
    features = []
    for number, name in enumerate(names):
        west, east = 7.4 + number / 10, 7.49 + number / 10
        ring = [[west, 51.5], [east, 51.48], [east, 51.58], [west, 51.6], [west, 51.5]]
        polygon = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": name}, "geometry": polygon})
    return {"type": "FeatureCollection", "features": features}

"""docs/tour.md names modules and functions that exist, so that a breakpoint can be set where it says."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.operations.conftest import ROOT

ROOMS = "access|accounts|api|audit|knowledge|notices|operations|people|schedule|search|web"
NAMES = sorted(
    set(re.findall(rf"`((?:{ROOMS})\.[\w.]+)", (ROOT / "docs" / "tour.md").read_text()))
    - {"notices.mail"}  # a job
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_tour_exists(name: str) -> None:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[end:]:
            found = getattr(found, attribute)
        return
    pytest.fail(f"{name} is no module")

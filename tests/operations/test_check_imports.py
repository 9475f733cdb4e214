"""The check for circles finds circles, imports inside functions, and names that a room above gave."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import grimp
import pytest
from django.apps import apps

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_imports.py"


@pytest.fixture(scope="module")
def check() -> Any:
    spec = importlib.util.spec_from_file_location("check_imports", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_circles_of_any_length_are_found(check: Any) -> None:
    arrows = {
        "a": {"b"},
        "b": {"c"},
        "c": {"a"},
        "d": {"a", "e"},
        "e": {"d"},
        "f": {"a"},
        "g": set(),
    }
    assert sorted(check.circles(arrows)) == [["a", "b", "c"], ["d", "e"]]
    assert check.circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_rooms_are_apps(check: Any) -> None:
    arrows = {
        "knowledge.pages.audit": {"knowledge.files.models", "access.rights"},
        "knowledge.files.views": {"knowledge.pages.audit"},
        "access.granting.shares": {"access.grants"},
    }
    rooms = check.room_arrows(arrows)
    assert rooms["access"] == set()
    assert check.circles(rooms) == [["knowledge.files", "knowledge.pages"]]


def test_an_import_inside_a_function_is_an_arrow(
    check: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text("from planted import two\n")
    (package / "two.py").write_text("def late():\n    from planted import one\n    return one\n")
    monkeypatch.syspath_prepend(tmp_path)
    graph = grimp.build_graph("planted", cache_dir=None)
    arrows = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    assert check.circles(arrows) == [["planted.one", "planted.two"]]


def test_reverse_names_are_seen_in_attributes_and_look_ups(check: Any, tmp_path: Path) -> None:
    names = check.reverse_names(list(apps.get_models()))
    assert names["measure_responsibilities"] == {"knowledge.measures"}
    assert names["measurepage"] == {"knowledge.measures"}
    assert "title" not in names
    planted = tmp_path / "below.py"
    planted.write_text(
        "x = organisation.measure_responsibilities\n"
        "y = pages.filter(measurepage__number=1)\n"
        'z = pages.order_by("measurepage__number")\n'
        'harmless = pages.filter(title__startswith="measure")\n'
    )
    found = sorted(check.reverse_arrows(planted, names))
    assert [line for line, _name in found] == [1, 2, 3]

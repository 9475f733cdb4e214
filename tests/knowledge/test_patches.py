"""Every name of Wagtail that we replace is replaced in one way, was there before, and is still used by Wagtail."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import modelsearch
import pytest
import wagtail
from django.core.exceptions import ImproperlyConfigured

from knowledge.wagtail_edge.patching import Patch, define, patches, replace
from tests.operations.conftest import ROOT

PACKAGES = (Path(modelsearch.__file__).parent, Path(wagtail.__file__).parent)


def said(patch: Patch) -> str:
    owner = patch.owner
    return f"{getattr(owner, '__name__', type(owner).__name__)}.{patch.name}"


@cache
def sources_of_wagtail() -> str:
    files = (
        path for package in PACKAGES for path in package.rglob("*.py") if "test" not in path.parts
    )
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_all_patches_are_known() -> None:
    assert len(patches) >= 17
    assert len({said(one) for one in patches}) >= 16
    assert not {"get_references_to", "as_spreadsheet", "is_active"} - {one.name for one in patches}


@pytest.mark.parametrize("patch", patches, ids=said)
def test_wagtail_still_uses_what_is_replaced(patch: Patch) -> None:
    module = getattr(patch.owner, "__module__", None) or getattr(patch.owner, "__name__", "")
    assert module.partition(".")[0] in {"django_filters", "modelsearch", "wagtail"}
    assert getattr(patch.owner, patch.name) is not patch.original
    assert len(re.findall(rf"\b{patch.name}\b", sources_of_wagtail())) >= 2, "defined, never used"


def test_a_name_that_went_stops_the_start() -> None:
    class Gone:
        """Stands for a class of Wagtail's next version."""

    before = list(patches)
    with pytest.raises(
        ImproperlyConfigured, match=r"Wagtail has no .*Gone\.as_spreadsheet any more"
    ):
        replace(Gone, "as_spreadsheet", lambda original: original)
    Gone.comes = True  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match=r"Wagtail defines .*Gone\.comes itself by now"):
        define(Gone, "comes", None)
    assert patches == before


def _foreign(tree: ast.AST) -> set[str]:
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wagtail")
        for name in node.names
    }


def _patched_by_hand(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    foreign = _foreign(tree)
    targets = (
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    )
    return [
        target.lineno
        for target in targets
        if isinstance(target.value, ast.Name) and target.value.id in foreign
    ]


def test_nothing_is_patched_by_hand(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from wagtail.models import Page\nPage.url = ''\n")
    assert _patched_by_hand(planted) == [2]
    ours = [
        path
        for folder in ("platform", "search", "knowledge")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert {str(path): lines for path in ours if (lines := _patched_by_hand(path))} == {}

"""The recipes of docs/recipes.md work: applied to a scratch copy, what they add passes its checks and tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.conftest import ROOT

pytestmark = pytest.mark.long

RECIPES = ROOT / "docs" / "recipes.md"
CATALOGUE = "locale/de/LC_MESSAGES/django.po"
OWN_FOLDERS = {
    "kind": ("knowledge/checklists/", "templates/checklists/", "tests/checklists/"),
    "facet": ("knowledge/measures/", "tests/measures/"),
    "panel": ("knowledge/checklists/", "templates/checklists/", "tests/checklists/"),
    "notice": ("knowledge/checklists/", "tests/checklists/"),
    "role": ("platform/access/", "tests/access/"),
}
MOST_OUTSIDE = 2


def blocks(language: str, recipe: str) -> list[str]:
    found = re.findall(
        rf"^```{language} recipe={recipe}\n(.*?)^```$", RECIPES.read_text(), re.M | re.S
    )
    return [str(one) for one in found]


def touched(recipe: str) -> set[str]:
    files = {
        path
        for diff in blocks("diff", recipe)
        for path in re.findall(r"^diff --git a/(\S+) ", diff, re.M)
    }
    return files | ({CATALOGUE} if blocks("po", recipe) else set())


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git knows, and apply every recipe."""
    copy = tmp_path_factory.mktemp("recipes") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    for recipe in OWN_FOLDERS:
        for diff in blocks("diff", recipe):
            subprocess.run(
                ["git", "apply", "-C1", "-"], cwd=copy, input=diff, text=True, check=True
            )
        for texts in blocks("po", recipe):
            with (copy / CATALOGUE).open("a", encoding="utf-8") as catalogue:
                catalogue.write(f"\n{texts}")
    run(copy, "scripts/compile_messages.py", CATALOGUE)
    migrations = copy / "knowledge" / "checklists" / "migrations"
    run(copy, "manage.py", "makemigrations", "checklists", "access", "--verbosity", "0")
    assert (migrations / "0001_initial.py").is_file()
    return copy


def run(copy: Path, *command: str, settings: str = "embedded") -> str:
    """Run a Python program of the copy, on the code of the copy."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{copy}:{copy / 'platform'}",
        "DJANGO_SETTINGS_MODULE": f"stadtwissen.settings.{settings}",
        "STADTWISSEN_HOME": str(copy.parent / "home"),
    }
    for name in ("STADTWISSEN_TEST_STACK", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("recipe", OWN_FOLDERS)
def test_a_recipe_touches_two_files_outside_its_folder_at_most(recipe: str) -> None:
    files = touched(recipe)
    outside = sorted(one for one in files if not one.startswith(OWN_FOLDERS[recipe]))
    print(f"{recipe}: {len(files)} files, outside its folder {len(outside)}: {outside}")  # noqa: T201
    assert files
    assert len(outside) <= MOST_OUTSIDE


@pytest.mark.parametrize(
    "command",
    [
        ("scripts/check_house_rules.py",),
        ("scripts/check_catalogue.py",),
        ("scripts/check_imports.py",),
        ("manage.py", "check"),
        ("manage.py", "makemigrations", "--check", "--dry-run"),
    ],
    ids=" ".join,
)
def test_checks_pass(scratch: Path, command: tuple[str, ...]) -> None:
    run(scratch, *command)


def test_what_was_added_and_what_looks_at_all_kinds_passes(scratch: Path) -> None:
    run(
        scratch, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-m", "not browser",
        "tests/checklists", "tests/measures", "tests/access/test_commenter.py", "tests/knowledge/test_kinds.py",
        "tests/search/test_kinds.py", "tests/search/test_facets.py", settings="test",
    )  # fmt: skip

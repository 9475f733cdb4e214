"""Rules of ours that no ready-made linter knows (docs/architecture.md); each message shows the cure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("platform", "search", "knowledge")
OUR_APPS = re.compile(r"^(accounts|access|operations|search|knowledge)\b.*\bmodels\b")
# Where data reaches people: only what the reader may see may be asked for.
OUTWARD = ("views.py", "wagtail_hooks.py", "queries.py")
ASKS_ACCESS = {"can", "visible_to", "visible_pages", "rights_of", "scope_for"}
NO_CONTENT = {"ContentType.objects"}  # kinds of objects, not what people wrote
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=[\"']|\son[a-z]+=[\"']", re.IGNORECASE
)


def folders() -> Iterator[str]:
    """`platform/` as a package would shadow Python's own module of that name."""
    for name in ("platform/__init__.py", "tests/platform"):
        if (ROOT / name).exists():
            yield f"{name}: remove it; it hides the standard module `platform`"


def migrations(path: Path, tree: ast.AST) -> Iterator[str]:
    """A migration that imports today's model breaks when the model changes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and OUR_APPS.match(node.module or ""):
            yield f"{_at(path, node)}: take the model from apps.get_model(), not from {node.module}"


def unscoped_queries(path: Path, tree: ast.AST) -> Iterator[str]:
    """What goes out is asked for within the reader's rights, or checked with `can` before it is shown."""
    checked = {
        id(inner) for function in _functions_with_rights(tree) for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "visible_to":
            checked |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr != "objects" or id(node) in checked:
            continue
        if ast.unparse(node) not in NO_CONTENT:
            yield (
                f"{_at(path, node)}: {ast.unparse(node)} is asked without the reader: use"
                " .visible_to(user) or a selector, or check can(user, action, object)"
            )


def _functions_with_rights(tree: ast.AST) -> list[ast.FunctionDef]:
    """Functions that ask `access`, and private ones that only such functions call."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    calls = {function.name: _called_in(function) for function in functions}
    good = {name for name, called in calls.items() if called & ASKS_ACCESS}
    while True:
        helpers = {
            name
            for name in calls.keys() - good
            if name.startswith("_")
            and (callers := {caller for caller, called in calls.items() if name in called})
            and callers <= good
        }
        if not helpers:
            return [function for function in functions if function.name in good]
        good |= helpers


def _called_in(function: ast.FunctionDef) -> set[str]:
    return {
        ast.unparse(node.func).split(".")[-1]
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }


def inline_code(path: Path) -> Iterator[str]:
    """The content security policy refuses inline scripts and styles; the page would look broken."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if _INLINE.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: move the inline script or style into static/"


def _at(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def problems() -> Iterator[str]:
    """Yield one sentence per problem."""
    yield from folders()
    for path in sorted(file for folder in CODE for file in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.parent.name == "migrations":
            yield from migrations(path, tree)
        elif path.name in OUTWARD or path.parent.name == "templatetags":
            yield from unscoped_queries(path, tree)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from inline_code(path)


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found))
    sys.exit(1 if found else 0)

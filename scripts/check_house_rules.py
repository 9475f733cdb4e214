"""Rules of ours that no ready-made linter knows (docs/architecture.md); each message shows the cure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("platform", "search", "knowledge")
OUR_APPS = re.compile(r"^(accounts|access|operations|search|knowledge)\b.*\bmodels\b")
# Where data reaches people: only what the reader may see may be asked for. A file is outward by its name, or because it
# answers requests, fills the context of a page or asks for whom it is rendering (`is_outward`).
OUTWARD = re.compile(
    r"(?:^|_)(?:views|queries|selectors|notices)\.py$|^(?:wagtail_hooks|exporting|personal_data)\.py$"
)
ANSWERS = {"HttpRequest", "current_reader", "reading_as"}
# The room that says who may see what asks for rights by themselves, below its pages.
AUTHORITY = "platform/access"
ASKS_ACCESS = {
    "can", "spaces_where", "visible_to", "visible_pages", "visible_or_none", "rights_of", "own_rights_of", "scope_for",
    "given_of", "workable_pages", "may_export", "exportable_by",
}  # fmt: skip
MANAGERS = {"objects", "_default_manager", "_base_manager"}
NO_CONTENT = {"ContentType.objects"}  # kinds of objects, not what people wrote
OWN = {"user", "owner", "recipient", "person"}  # columns that make rows somebody's own
# Pages change in one room: its functions ask for the right, the stamp and the lock, and leave the lines in the logs.
WRITING = "knowledge/writing"
WRITES_PAGE = {
    "save_revision", "publish", "unpublish", "add_child", "add_sibling", "create_alias", "copy", "move",
}  # fmt: skip
# `# unscoped: why` above or beside a query or a `def`, or at the head of a file for all of it: for what is not shown,
# or is narrowed elsewhere.
_REASON = re.compile(r"#\s*unscoped:\s*\S+\s+\S+")
# What only a database or an engine decides; a test that speaks of it runs on both stacks, or says why not:
# `# one stack: why`.
_BY_THE_STACK = re.compile(
    r"\bconnection\.(?:cursor|vendor|ops)\b|\bselect_for_update\b|\bRawSQL\b|\bWindow\(|\.raw\("
    r"|\b(?:IntegrityError|OperationalError|DatabaseError)\b|\bget_engine\b|\btransaction=True\b"
    r"|\bpg_(?:try_)?advisory_\w+|\bMigrationExecutor\b"
)
_LOCKS = re.compile(
    r"\.select_for_update\(|\.cursor\(\)|\.raw\(|\bRawSQL\(|\bpg_(?:try_)?advisory_\w+"
)
_ON_BOTH = re.compile(r"\bmark\.(?:both|postgresql)\b")
_ON_THE_SERVER = re.compile(r"\bmark\.(?:both|postgresql|elasticsearch|browser)\b")
_ONE_STACK = re.compile(r"# *one stack: *\S+ +\S+")
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


def is_outward(path: Path, tree: ast.AST) -> bool:
    """Tell whether what the file asks for may reach somebody: by its name, or by what it speaks of."""
    if path.parent.name == "templatetags" or path.name.endswith(("views.py", "_pages.py")):
        return True
    if path.is_relative_to(ROOT / AUTHORITY):
        return False
    return bool(OUTWARD.search(path.name)) or any(
        (isinstance(node, ast.Name) and node.id in ANSWERS)
        or (isinstance(node, ast.FunctionDef) and node.name == "get_context")
        for node in ast.walk(tree)
    )


def unscoped_queries(path: Path, tree: ast.AST, source: str = "") -> Iterator[str]:
    """What goes out is asked for within the reader's rights, or checked with `can` before it is shown."""
    lines = source.splitlines()
    if any(_REASON.match(line) for line in lines[: _first_import(tree)]):
        return
    checked = {
        id(inner) for function in _functions_with_rights(tree) for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if _is_scoped(node) or (isinstance(node, ast.FunctionDef) and _has_reason(lines, node)):
            checked |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in MANAGERS or id(node) in checked:
            continue
        if ast.unparse(node) not in NO_CONTENT and not _has_reason(lines, node):
            yield (
                f"{_at(path, node)}: {ast.unparse(node)} is asked without the reader: use"
                " .visible_to(user) or a selector, check can(user, action, object), or say why not:"
                " # unscoped: reason"
            )


def page_writes(path: Path, tree: ast.AST) -> Iterator[str]:
    """A page that is changed past `knowledge.writing` is changed past its rules."""
    if path.is_relative_to(ROOT / WRITING):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_page_write(node):
            said = ast.unparse(node.func)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wagtail.actions"):
            said = node.module or ""
        else:
            continue
        yield f"{_at(path, node)}: {said} changes a page: call knowledge.writing.services instead"


def _is_page_write(call: ast.Call) -> bool:
    """Tell whether it is a method that changes a page; a model's own `super().publish(…)` is no caller."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in WRITES_PAGE:
        return False
    if ast.unparse(function.value) in {"super()", "shutil"}:
        return False
    return function.attr not in {"copy", "move"} or bool(call.args or call.keywords)


def _first_import(tree: ast.AST) -> int:
    """Return the line of the first import; what stands above it speaks for the whole file."""
    imports = (
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return min(imports, default=0)


def _is_scoped(node: ast.AST) -> bool:
    """Tell whether the expression keeps to the reader's rights, or to rows that are somebody's own."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"visible_to", "exportable_by"}
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr == "of"
            or (
                node.func.attr in {"filter", "get"} and any(one.arg in OWN for one in node.keywords)
            )
        )
    )


def _has_reason(lines: list[str], node: ast.FunctionDef | ast.Attribute) -> bool:
    return any(_REASON.search(line) for line in lines[max(0, node.lineno - 2) : node.lineno])


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


def on_one_stack(path: Path, source: str) -> Iterator[str]:
    """What a database or an engine decides is tried on both: SQLite has no locks, and tantivy is no Elasticsearch."""
    found = _BY_THE_STACK.search(source)
    if found and not _ON_THE_SERVER.search(source) and not _ONE_STACK.search(source):
        line = source.count("\n", 0, found.start()) + 1
        yield (
            f"{path.relative_to(ROOT)}:{line}: {found[0]} is decided by the database or the engine: mark the test or"
            " the file with pytest.mark.both, or say why not: # one stack: reason"
        )


def rooms_on_one_stack(locking: Iterable[Path], tests: Path) -> Iterator[str]:
    """A room that locks rows or writes SQL of its own has a test that runs on both stacks."""
    for room in sorted({_tests_of(path, tests) for path in locking}):
        sources = (path.read_text(encoding="utf-8") for path in room.rglob("test_*.py"))
        if not any(_ON_BOTH.search(source) for source in sources):
            yield (
                f"{room.relative_to(tests.parent)}: its room locks rows or writes SQL; mark the test of that with"
                " pytest.mark.both"
            )


def _tests_of(path: Path, tests: Path) -> Path:
    """Return the folder that tests the room of a file: the innermost one of the same name."""
    names = reversed(path.relative_to(tests.parent).parts[:-1])
    return next(tests / name for name in names if (tests / name).is_dir())


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
    locking = []
    for path in sorted(file for folder in CODE for file in (ROOT / folder).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        if "migrations" not in path.parts and _LOCKS.search(source):
            locking.append(path)
        if path.parent.name == "migrations":
            yield from migrations(path, tree)
            continue
        yield from page_writes(path, tree)
        if is_outward(path, tree):
            yield from unscoped_queries(path, tree, source)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        yield from on_one_stack(path, path.read_text(encoding="utf-8"))
    yield from rooms_on_one_stack(locking, ROOT / "tests")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from inline_code(path)


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found))
    sys.exit(1 if found else 0)

"""No circles: neither between modules nor between rooms, imports inside functions and reverse names counted.

A circle means that none of its parts can be read, tested or moved alone. import-linter holds the order of the layers;
this looks inside them, and for two hidden kinds of arrow: imports inside functions, and reverse names (`space.pages`,
`filter(measurepage__…)`), by which a room below speaks of a model above it without an import.

`--graph` prints rooms and arrows for docs/architecture.md.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grimp

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "web", "schedule", "accounts", "audit", "notices", "access", "people", "api", "operations", "search", "knowledge",
    "stadtwissen",
)  # fmt: skip
Arrows = Mapping[str, set[str]]

KNOWN = {
    # What was read out of a file is kept by the import, which fills it; pages show and index it with the file.
    ("knowledge.pages", "extracted_text"),
}
"""Reverse names that a room below may say, each with its reason."""


def room_of(module: str) -> str:
    """Return the room of a module: its app."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "knowledge" else parts[0]


def module_arrows() -> dict[str, set[str]]:
    """Return what each module imports of ours, anywhere in it; imports for types alone load nothing and don't count."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    modules = {one for one in graph.modules if ".migrations" not in one}
    return {one: set(graph.find_modules_directly_imported_by(one)) & modules for one in modules}


def room_arrows(arrows: Arrows) -> dict[str, set[str]]:
    """Return the arrows between rooms."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, imported in arrows.items():
        rooms[room_of(module)] |= {room_of(one) for one in imported} - {room_of(module)}
    return dict(rooms)


def circles(arrows: Arrows) -> list[list[str]]:
    """Return the sets of nodes that reach one another, each in order (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        path.append(node)
        for following in arrows.get(node, ()):
            if following not in number:
                visit(following)
            if following in path:
                lowest[node] = min(lowest[node], lowest[following])
        if lowest[node] == number[node]:
            start = path.index(node)
            found.append(sorted(path[start:]))
            del path[start:]

    sys.setrecursionlimit(10_000)
    for node in sorted(arrows):
        if node not in number:
            visit(node)
    return [one for one in found if len(one) > 1]


def reverse_names(models: list[Any]) -> dict[str, set[str]]:
    """Return the reverse names of relations that cross rooms, with the rooms in which their models are.

    A name that some model also has as a field of its own says nothing.
    """
    own = {
        field.name for model in models for field in (*model._meta.fields, *model._meta.many_to_many)
    }
    names: dict[str, set[str]] = defaultdict(set)
    for model in models:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            relation = field.remote_field
            if relation is None or relation.hidden:
                continue
            here, there = room_of(model.__module__), room_of(relation.model.__module__)
            if there != here:
                names[relation.get_accessor_name() or ""].add(here)
                names[field.related_query_name()].add(here)
        for parent in model._meta.parents:
            if room_of(parent.__module__) != room_of(model.__module__):
                names[model._meta.model_name].add(room_of(model.__module__))
    return {name: rooms for name, rooms in names.items() if name and name not in own}


def reverse_arrows(path: Path, names: Mapping[str, set[str]]) -> Iterator[tuple[int, str]]:
    """Yield (line, reverse name) of attributes and look-ups of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        said: list[str] = []
        if isinstance(node, ast.Attribute):
            said = [node.attr]
        elif isinstance(node, ast.keyword) and node.arg and "__" in node.arg:
            said = node.arg.split("__")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "__" in node.value:
            said = node.value.split("__")
        for name in said:
            if name in names:
                yield getattr(node, "lineno", 0) or node.value.lineno, name


def hidden_arrows(rooms: Arrows) -> Iterator[str]:
    """Yield the places where a room speaks of a model in a room that it can't import without a circle."""
    from django.apps import apps

    models = [one for one in apps.get_models() if one.__module__.split(".")[0] in PACKAGES]
    names = reverse_names(models)
    for folder in ("platform", "search", "knowledge"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = (
                path.relative_to(ROOT / "platform" if folder == "platform" else ROOT)
                .with_suffix("")
                .parts
            )
            here = room_of(".".join(parts))
            for line, name in reverse_arrows(path, names):
                above = {
                    room for room in names[name] if room != here and here in _reached(rooms, room)
                }
                if above == names[name] and (here, name) not in KNOWN:
                    yield f"{path.relative_to(ROOT)}:{line}: `{name}` is a name that {', '.join(sorted(above))} gave"


def _reached(arrows: Arrows, start: str) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        for one in arrows.get(ahead.pop(), ()):
            if one not in seen:
                seen.add(one)
                ahead.append(one)
    return seen


def main() -> int:
    """Print every circle and hidden arrow; the number of them is the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtwissen.settings.embedded")
    import django

    django.setup()
    modules = module_arrows()
    rooms = room_arrows(modules)
    if "--graph" in sys.argv:
        for room in sorted(rooms):
            print(f"{room} → {', '.join(sorted(rooms[room])) or '–'}")
        return 0
    found = [f"circle of modules: {' ↔ '.join(one)}" for one in circles(modules)]
    found += [f"circle of rooms: {' ↔ '.join(one)}" for one in circles(rooms)]
    found += hidden_arrows(rooms)
    print("\n".join(found) or f"No circles: {len(modules)} modules, {len(rooms)} rooms.")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())

"""Run every benchmark of this folder; prints one JSON object and, on standard error, a table.

A benchmark is a module here whose `python -m benchmarks.NAME` prints one JSON object that has `benchmark`.

    uv run python -m benchmarks [NAME ...]
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def benchmarks() -> list[str]:
    """Name the modules that can be run by themselves, in alphabetical order."""
    return sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if re.search(r'"benchmark":|"benchmark"\s*:', path.read_text("utf-8"))
        and path.stem != "run"
    )


def run(name: str) -> dict[str, object]:
    """Run one benchmark; a failure is part of the answer."""
    print(f"--- {name}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=FOLDER.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"benchmark": name, "failed": f"exit code {done.returncode}"}
    figures: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def rows(figures: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, value) of all figures, nested names joined by blanks."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from rows(value, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", str(value)


def main(names: list[str]) -> int:
    """Run the benchmarks called `names`, or all; returns 1 if one failed."""
    unknown = set(names) - set(benchmarks())
    if unknown:
        print(
            f"Unknown: {', '.join(sorted(unknown))}; there are {', '.join(benchmarks())}.",
            file=sys.stderr,
        )
        return 2
    results = [run(name) for name in names or benchmarks()]
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }
    print(json.dumps({"machine": machine, "results": results}, ensure_ascii=False))
    for result in results:
        print(f"\n{result['benchmark']}", file=sys.stderr)
        for name, value in rows(
            {key: value for key, value in result.items() if key != "benchmark"}
        ):
            print(f"  {name:<40} {value:>12}", file=sys.stderr)
    return 1 if any("failed" in result for result in results) else 0

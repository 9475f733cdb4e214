"""Our site and a bare Wagtail, each with an environment and a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.stacks import ROOT


def bare_environment(stack: str, name: str) -> dict[str, str]:
    """Return the environment of the bare Wagtail; `name` tells several sets of data apart."""
    home = ROOT / "var" / f"bench{name}_bare"
    home.mkdir(parents=True, exist_ok=True)
    url = f"{os.environ['STADTWISSEN_DATABASE']}_{name[1:]}_bare" if stack == "server" else ""
    settings = "benchmarks.bare_wagtail.settings"
    bare = {"BARE_HOME": str(home), "BARE_DATABASE": url, "DJANGO_SETTINGS_MODULE": settings}
    return {**os.environ, **bare}


def run_django(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command of Django in an environment, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


def make_content(environment: Mapping[str, str], module: str, *arguments: int) -> dict[str, Any]:
    """Let `benchmarks.<module>.main` make what is asked for, and return the JSON object that it prints."""
    code = f"from benchmarks.{module} import main; main(*{arguments!r})"
    told = run_django(environment, "shell", "-v0", "-c", code)
    made: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return made

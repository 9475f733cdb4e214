"""Running our own scripts and processes as a person would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in the project's folder with an installation of its own; returns code and output."""

    def run_command(
        *command: str, env: Mapping[str, str] | None = None, timeout_s: float = 60
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env={**clean_environment(), "STADTWISSEN_HOME": str(tmp_path / "home"), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    return run_command


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what tests set for themselves."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("STADTWISSEN_", "DJANGO_", "PYTEST_")) and key != "PORT"
    }

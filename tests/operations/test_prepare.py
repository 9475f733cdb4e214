"""`manage.py prepare` and Ctrl-C, wherever it hits: a sentence, no trace of the inside, no further step."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.db import OperationalError

from operations.management.commands import prepare

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def log_level_restored() -> Iterator[None]:
    """The command quietens the log of its process, which here is that of all tests."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def at_once() -> None:
    ctrl_c()


def thrown_away_in_del() -> None:
    class Leaving:
        def __del__(self) -> None:
            ctrl_c()

    Leaving()


def an_error_of_the_database() -> None:
    connection = sqlite3.connect(":memory:")
    connection.create_function("stop", 0, ctrl_c)
    try:
        connection.execute("SELECT stop()")
    except sqlite3.OperationalError as error:
        raise OperationalError from error


@pytest.mark.parametrize("work", [at_once, thrown_away_in_del, an_error_of_the_database])
def test_ctrl_c_stops_after_this_step_at_the_latest(
    work: Callable[[], None], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    went_on = []
    steps = [
        prepare.Step("First", 1, lambda: True, work),
        prepare.Step("Second", 1, lambda: True, lambda: went_on.append(True)),
    ]
    command = prepare.Command(stderr=StringIO(), no_color=True)
    monkeypatch.setattr(command, "_steps", lambda **_: steps)
    before = signal.getsignal(signal.SIGINT)

    with pytest.raises(SystemExit) as ended:
        command.handle(samples=False, after=0, of=0)

    assert ended.value.code == 130
    assert not went_on
    assert "Stopped; nothing is lost" in command.stderr.getvalue()
    assert "Traceback" not in command.stderr.getvalue() + capfd.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_that_nobody_asked_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OperationalError("disk is full")

    command = prepare.Command(stderr=StringIO(), no_color=True)
    monkeypatch.setattr(
        command, "_steps", lambda **_: [prepare.Step("First", 1, lambda: True, fails)]
    )
    with pytest.raises(OperationalError, match="disk is full"):
        command.handle(samples=False, after=0, of=0)

"""`manage.py prepare` and Ctrl-C, wherever it hits: a sentence, no trace of the inside, no further step."""

from __future__ import annotations

import logging
import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from operations.management.commands import prepare

LONG_S = 30


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
    except sqlite3.OperationalError as error:  # one stack: as SQLite wraps it
        raise OperationalError from error


def thrown_away_in_a_long_step() -> None:
    thrown_away_in_del()
    time.sleep(LONG_S)


@pytest.mark.parametrize(
    "work", [at_once, thrown_away_in_del, an_error_of_the_database, thrown_away_in_a_long_step]
)
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

    began = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        command.handle(samples=False, after=0, of=0)

    assert time.monotonic() - began < LONG_S
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


@pytest.mark.django_db
def test_the_first_start_makes_the_first_account_once(settings: Any) -> None:
    settings.FIRST_ADMINISTRATOR = "e.muster e.muster@example.org"
    said = StringIO()

    def start() -> None:
        command = prepare.Command(stderr=said, no_color=True)
        (step,) = [one for one in command._steps(with_samples=False) if "account" in one.label]
        command._run(step, "[2/5]", 10)

    start()
    person = User.objects.get(username="e.muster")
    assert (person.email, person.is_administrator) == ("e.muster@example.org", True)
    link = re.search(r"/anmelden/passwort/[\w-]+/", said.getvalue())
    assert link
    assert Client().get(link[0], follow=True).status_code == 200
    start()  # the link stays
    assert "First account: up to date" in said.getvalue()
    assert said.getvalue().count("/anmelden/passwort/") == 1

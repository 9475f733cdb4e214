"""Scheduled jobs: each turn is taken once, failures are tried again, nothing stops the others."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from schedule.jobs import Job, jobs
from schedule.models import JobRun
from schedule.running import RETRY, run_due, run_job

pytestmark = pytest.mark.both

HOUR = dt.timedelta(hours=1)
Registering = Callable[..., Job]


@pytest.fixture
def only_job() -> Iterator[Registering]:
    """Register one job and keep the real ones from running."""

    def register(run: Callable[[], int]) -> Job:
        job = Job("tests.job", run, every=HOUR)
        jobs.register(job)
        return job

    with jobs.holding():
        yield register


def test_a_job_runs_when_it_is_due_and_not_before(db, only_job):
    calls: list[int] = []
    only_job(lambda: len(calls.append(1) or calls))

    assert run_due() == 1
    assert run_due() == 0
    JobRun.objects.update(due_at=timezone.now() - HOUR)
    assert run_due() == 1
    assert len(calls) == 2


def test_a_failed_job_is_tried_again_soon_and_says_so(db, only_job):
    def fail() -> int:
        raise RuntimeError("a title that must not be stored")

    job = only_job(fail)

    assert run_due() == 1
    row = JobRun.objects.get()
    assert (row.failures, row.last_error) == (1, "RuntimeError")
    assert row.due_at <= timezone.now() + RETRY
    mended = Job(job.name, lambda: 1, every=HOUR)
    with jobs.override(mended):
        assert run_job(mended)
    row.refresh_from_db()
    assert (row.failures, row.last_error) == (0, "")


def test_a_job_that_did_nothing_leaves_no_line(db, only_job, caplog):
    job = only_job(lambda: 0)
    with caplog.at_level(logging.INFO, logger="schedule"):
        assert run_job(job)
        assert not caplog.records
        with jobs.override(Job(job.name, lambda: 3, every=HOUR)):
            assert run_job(jobs.get(job.name))
        assert [line.getMessage() for line in caplog.records] == [
            "job done name=tests.job things=3"
        ]


def test_a_failed_job_does_not_keep_others_from_running(db, only_job):
    calls: list[int] = []
    only_job(lambda: 1 // 0)
    jobs.register(Job("tests.other", lambda: len(calls.append(1) or calls), every=HOUR))
    assert run_due() == 2
    assert calls


@pytest.mark.django_db(transaction=True)
def test_two_processes_take_one_turn_between_them(only_job):
    calls: list[int] = []
    only_job(lambda: len(calls.append(1) or calls))
    JobRun.objects.create(name="tests.job", due_at=timezone.now() - HOUR)

    def look(_number: int) -> int:
        try:
            return run_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    assert len(calls) == 1


def test_a_daily_job_is_due_at_its_time_in_the_city():
    job = Job("tests.daily", lambda: 0, daily_at=dt.time(6, 30))
    before_summer_time_begins = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)

    due = job.next_after(before_summer_time_begins)

    assert timezone.localtime(due).isoformat() == "2026-03-29T06:30:00+02:00"


def test_a_job_needs_one_rhythm_and_a_name_of_its_own():
    with pytest.raises(ValueError, match="either every or daily_at"):
        Job("tests.none", lambda: 0)
    taken = next(iter(jobs))
    with pytest.raises(ValueError, match="registered twice"):
        jobs.register(Job(taken.name, lambda: 0, every=HOUR))


def test_the_command_lists_and_runs_jobs(db, only_job, capsys):
    only_job(lambda: 1)

    call_command("jobs", "list")
    call_command("jobs", "run", "tests.job")
    call_command("jobs", "list")

    said = capsys.readouterr().out
    assert "never run" in said
    assert "due 20" in said
    with pytest.raises(CommandError, match=r"no job 'tests.missing'; there are: tests.job"):
        call_command("jobs", "run", "tests.missing")

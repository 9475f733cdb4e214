"""Lines go when their period is over, from the beginning only, and what is left can still be verified."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from audit import retention
from audit.checks import retention_periods
from audit.models import Chain, Entry, Log
from audit.sealing import seal_pending
from audit.services import record
from audit.verification import verify, verify_all
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def line(log: str, days_ago: float) -> None:
    action = "read.page" if log == Log.READS else "sign_in.failed"
    at = timezone.now() - dt.timedelta(days=days_ago)
    Entry(log=log, action=action, group=action.partition(".")[0], at=at).save()
    seal_pending()


@pytest.fixture
def aged(settings: Any) -> None:
    settings.AUDIT_RETENTION_DAYS, settings.AUDIT_READS_RETENTION_DAYS = 100, 40
    for log in (Log.CHANGES, Log.READS):
        for days_ago in (150, 120, 60, 50, 1):
            line(log, days_ago)


def ages(log: str) -> list[int]:
    now = timezone.now()
    lines = Entry.objects.filter(log=log).exclude(action="audit.pruned").order_by("sequence")
    return [round((now - one.at) / dt.timedelta(days=1)) for one in lines]


@pytest.mark.usefixtures("aged")
def test_each_log_has_a_period_of_its_own_and_still_verifies() -> None:
    out = io.StringIO()
    call_command("audit", "prune", stdout=out)
    assert out.getvalue().splitlines() == [
        "changes: deleted 2 lines older than 100 days.",
        "reads: deleted 4 lines older than 40 days.",
    ]
    assert (ages(Log.CHANGES), ages(Log.READS)) == ([60, 50, 1], [1])
    seal_pending()
    assert [one.problem for one in verify_all()] == [None, None]
    told = (
        Entry.objects.filter(action="audit.pruned").order_by("pk").values_list("details", flat=True)
    )
    assert list(told) == [{"log": "changes", "lines": 2}, {"log": "reads", "lines": 4}]
    assert not Chain.objects.filter(is_open=True).exists()


@pytest.mark.usefixtures("aged")
def test_pruning_again_removes_nothing_and_says_nothing() -> None:
    assert retention.prune(Log.READS) == 4
    assert retention.prune(Log.READS) == 0
    assert Entry.objects.filter(action="audit.pruned").count() == 1


def test_pruning_an_empty_log_removes_nothing() -> None:
    assert retention.prune(Log.READS) == 0


@pytest.mark.usefixtures("aged")
def test_a_whole_log_may_be_over_and_goes_on_where_it_was(settings: Any) -> None:
    settings.AUDIT_READS_RETENTION_DAYS = 0
    assert retention.prune(Log.READS) == 5
    assert ages(Log.READS) == []
    assert verify(Log.READS).problem is None
    line(Log.READS, 0)
    assert Entry.objects.get(log=Log.READS).sequence == 6
    assert verify(Log.READS).problem is None


@pytest.mark.usefixtures("aged")
def test_an_old_line_behind_a_young_one_stays_until_the_young_one_goes() -> None:
    """It was sealed later than its time says; taking it out of the middle would break the chain."""
    line(Log.READS, 90)
    assert retention.prune(Log.READS) == 4
    assert ages(Log.READS) == [1, 90]
    assert verify(Log.READS).problem is None


@pytest.mark.usefixtures("aged")
def test_the_beginning_cannot_be_moved_without_the_key() -> None:
    retention.prune(Log.READS)
    chain = Chain.objects.get(pk=Log.READS)
    Chain.objects.filter(pk=Log.READS).update(
        anchor_sequence=chain.sequence, anchor_hash=chain.hash
    )
    assert "beginning of the chain (line 5) is not signed" in str(verify(Log.READS).problem)


@pytest.mark.usefixtures("aged")
def test_verifying_while_the_beginning_is_pruned_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from audit import verification

    read_lines = verification._lines
    pruned: list[int] = []

    def prune_meanwhile(log: str, chain: Chain) -> Any:
        if not pruned:
            pruned.append(retention.prune(log))
        return read_lines(log, chain)

    monkeypatch.setattr(verification, "_lines", prune_meanwhile)
    verdict = verify(Log.READS)
    assert (pruned, verdict.problem, verdict.lines) == ([4], None, 1)


def test_long_logs_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("verification", "sealing"):
        monkeypatch.setattr(f"audit.{module}.BATCH", 2)
    for _ in range(5):
        record("sign_in.failed", actor=None)
    assert seal_pending() == 5
    assert (verify(Log.CHANGES).lines, verify(Log.CHANGES).problem) == (5, None)


def test_nothing_is_pseudonymised_for_a_person_without_lines() -> None:
    assert retention.pseudonymise(999_999, actor=None) == 0
    assert not Entry.objects.exists()


def test_a_person_is_pseudonymised_where_others_saw_the_site_as_her() -> None:
    from django.test import RequestFactory

    person: User = UserFactory()
    request = RequestFactory().get("/")
    request.acting_as = person  # type: ignore[attr-defined]
    record("sign_in.ended", actor=UserFactory(), request=request)
    retention.pseudonymise(person.pk, actor=None)
    seal_pending()
    seen = Entry.objects.get(acting_as_id=person.pk)
    assert (seen.acting_as_name, bool(seen.actor_name)) == ("", True)
    assert verify(Log.CHANGES).problem is None


def test_a_period_that_is_too_short_stops_the_start(settings: Any) -> None:
    assert retention_periods(None) == []
    settings.AUDIT_READS_RETENTION_DAYS = 29
    (problem,) = retention_periods(None)
    assert "AUDIT_READS_RETENTION_DAYS is 29" in problem.msg
    assert "STADTWISSEN_AUDIT_READS_RETENTION_DAYS" in str(problem.hint)

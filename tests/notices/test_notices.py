"""Telling people something: once, in the transaction of what happened, in words that obey rights."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from notices.models import Notice
from notices.selectors import in_words
from notices.services import KEPT_READ, forget_old, mark_read, notify, withdraw
from tests.factories import unread_count
from tests.notices.conftest import KIND


def test_several_people_are_told_and_closed_accounts_are_not(cast, words):
    told = notify([cast.reader_a, cast.reader_b, cast.inactive], KIND, key="page:1")

    assert told == 2
    assert unread_count(cast.reader_a) == unread_count(cast.reader_b) == 1
    assert not Notice.objects.filter(recipient=cast.inactive).exists()


def test_an_unread_notice_about_the_same_is_replaced_and_a_read_one_stays(cast, words):
    notify([cast.reader_a], KIND, key="page:1", details={"times": 1})
    notify([cast.reader_a], KIND, key="page:1", details={"times": 2})
    only = Notice.objects.get()
    assert only.details == {"times": 2}

    mark_read(cast.reader_a, pks=[only.pk])
    notify([cast.reader_a], KIND, key="page:1", details={"times": 3})

    assert Notice.objects.count() == 2


def test_nobody_is_told_of_what_was_rolled_back(cast, words):
    with transaction.atomic():
        notify([cast.reader_a], KIND)
        transaction.set_rollback(True)
    assert unread_count(cast.reader_a) == 0


def test_words_are_missing_once_the_right_is_gone(cast, words):
    notify([cast.reader_a], KIND, key="page:1")
    notice = Notice.objects.get()
    assert in_words(cast.reader_a, [notice])[notice.pk].title == "About page:1"

    words.barred.add(cast.reader_a.pk)

    assert in_words(cast.reader_a, [notice]) == {}


def test_notices_are_given_in_words_to_their_recipient_only(cast, words):
    notify([cast.reader_a], KIND)
    with pytest.raises(ValueError, match="recipient only"):
        in_words(cast.reader_b, list(Notice.objects.all()))


def test_notices_of_a_kind_that_is_gone_have_no_words(cast):
    notice = Notice.objects.create(recipient=cast.reader_a, kind="tests.gone")
    assert in_words(cast.reader_a, [notice]) == {}


def test_an_unknown_kind_is_refused(cast):
    with pytest.raises(LookupError, match="register it with"):
        notify([cast.reader_a], "tests.unknown")


def test_what_is_over_is_withdrawn_unless_it_was_read(cast, words):
    notify([cast.reader_a, cast.reader_b], KIND, key="request:1")
    mark_read(cast.reader_b, pks=Notice.objects.values_list("pk", flat=True))

    withdraw(KIND, key="request:1")

    assert unread_count(cast.reader_a) == 0
    assert Notice.objects.get().recipient == cast.reader_b


def test_old_notices_are_forgotten_read_ones_sooner(cast, words):
    long_ago = timezone.now() - KEPT_READ - dt.timedelta(days=1)
    notify([cast.reader_a, cast.reader_b], KIND)
    Notice.objects.update(created_at=long_ago)
    Notice.objects.filter(recipient=cast.reader_a).update(read_at=long_ago)

    assert forget_old() == 1
    assert Notice.objects.get().recipient == cast.reader_b
    Notice.objects.update(created_at=timezone.now() - 5 * KEPT_READ)
    assert forget_old() == 1

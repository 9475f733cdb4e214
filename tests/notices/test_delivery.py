"""Mails: under the recipient's rights when they are sent, a few at once, none lost, none confidential."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected

import pytest

from accounts.models import User
from notices.delivery import AT_ONCE_LIMIT, mail_at_once, mail_daily
from notices.kinds import Delivery
from notices.models import Notice
from notices.services import choose_delivery, mark_all_read, notify
from tests.notices.conftest import KIND

pytestmark = pytest.mark.both


@pytest.fixture
def reader(cast) -> User:
    cast.reader_a.email = "erika@example.org"
    cast.reader_a.save()
    return cast.reader_a


def test_a_notice_is_mailed_once_with_its_link(reader, words, mailoutbox, settings):
    notify([reader], KIND, key="page:1")

    assert (mail_at_once(), mail_at_once(), mail_daily()) == (1, 0, 0)

    mail = mailoutbox[0]
    assert mail.to == ["erika@example.org"]
    assert mail.subject == "Stadtwissen: About page:1"
    pk = Notice.objects.get().pk
    assert f"{settings.WAGTAILADMIN_BASE_URL}/mitteilungen/{pk}/" in mail.body
    assert "More of it" in mail.body
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_what_she_lost_the_right_to_is_withdrawn_instead_of_mailed(reader, words, mailoutbox):
    notify([reader], KIND, key="page:1")
    words.barred.add(reader.pk)

    assert mail_at_once() == 0

    assert mailoutbox == []
    assert not Notice.objects.exists()


def test_a_mail_says_nothing_of_confidential_content(reader, words, mailoutbox):
    words.is_confidential = True
    notify([reader], KIND, key="page:1")

    mail_at_once()

    sent = mailoutbox[0].subject + mailoutbox[0].body
    assert "page:1" not in sent
    assert "More of it" not in sent
    assert "A kind of tests" in sent


def test_who_chose_daily_gets_one_mail_a_day(reader, words, mailoutbox):
    choose_delivery(reader, {KIND: Delivery.DAILY})
    notify([reader], KIND, key="page:1")
    notify([reader], KIND, key="page:2")

    assert mail_at_once() == 0
    assert mail_daily() == 1

    assert mailoutbox[0].subject == "Stadtwissen: 2 neue Mitteilungen"
    assert "About page:1" in mailoutbox[0].body
    assert "About page:2" in mailoutbox[0].body


def test_who_chose_the_platform_only_gets_no_mail(reader, words, mailoutbox):
    choose_delivery(reader, {KIND: Delivery.IN_APP})
    notify([reader], KIND)
    assert (mail_at_once(), mail_daily()) == (0, 0)


def test_after_some_mails_at_once_the_rest_waits_for_the_daily_one(reader, words, mailoutbox):
    for number in range(AT_ONCE_LIMIT + 2):
        notify([reader], KIND, key=f"page:{number}")
        mail_at_once()
    assert len(mailoutbox) == AT_ONCE_LIMIT

    assert mail_daily() == 1

    assert "2 neue Mitteilungen" in mailoutbox[-1].subject


def test_what_was_read_and_who_left_or_has_no_address_gets_no_mail(reader, cast, words, mailoutbox):
    notify([reader, cast.reader_b], KIND)
    mark_all_read(reader)
    assert mail_at_once() == 0
    notify([reader], KIND, key="other")
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert mail_at_once() == 0


def test_a_mail_server_that_is_away_loses_nothing(reader, words, mailoutbox, monkeypatch):
    notify([reader], KIND)

    def away(*args: object, **kwargs: object) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert mail_at_once() == 0
    assert mail_at_once() == 1


def test_nothing_is_mailed_where_mail_is_not_set_up(reader, words, mailoutbox, settings):
    settings.NOTICE_MAIL_ENABLED = False
    notify([reader], KIND)
    assert (mail_at_once(), mail_daily()) == (0, 0)
    assert Notice.objects.to_mail().count() == 1


def test_the_number_of_queries_does_not_grow_with_a_persons_notices(
    reader, words, django_assert_max_num_queries
):
    for number in range(30):
        notify([reader], KIND, key=f"page:{number}")
    with django_assert_max_num_queries(8):
        assert mail_daily() == 1

"""Days and hours in words. People say the last day that counts, the database stores the moment after it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

ONE_DAY = dt.timedelta(days=1)


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which `day` is over, in the time zone of the site."""
    return timezone.make_aware(dt.datetime.combine(day + ONE_DAY, dt.time()))


def last_day(moment: dt.datetime) -> dt.date:
    """Return the last day that lies before `moment` at least in part."""
    return timezone.localtime(moment - dt.timedelta(microseconds=1)).date()


def iso_day(moment: dt.datetime | None) -> str:
    """Return the last day before `moment` as forms write it; empty if there is no end."""
    return last_day(moment).isoformat() if moment is not None else ""


def hours_in_words(begins_at: dt.time | None, ends_at: dt.time | None) -> str:
    """Return from when to when something goes; empty if nobody said when it begins."""
    if begins_at is None:
        return ""
    if ends_at is None:
        return _("from %(begin)s") % {"begin": f"{begins_at:%H:%M}"}
    return _("%(begin)s to %(end)s") % {"begin": f"{begins_at:%H:%M}", "end": f"{ends_at:%H:%M}"}


def day_in_words(moment: dt.datetime) -> str:
    """Return the day of `moment` in words, in the time zone of the site."""
    return date_format(timezone.localtime(moment), "j. F Y")


def spoken_day(moment: dt.datetime) -> str:
    """Return the last day before `moment` in words."""
    return date_format(last_day(moment), "j. F Y")

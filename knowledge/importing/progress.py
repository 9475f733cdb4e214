"""Says how far a long command is and how long it will take."""

from __future__ import annotations

import time
from typing import TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_PAUSE_S = 1.0  # between two lines on a terminal
_PAUSE_IN_FILE_S = 10.0  # in a log
_MIN_SAMPLE_S = 2.0  # before it, an estimate would jump


class Progress:
    """One changing line on a terminal, a line now and then in a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._started = self._shown_at = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Show the state, unless it was shown a moment ago."""
        now = time.monotonic()
        pause_s = _PAUSE_S if self._is_terminal else _PAUSE_IN_FILE_S
        if now - self._shown_at < pause_s and done < total:
            return
        self._shown_at = now
        text = _("%(done)d of %(total)d") % {"done": done, "total": total}
        elapsed_s = now - self._started
        if done < total and elapsed_s >= _MIN_SAMPLE_S:
            left = duration(elapsed_s / done * (total - done))
            text = _("%(state)s, %(left)s left") % {"state": text, "left": left}
        self._stream.write(f"\r{text:<70}" if self._is_terminal else f"{text}\n")
        if self._is_terminal and done == total:
            self._stream.write("\n")
        self._stream.flush()

    def clear(self) -> None:
        """Make room for another line."""
        if self._is_terminal:
            self._stream.write(f"\r{'':<70}\r")


def duration(seconds: float) -> str:
    """Return a time span in words, rounded as people say it."""
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    count = round(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}

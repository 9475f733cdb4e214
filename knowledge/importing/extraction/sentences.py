"""Each reason in a sentence for people: what is the matter, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.results import Loss, Reason


def note_for(reason: Reason) -> str:
    """Return beside a file's name why it has no text, translated, in a few words without a full stop."""
    notes = {
        Reason.EMPTY: _("not searchable: the file is empty"),
        Reason.BROKEN: _("not searchable: the file is damaged"),
        Reason.ENCRYPTED: _("not searchable: protected by a password"),
        Reason.NO_TEXT: _("not searchable: scanned pages or pictures without text"),
        Reason.TOO_LARGE: _("not searchable: the file is too large"),
        Reason.TOO_COMPLEX: _("not searchable: reading it takes too much time or memory"),
        Reason.WRONG_ENDING: _("not searchable: the ending of its name does not fit its content"),
        Reason.UNSUPPORTED: _("not searchable: this format cannot be read"),
        Reason.UNREADABLE: _("not searchable: the file cannot be opened"),
    }
    return notes[reason]


def sentence_for(reason: Reason, *, name: str) -> str:
    """Return why the file called `name` has no text, translated, one or two sentences."""
    sentences = {
        Reason.EMPTY: _("“%(name)s” is empty."),
        Reason.BROKEN: _("“%(name)s” is damaged and cannot be read. Save the original once more."),
        Reason.ENCRYPTED: _(
            "“%(name)s” is protected by a password. Save a copy without a password."
        ),
        Reason.NO_TEXT: _(
            "“%(name)s” contains no text, only pictures or nothing at all. Scanned pages need text recognition first."
        ),
        Reason.TOO_LARGE: _(
            "“%(name)s” is larger than %(limit)s MB. Split it or leave out large pictures."
        ),
        Reason.TOO_COMPLEX: _(
            "“%(name)s” takes too much time or memory to read and was given up. Split it or save it in another format."
        ),
        Reason.WRONG_ENDING: _(
            "The ending of “%(name)s” does not match its content. Give the file the ending of its real format."
        ),
        Reason.UNSUPPORTED: _(
            "“%(name)s” has a format that cannot be read. Save it as PDF, DOCX, ODT, HTML, Markdown or text."
        ),
        Reason.UNREADABLE: _("“%(name)s” cannot be opened. Check the rights of the file."),
    }
    return sentences[reason] % {"name": name, "limit": limits.MAX_FILE_BYTES // 1024**2}


def loss_note(loss: Loss, count: int) -> str:
    """Return what was left out of a file's text, translated, without a full stop."""
    notes = {
        Loss.IMAGES: ngettext("%(count)d picture left out", "%(count)d pictures left out", count),
        Loss.COMMENTS: ngettext(
            "%(count)d comment not taken over", "%(count)d comments not taken over", count
        ),
        Loss.CHANGES: ngettext(
            "%(count)d open tracked change", "%(count)d open tracked changes", count
        ),
        Loss.HIDDEN_TEXT: ngettext(
            "%(count)d hidden passage left out", "%(count)d hidden passages left out", count
        ),
        Loss.HIDDEN_SLIDES: ngettext(
            "%(count)d hidden slide left out", "%(count)d hidden slides left out", count
        ),
        Loss.HIDDEN_SHEETS: ngettext(
            "%(count)d hidden sheet left out", "%(count)d hidden sheets left out", count
        ),
        Loss.HIDDEN_ROWS: ngettext(
            "%(count)d hidden row left out", "%(count)d hidden rows left out", count
        ),
        Loss.EMBEDDED: ngettext(
            "%(count)d embedded file not read", "%(count)d embedded files not read", count
        ),
        Loss.SEALED: ngettext(
            "%(count)d encrypted part cannot be read",
            "%(count)d encrypted parts cannot be read",
            count,
        ),
    }
    return notes[loss] % {"count": count}

"""What the curator does with words and best bets: each change is one transaction with its line in the audit log.

The log says that an entry was added, changed or removed, and its number; never its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from search import outbox
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.engines import get_engine
from search.registry import split_key
from search.service import load_cards
from search.words import checking
from search.words.house import Word, renew
from search.words.models import (
    MAX_NOTE_CHARS,
    MAX_SENTENCE_CHARS,
    BestBet,
    Edited,
    WordEntry,
    WordKind,
)

Entry = TypeVar("Entry", bound=Edited)


class ChangedMeanwhile(Exception):
    """Somebody else changed the entry after it was read; `entry` is how it is now, None if it was removed."""

    def __init__(self, entry: Edited | None) -> None:
        super().__init__("The entry was changed or removed by somebody else.")
        self.entry = entry


@transaction.atomic
def add_word(*, actor: User | None, word: Word, note: str = "") -> WordEntry:
    """Add an entry to the vocabulary; it counts from the next search on.

    Args:
        actor: Who adds it; None for the installation itself (`seed`).
        word: Kind and expressions as typed; they are tidied.
        note: Why, or where it comes from.

    Raises:
        PermissionDenied: If the actor is no curator.
        ValidationError: If it would have no effect or is there already.
    """
    _begin(actor)
    if WordEntry.objects.count() >= checking.MAX_ENTRIES:
        raise ValidationError(
            _("There are %(count)d entries, which is the most. Remove some that nobody needs.")
            % {"count": checking.MAX_ENTRIES}
        )
    word = _tidy(word)
    checking.check_word(word, WordEntry.objects.all())
    entry = WordEntry(
        kind=word.kind, expressions=list(word.expressions), note=_line(note, MAX_NOTE_CHARS)
    )
    _save(entry, actor)
    _note_documents(word)
    _record("words.entry_added", actor, entry, kind=entry.kind)
    return entry


@transaction.atomic
def change_word(
    *, actor: User | None, entry_id: int, version: int, word: Word, note: str = ""
) -> WordEntry:
    """Change an entry; its kind stays.

    Args:
        actor: Who changes it.
        entry_id: Its primary key.
        version: The version that was read.
        word: The new expressions.
        note: The new note.

    Raises:
        PermissionDenied: If the actor is no curator.
        ChangedMeanwhile: If it is not at that version any more.
        ValidationError: If it would have no effect or is there already.
    """
    _begin(actor)
    entry = _at_version(WordEntry, entry_id, version)
    before = Word(entry.kind, tuple(entry.expressions))
    word = _tidy(Word(entry.kind, word.expressions))
    checking.check_word(word, WordEntry.objects.but(entry_id))
    entry.expressions, entry.note = list(word.expressions), _line(note, MAX_NOTE_CHARS)
    _save(entry, actor)
    _note_documents(before)
    _note_documents(word)
    _record("words.entry_changed", actor, entry, kind=entry.kind)
    return entry


@transaction.atomic
def remove_word(*, actor: User | None, entry_id: int, version: int) -> None:
    """Remove an entry; the shipped vocabulary stays.

    Raises:
        PermissionDenied: If the actor is no curator.
        ChangedMeanwhile: If it is not at that version any more.
    """
    _begin(actor)
    entry = _at_version(WordEntry, entry_id, version)
    _record("words.entry_removed", actor, entry, kind=entry.kind)
    _note_documents(Word(entry.kind, tuple(entry.expressions)))
    entry.delete()


@transaction.atomic
def add_best_bet(
    *, actor: User | None, expressions: Iterable[str], target: str, sentence: str = ""
) -> BestBet:
    """Recommend a target for searches that contain one of the expressions.

    Args:
        actor: Who recommends it; None for the installation itself.
        expressions: As typed; they are tidied.
        target: Key of a document that the actor may see.
        sentence: What is said about it, shown to everybody who may see the target.

    Raises:
        PermissionDenied: If the actor is no curator.
        ValidationError: If nobody could search for it, it is there already, or the target is not hers to see.
    """
    _begin(actor)
    expressions = checking.cleaned(expressions)
    _check_target(actor, target)
    checking.check_best_bet(expressions, target, checking.best_bets_without(None))
    bet = BestBet(
        expressions=list(expressions), target=target, sentence=_line(sentence, MAX_SENTENCE_CHARS)
    )
    _save(bet, actor)
    _record("words.best_bet_added", actor, bet)
    return bet


@transaction.atomic
def change_best_bet(
    *,
    actor: User | None,
    bet_id: int,
    version: int,
    expressions: Iterable[str],
    target: str,
    sentence: str = "",
) -> BestBet:
    """Change a recommendation; arguments as for `add_best_bet`, `version` is the one that was read.

    The target may stay what it is, even if the actor may not see it any more.

    Raises:
        PermissionDenied: If the actor is no curator.
        ChangedMeanwhile: If it is not at that version any more.
        ValidationError: If nobody could search for it, it is there already, or the target is not hers to see.
    """
    _begin(actor)
    bet = _at_version(BestBet, bet_id, version)
    expressions = checking.cleaned(expressions)
    if target != bet.target:
        _check_target(actor, target)
    checking.check_best_bet(expressions, target, checking.best_bets_without(bet_id))
    bet.expressions, bet.target = list(expressions), target
    bet.sentence = _line(sentence, MAX_SENTENCE_CHARS)
    _save(bet, actor)
    _record("words.best_bet_changed", actor, bet)
    return bet


@transaction.atomic
def remove_best_bet(*, actor: User | None, bet_id: int, version: int) -> None:
    """Take a recommendation back; the target stays.

    Raises:
        PermissionDenied: If the actor is no curator.
        ChangedMeanwhile: If it is not at that version any more.
    """
    _begin(actor)
    bet = _at_version(BestBet, bet_id, version)
    _record("words.best_bet_removed", actor, bet)
    bet.delete()


def _begin(actor: User | None) -> None:
    """Ask for the right, and let changes wait for each other: checks for duplicates and versions then hold."""
    if actor is not None and not can(actor, Action.CURATE):
        raise PermissionDenied
    renew()


def _check_target(actor: User | None, target: str) -> None:
    """Refuse what the actor may not see in the words for what doesn't exist."""
    if actor is not None and target not in load_cards(actor, [target]):
        raise ValidationError(_("Choose the target in the list."))


def _at_version(model: type[Entry], pk: int, version: int) -> Entry:
    entry = model._default_manager.filter(pk=pk).first()
    if entry is None or entry.version != version:
        raise ChangedMeanwhile(entry)
    entry.version += 1
    return entry


def _save(entry: Edited, actor: User | None) -> None:
    entry.changed_by, entry.changed_at = actor, timezone.now()
    entry.save()


def _record(action: str, actor: User | None, entry: Edited, **details: str) -> None:
    record(action, actor=actor, obj=entry, details={"number": entry.pk, **details})


def _tidy(word: Word) -> Word:
    return Word(word.kind, checking.cleaned(word.expressions))


def _line(text: str, limit: int) -> str:
    tidy: Sequence[str] = checking.cleaned([text])
    return tidy[0][:limit] if tidy else ""


def _note_documents(word: Word) -> None:
    """Have the documents with a never-split word indexed again: their parts of it are in the index."""
    if word.kind != WordKind.NEVER_SPLIT:
        return
    # Read before the commit, written with it: an engine that is away fails the change rather than half of it.
    objects: dict[str, dict[str, None]] = {}
    for expression in word.expressions:
        for key in get_engine().holding(stem(fold(expression))):
            source, object_id = split_key(key)
            objects.setdefault(source, {})[object_id] = None
    for source, object_ids in objects.items():
        outbox.enqueue(source, object_ids)

"""Refuse as passwords what everybody tries first and what anybody knows about the owner."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

_GERMAN_WORDS = Path(__file__).parent / "data" / "common_german_words.txt"
_AROUND = "0123456789!?.,;:-_#*+/& "
_LOOKALIKES = str.maketrans("01345@$!", "oieasasi")  # as people write P4$$w0rt
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_COMMON_IN_A_ROW = 3  # four words that don't belong together are a good password
_OWN_WORD = 3  # letters
_LONG_OWN_WORD = 4  # letters that don't stand in other words by chance
_REST = 8  # characters that must be left beside a short own word


class CommonWordsValidator(CommonPasswordValidator):
    """Refuse Django's common passwords and up to three common German words, with or without digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check the password as it is, and its letters alone."""
        super().validate(password, user)
        plain = _plain(password)
        for letters in {_letters(plain), _letters(plain.strip(_AROUND).translate(_LOOKALIKES))}:
            if letters in self.passwords or _is_made_of(letters, _COMMON_IN_A_ROW):
                raise ValidationError(
                    _("These are words that many people use, with or without digits."),
                    code="password_too_common",
                )


class OwnWordsValidator:
    """Refuse parts of the person's name or organisation, and mere repetitions."""

    message = gettext_lazy(
        "Your password can’t contain parts of your name or your organisation and can’t repeat itself."
    )

    def validate(self, password: str, user: object = None) -> None:
        """Look for each of these words; short ones may occur in others by chance, but not make up the password."""
        plain = _plain(password)
        rest, is_long = plain, False
        for word in sorted(_own_words(user), key=len, reverse=True):
            is_long = is_long or (len(word) >= _LONG_OWN_WORD and word in plain)
            rest = rest.replace(word, "")
        is_short = rest != plain and len(re.sub(r"\W", "", rest)) < _REST
        is_repeated = plain in (plain + plain)[1:-1]
        if is_long or is_short or is_repeated:
            raise ValidationError(self.message, code="password_own_words")

    def get_help_text(self) -> str:
        """Return the help beside the field."""
        return str(self.message)


def _plain(text: str) -> str:
    return text.casefold().translate(_SPELLINGS)


def _letters(plain: str) -> str:
    return re.sub(r"[^a-z]", "", plain)


def _own_words(user: object) -> set[str]:
    if not isinstance(user, User):
        return set()
    texts = [user.username, user.first_name, user.last_name, user.email.partition("@")[0]]
    if user.organisation is not None:
        texts += [user.organisation.name, user.organisation.short_name]
    words = re.findall(r"[^\W_]+", _plain(" ".join(texts)))
    return {word for word in words if len(word) >= _OWN_WORD}


def _is_made_of(letters: str, most: int) -> bool:
    """Tell whether `letters` are at most that many common German words in sequence."""
    if not letters or most == 0:
        return not letters
    words = _german_words()
    return any(
        letters[:end] in words and _is_made_of(letters[end:], most - 1)
        for end in range(len(letters), 1, -1)
    )


@cache
def _german_words() -> frozenset[str]:
    return frozenset(_plain(_GERMAN_WORDS.read_text(encoding="utf-8")).split())

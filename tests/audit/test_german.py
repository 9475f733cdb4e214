"""Every line can be read in German."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from audit.actions import AuditAction, actions

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
GERMAN = {
    entry.msgid: entry.msgstr
    for entry in polib.pofile(str(Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES/django.po"))
    if entry.translated()  # what is empty or doubtful is not compiled, and would be read in English
}


@pytest.mark.parametrize("action", actions, ids=lambda action: action.name)
def test_every_sentence_has_its_german_words(action: AuditAction) -> None:
    texts = [action.sentence, *(text for _detail, text in action.additions)]
    texts += [label for labels in action.values.values() for label in labels.values()]
    for text in texts:
        # Labels that other apps own are in their catalogues.
        english, shown = _source(text), _said_in("de", text)
        assert shown != english or GERMAN.get(english) == english, f"{english!r} is read in English"
        if "%(" in english:
            german = GERMAN[english]
            assert set(_PLACEHOLDER.findall(german)) == set(_PLACEHOLDER.findall(english))
            assert german.endswith((".", "s"))


def test_a_sentence_names_only_what_is_recorded() -> None:
    for action in actions:
        known = {"actor", "object", "space", *action.details}
        for text in (action.sentence, *(text for _detail, text in action.additions)):
            assert set(_PLACEHOLDER.findall(_source(text))) <= known, action.name


def _source(text: object) -> str:
    return _said_in(None, text)


def _said_in(language: str | None, text: object) -> str:
    with translation.override(language):
        return str(text)

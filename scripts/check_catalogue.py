"""Check that the German texts are complete: none missing, none untranslated, none fuzzy, placeholders equal.

Which texts the code uses is found by GNU gettext (through Django's makemessages) in a copy of the
sources. Without gettext that part is left out with a note, or fails where `CI=true`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/de/LC_MESSAGES/django.po")
SOURCES = ("platform", "search", "knowledge", "templates")
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[sdfirx]|%[sdf]|\{\w*\}")

Message = tuple[str, str]  # context (or ""), text


def untranslated(entries: list[polib.POEntry]) -> Iterator[str]:
    """Name entries without a German text, or with one that was only guessed."""
    for entry in entries:
        if entry.fuzzy:
            yield f"{entry.msgid!r} is marked fuzzy: read the German text and remove the mark"
        elif not entry.translated():
            yield f"{entry.msgid!r} has no German text"


def unlike_placeholders(entries: list[polib.POEntry]) -> Iterator[str]:
    """Name entries whose German text takes other placeholders than the English one."""
    for entry in entries:
        # A plural may leave out the number ("one hit"); it must not know more than the English texts.
        asked = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            # `%(name).0s` takes the value and says nothing: for words that German can't put into the sentence.
            given = set(_PLACEHOLDER.findall(text.replace(").0s", ")s")))
            if given - asked or (not entry.msgid_plural and asked != given):
                yield f"{entry.msgid!r}: placeholders {sorted(asked)} became {sorted(given)} in German"


def used_messages() -> set[Message]:
    """Extract what the code uses, in a scratch copy: the catalogue itself stays as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for name in SOURCES:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / CATALOGUE).parent.mkdir(parents=True)
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--no-location"],
            cwd=copy,
            check=True,
            stdout=subprocess.DEVNULL,
            env={
                key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
            },
        )
        found = polib.pofile(str(copy / CATALOGUE))
        return {(entry.msgctxt or "", entry.msgid) for entry in found}


def missing_and_unused(catalogue: polib.POFile) -> Iterator[str]:
    """Compare the catalogue with what the code uses."""
    used = used_messages()
    kept = {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}
    for _context, text in sorted(used - kept):
        yield f"{text!r} is used in the code and missing in the catalogue (make messages)"
    for _context, text in sorted(kept - used):
        yield f"{text!r} is in the catalogue and no longer used (make messages)"


def problems() -> Iterator[str]:
    """Yield one sentence per problem."""
    if not (ROOT / CATALOGUE).is_file():
        yield f"{CATALOGUE} is missing (make messages)"
        return
    catalogue = polib.pofile(str(ROOT / CATALOGUE), check_for_duplicates=True)
    entries = [entry for entry in catalogue if not entry.obsolete]
    yield from untranslated(entries)
    yield from unlike_placeholders([entry for entry in entries if entry.translated()])
    if shutil.which("xgettext"):
        yield from missing_and_unused(catalogue)
    elif os.environ.get("CI") == "true":
        yield "xgettext is missing: apt-get install gettext"
    else:
        print(
            "note: without GNU gettext (apt-get install gettext), missing texts were not looked for"
        )


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found))
    sys.exit(1 if found else 0)

"""Word stems: Snowball's German stemmer with the cleaning that administrative German needs, and stop words."""

from __future__ import annotations

import functools
import threading

import Stemmer

_local = threading.local()

# Plurals of Greek and Latin nouns that Snowball leaves apart from their singular, as word endings, folded.
_FOREIGN_PLURALS = {
    "zentren": "zentrum", "museen": "museum", "themen": "thema", "themata": "thema", "firmen": "firma",
    "konten": "konto", "risiken": "risiko", "foren": "forum", "voten": "votum", "alben": "album",
    "praktika": "praktikum", "praxen": "praxis", "basen": "basis", "krisen": "krise", "dramen": "drama",
    "visa": "visum", "villen": "villa", "lexika": "lexikon", "kommata": "komma",
}  # fmt: skip

_STOP_WORDS = """
    aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus
    bei beim bin bis bist da dabei dadurch dafur dagegen daher damit danach daran darauf daraus darf darin daruber
    darum das dass davon dazu dein deine dem den denen denn der deren des dessen dich die dies diese diesem diesen
    dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwa etwas euch euer fur gegen
    gibt hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem
    ins ist ja je jede jedem jeden jeder jedes jedoch jene jenem jenen jener jenes kann kein keine keinem keinen
    keiner konnen konnte man mein meine mich mir mit muss mussen nach nachdem nicht noch nun nur ob oder ohne
    schon sehr sein seine seinem seinen seiner seines seit sich sie sind so sobald sofern soll sollen sondern
    sonst soweit sowie sowohl uber um und uns unser unsere unserem unseren unserer unter vom von vor war waren warum
    was weder weil welche welchem welchen welcher welches wenn wer werden wessen wie wieder wir wird wo wodurch
    wurde wurden wurde zu zum zur zwar zwischen bzw ggf usw etc zb dh ua
"""

STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Folded words that carry no meaning of their own: they never score; phrases in quotation marks still hold them."""


def is_stop_word(folded: str) -> bool:
    """Tell whether a folded word never scores."""
    return folded in STOP_WORDS


@functools.lru_cache(maxsize=30_000)
def stem(folded: str) -> str:
    """Reduce a folded word to what its inflected forms share.

    Snowball is applied until nothing changes, so that Verbesserung and verbessern meet, and a stem is its own stem.
    Words with digits are returned unchanged: they are numbers and reference signs.
    """
    if not folded.isalpha():
        return folded
    word = _singular(folded)
    for _ in range(4):  # Snowball settles after two rounds; the bound is for words nobody wrote
        shorter = _tidy(_stemmer().stemWord(word))
        if shorter == word or len(shorter) < 3:
            break
        word = shorter
    return word


def _singular(folded: str) -> str:
    for plural, singular in _FOREIGN_PLURALS.items():
        if folded.endswith(plural):
            return folded[: -len(plural)] + singular
    if (
        folded.endswith("ien") and len(folded) > 6
    ):  # Kriterien, Ministerien: cut like Kriterium below
        return folded[:-2]
    if folded.endswith(("ium", "iums")):
        return folded[: folded.rindex("um")]
    return folded


def _tidy(word: str) -> str:
    # vermitteln becomes vermittel, Vermittlung vermittl: one form for both.
    if len(word) > 5 and word.endswith("el") and word[-3] not in "aeiou":
        return word[:-2] + "l"
    return word


def _stemmer() -> Stemmer.Stemmer:
    # A Stemmer object must not be used by two threads at once.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("german", 0)
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer

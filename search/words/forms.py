"""What the curator types about words and best bets. What may be kept is decided in `search.words.checking`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.registry import HitCard
from search.words.house import Word
from search.words.models import (
    MAX_EXPRESSION_CHARS,
    MAX_NOTE_CHARS,
    MAX_SENTENCE_CHARS,
    WordKind,
)

MAX_LINES_CHARS = 2_000


def _lines(**kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "true"})
    return forms.CharField(max_length=MAX_LINES_CHARS, widget=widget, **kwargs)


class WordForm(forms.Form):
    """One entry of the vocabulary; a subclass for each kind says what it asks for."""

    kind = ""
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE_CHARS,
        required=False,
        help_text=_("Why this entry is there; only shown here."),
    )
    queries = _lines(
        label=_("Searches to try"),
        required=False,
        help_text=_("One on each line, for the preview; not saved."),
    )

    @classmethod
    def values_of(cls, expressions: list[str]) -> dict[str, str]:
        """Return the fields of an entry with these expressions."""
        return {"expressions": "\n".join(expressions)}

    def word(self) -> Word:
        """Return what was typed."""
        text = self.cleaned_data["expressions"].replace(",", "\n")
        return Word(self.kind, tuple(text.splitlines()))


class SynonymsForm(WordForm):
    """Expressions that mean the same to somebody who searches."""

    kind = WordKind.SYNONYMS
    expressions = _lines(
        label=_("Expressions that mean the same"),
        help_text=_(
            "One on each line. Whoever searches for one of them also finds the others, ranked lower."
        ),
    )
    field_order = ("expressions", "note", "queries", "version")


class AbbreviationForm(WordForm):
    """An abbreviation with its long forms."""

    kind = WordKind.ABBREVIATION
    short = forms.CharField(label=_("Abbreviation"), max_length=MAX_EXPRESSION_CHARS)
    long = _lines(
        label=_("Long forms"),
        help_text=_(
            "One on each line. The abbreviation finds each of them, each of them finds the abbreviation."
        ),
    )
    field_order = ("short", "long", "note", "queries", "version")

    @classmethod
    def values_of(cls, expressions: list[str]) -> dict[str, str]:
        """Return the fields of an entry with these expressions."""
        return {"short": "".join(expressions[:1]), "long": "\n".join(expressions[1:])}

    def word(self) -> Word:
        """Return what was typed."""
        long = self.cleaned_data["long"].replace(",", "\n").splitlines()
        return Word(self.kind, (self.cleaned_data["short"], *long))


class NeverSplitForm(WordForm):
    """A word that is not taken apart."""

    kind = WordKind.NEVER_SPLIT
    expressions = forms.CharField(
        label=_("Word that must not be taken apart"),
        max_length=MAX_EXPRESSION_CHARS,
        help_text=_(
            "It is then found as a whole only, with its inflected forms, and no longer by its parts."
        ),
    )
    field_order = ("expressions", "note", "queries", "version")


class NeverStemForm(WordForm):
    """A word that is looked for in exactly this form."""

    kind = WordKind.NEVER_STEM
    expressions = forms.CharField(
        label=_("Word that is looked for in exactly this form"),
        max_length=MAX_EXPRESSION_CHARS,
        help_text=_("For names and abbreviations that are confused with an inflected word."),
    )
    field_order = ("expressions", "note", "queries", "version")


FORMS: dict[str, type[WordForm]] = {
    form.kind: form for form in (SynonymsForm, AbbreviationForm, NeverSplitForm, NeverStemForm)
}


class BestBetForm(forms.Form):
    """A recommendation; its target is chosen among what a search finds for the curator."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    expressions = _lines(
        label=_("Expressions"),
        help_text=_(
            "One on each line. The recommendation is shown when a search contains one of them, in whatever inflection."
        ),
    )
    find = forms.CharField(
        label=_("Search for the target"),
        max_length=200,
        required=False,
        help_text=_("Words from its title, as in the search."),
    )
    target = forms.ChoiceField(label=_("Target"), required=False, widget=forms.RadioSelect)
    sentence = forms.CharField(
        label=_("Sentence"),
        max_length=MAX_SENTENCE_CHARS,
        required=False,
        help_text=_("What is to be found there; shown below the title."),
    )

    def __init__(self, *args: Any, targets: list[HitCard], kept: str = "", **kwargs: Any) -> None:
        """Offer `targets`, and `kept` even if the curator may not see it (any more)."""
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(card.key, _label(card)) for card in targets]
        if kept and kept not in dict(choices):
            choices.insert(0, (kept, _("The target so far; you cannot see it.")))
        field: Any = self.fields["target"]
        field.choices = choices
        self.has_targets = bool(choices)

    def clean_target(self) -> str:
        """Ask for a choice."""
        target: str = self.cleaned_data["target"]
        if not target:
            raise forms.ValidationError(
                _("Search for the target and choose it in the list.")
                if not self.has_targets
                else _("Choose the target in the list.")
            )
        return target

    def expression_list(self) -> list[str]:
        """Return the expressions as typed."""
        text: str = self.cleaned_data["expressions"]
        return text.replace(",", "\n").splitlines()


def _label(card: HitCard) -> str:
    return f"{card.title} ({card.space_title})" if card.space_title else card.title

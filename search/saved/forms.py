"""The form for a saved search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models import Tell


class SavedSearchForm(forms.Form):
    """Name of a saved search, and how its owner is told of new matches."""

    name = forms.CharField(label=_("Name"), max_length=120)
    tell = forms.TypedChoiceField(
        label=_("Tell me of new matches"),
        coerce=Tell,
        choices=Tell.choices,
        initial=Tell.NOT,
        help_text=_("You are told what you may see at that moment."),
    )

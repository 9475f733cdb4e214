"""What is entered to give a page another name or place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.arranging.selectors import Choices

_SLUG_HELP = _("The last part of its address. The former address leads to the page from then on.")


class RenameForm(forms.Form):
    """Another title, another short name in addresses."""

    title = forms.CharField(label=_("Title"), max_length=255)
    slug = forms.SlugField(
        label=_("Short name in the address"),
        max_length=255,
        required=False,
        help_text=_SLUG_HELP,
        error_messages={
            "invalid": _("Only letters without accents, digits, hyphens and underscores, please.")
        },
    )
    stamp = forms.CharField(widget=forms.HiddenInput)


class _PlaceForm(forms.Form):
    place = forms.ChoiceField(
        label=_("New place"),
        error_messages={
            "invalid_choice": _(
                "This place is no longer there for you: it was moved or deleted, or you may not write there any more."
            )
        },
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = [("", _("Please choose")), *places]


class MoveForm(_PlaceForm):
    """Where the page goes."""


class CopyForm(_PlaceForm):
    """Where the copy lies, and what it is called."""

    title = forms.CharField(label=_("Title of the copy"), max_length=255)
    with_subpages = forms.BooleanField(label=_("With all pages below"), required=False)

    field_order = ("title", "place", "with_subpages")

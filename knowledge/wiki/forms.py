"""What people enter to keep a wiki in order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.corrections.services import LONGEST
from knowledge.wiki.models import Upkeep

OFTEN = 12
"""Tags used elsewhere that can be chosen without typing them."""


class UpkeepForm(forms.Form):
    """Who looks at a page, and until when."""

    review_by = forms.DateField(
        label=_("To be checked by"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Without a day nobody is reminded."),
    )
    rhythm = forms.TypedChoiceField(
        label=_("Afterwards again"), choices=Upkeep.Rhythm.choices, coerce=int
    )
    keeper = forms.ModelChoiceField(
        label=_("Who checks it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("whoever publishes in the space"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["keeper"]
        field.queryset = people


class DoubtForm(forms.Form):
    """What a reader doubts."""

    text = forms.CharField(
        label=_("What isn't right any more?"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput,
    )


class TagsForm(forms.Form):
    """The tags of a page: those that stay, those often used elsewhere, and new ones."""

    NEW = ("first", "second", "third")

    kept = forms.MultipleChoiceField(
        label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, now: list[str], proposed: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(dict.fromkeys([*now, *proposed[:OFTEN]]))
        field: Any = self.fields["kept"]
        field.choices = [(name, name) for name in names]
        field.initial = now
        if not names:
            del self.fields["kept"]
        for name in self.NEW:
            self.fields[name] = forms.CharField(
                label=_("New tag"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "tags-proposed", "autocomplete": "off"}),
            )

    @property
    def names(self) -> list[str]:
        """Return all tags that were chosen or typed; several may stand in one field, with commas."""
        typed = [one for name in self.NEW for one in self.cleaned_data[name].split(",")]
        return [*self.cleaned_data.get("kept", []), *typed]


class TitleForm(forms.Form):
    """What a page is called that is begun from a template."""

    title = forms.CharField(label=_("Title"), max_length=255)

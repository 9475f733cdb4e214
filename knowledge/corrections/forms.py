"""What readers say, and what they are answered."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class HintForm(forms.Form):
    """What is wrong."""

    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Those who publish in the space read it, with your name."),
    )


class AnswerForm(forms.Form):
    """What the reader is answered."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

"""What is chosen and said about versions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RemarkForm(forms.Form):
    """A word to the other side."""

    text = forms.CharField(
        label=_("Remark or reason"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed if you return the draft: what should be changed?"),
    )

"""The form of a new page."""

from __future__ import annotations

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class NewPageForm(forms.Form):
    """Asks for the title; everything else is written in the editor."""

    title = forms.CharField(
        label=_("Title"),
        max_length=255,
        widget=forms.TextInput(
            attrs={
                "hx-get": reverse_lazy("editing:titles"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#title-hint",
                "autocomplete": "off",
            }
        ),
    )
    warned_of = forms.CharField(required=False, widget=forms.HiddenInput)

"""The form for a new access key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api.keys import DEFAULT_DAYS, MAX_DAYS


def _days(text: Any) -> int:
    return int(text)


class KeyForm(forms.Form):
    """Name and validity of a new key."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Which program uses it, such as “Export for the open data portal”."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=_days,
        initial=DEFAULT_DAYS,
        choices=[
            (30, _("30 days")),
            (DEFAULT_DAYS, _("90 days")),
            (180, _("180 days")),
            (MAX_DAYS, _("1 year")),
        ],
    )

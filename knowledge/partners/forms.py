"""What a curator decides when an organisation leaves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation


class ExitForm(forms.Form):
    """Who follows, what happens to internal spaces, why; the typed name says that this very organisation is meant."""

    heir = forms.ModelChoiceField(
        empty_label=gettext_lazy("Please choose"),
        label=gettext_lazy("Who answers for its pages from now on?"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=gettext_lazy("Needed if the organisation answers for pages."),
        error_messages={
            "required": gettext_lazy(
                "Choose who answers for the pages from now on. Nothing was changed."
            )
        },
    )
    opens_to_curators = forms.BooleanField(
        label=gettext_lazy(
            "Internal spaces go to the curators (otherwise they stay shut and nobody reads them any more)"
        ),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Stands in the audit log. Don't name other people."),
    )
    typed_name = forms.CharField(
        label=gettext_lazy("Type the short name of the organisation"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("So that no other one leaves by mistake."),
    )

    def __init__(
        self, *args: Any, organisation: Organisation, needs_heir: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._organisation = organisation
        heirs: Any = self.fields["heir"]
        following = Organisation.objects.filter(is_collective=False, left_at__isnull=True)
        heirs.required = needs_heir
        heirs.queryset = following.exclude(pk=organisation.pk)

    def clean_typed_name(self) -> str:
        """Compare with the short name, whatever the case."""
        typed: str = self.cleaned_data["typed_name"].strip()
        if typed.casefold() != self._organisation.short_name.casefold():
            raise forms.ValidationError(
                _("This is not the short name of the organisation. Nothing was changed.")
            )
        return typed

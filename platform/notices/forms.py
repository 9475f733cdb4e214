"""The form for how somebody wants to be told, kind by kind."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from notices.kinds import Delivery, kinds_by_label
from notices.selectors import delivery_of


class DeliveryForm(forms.Form):
    """One choice for each kind of notice."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = delivery_of(user)
        for number, kind in enumerate(kinds_by_label()):
            self.fields[self._field_name(number)] = forms.ChoiceField(
                label=str(kind.label),
                choices=Delivery.choices,
                initial=ways[kind.name].value,
            )

    @staticmethod
    def _field_name(number: int) -> str:
        return f"kind-{number}"

    def chosen(self) -> dict[str, Delivery]:
        """Return what was chosen, by the kind's name; the form must be valid."""
        return {
            kind.name: Delivery(self.cleaned_data[self._field_name(number)])
            for number, kind in enumerate(kinds_by_label())
        }

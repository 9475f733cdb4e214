"""Forms of indicators and their yearly values; what can't be meant is answered with a sentence."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from knowledge.indicators.models import Direction, Indicator, Level, Nature, Value
from knowledge.measures.models import MeasurePage
from knowledge.measures.rules import number_typed
from knowledge.tables.reading import NotRead, year_of

FACTS = (
    "name", "nature", "level", "unit", "direction", "source", "area", "every_years", "days_after",
)  # fmt: skip
_figure = partial(
    forms.DecimalField, max_digits=17, decimal_places=4, localize=True, required=False
)


class IndicatorForm(forms.ModelForm[Indicator]):
    """What an indicator is, and the measures that it belongs to by their numbers."""

    measures_typed = forms.CharField(
        label=gettext_lazy("Measures"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("By number: M 12; M 14"),
    )

    class Meta:
        model = Indicator
        fields: ClassVar = list(FACTS)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # what each of them is stands in `FACTS`
        for name, choices in (("nature", Nature), ("level", Level), ("direction", Direction)):
            fields[name].choices = [("", _("Please choose")), *choices.choices]
        self.seen_measures = MeasurePage.objects.visible_to(user)
        if self.instance.pk is not None:
            tied = self.seen_measures.filter(indicators=self.instance.pk, number__isnull=False)
            numbers = tied.order_by("number").values_list("number", flat=True)
            self.initial["measures_typed"] = "; ".join(f"M {number}" for number in numbers)

    def clean_measures_typed(self) -> list[MeasurePage]:
        """Return the measures that were typed."""
        parts = re.split(r"[;,]", self.cleaned_data["measures_typed"])
        return [self._measure(part.strip()) for part in parts if part.strip()]

    def _measure(self, typed: str) -> MeasurePage:
        number = number_typed(typed)
        found = [] if number is None else list(self.seen_measures.filter(number=number)[:2])
        if not found:
            raise forms.ValidationError(
                _("“%(typed)s” is no measure here. Write the number, such as M 12."),
                params={"typed": typed[:40]},
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("There are several measures with the number %(typed)s."),
                params={"typed": typed[:40]},
            )
        return found[0]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what was typed, without the measures."""
        return {name: self.cleaned_data[name] for name in FACTS}


class ValueForm(forms.Form):
    """What a year says."""

    year = forms.CharField(label=gettext_lazy("Year"), max_length=10)
    value = _figure(
        label=gettext_lazy("Value"),
        help_text=gettext_lazy("Such as 2,4. Leave it empty for a gap, and say in the note why."),
    )
    target = _figure(
        label=gettext_lazy("Target"), help_text=gettext_lazy("Only if somebody set one.")
    )
    is_break = forms.BooleanField(
        label=gettext_lazy("Not comparable with the years before"),
        required=False,
        help_text=gettext_lazy("The question or the area changed: the line isn’t joined here."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, row: Value | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.fields["year"].disabled = True
            self.initial = {
                "year": str(row.year), "value": row.plain_value, "target": row.plain_target,
                "is_break": row.is_break, "note": row.note,
            }  # fmt: skip

    def clean_year(self) -> int:
        """Return the year."""
        try:
            return year_of(self.cleaned_data["year"].strip())
        except NotRead as unclear:
            raise forms.ValidationError(str(unclear)) from None

    def clean(self) -> dict[str, Any]:
        """Refuse a year of which nothing is said."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        is_said = any(said.get(name) not in (None, "") for name in ("value", "target", "note"))
        if not self.errors and not is_said:
            self.add_error("value", _("Write a value; or, for a gap, a note that says why."))
        return said

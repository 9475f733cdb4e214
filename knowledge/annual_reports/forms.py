"""Forms: beginning a report, its sections, which measures are in it."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.annual_reports.models import Part, Report
from knowledge.measures.forms import DayField

_NEW_YEAR_BEGINS_TO_COUNT = 7  # month from which the year itself is proposed, not the last one


class BeginForm(forms.ModelForm[Report]):
    """The year, the day, and the measures of a new report."""

    measures = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Measures"),
        queryset=Report.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Each gets a section, with the public entries of the year. Confidential ones are never in a report."
        ),
    )

    class Meta:
        model = Report
        fields: ClassVar = ["title", "year", "as_of"]
        field_classes: ClassVar = {"as_of": DayField}

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measures"]
        field.queryset = choices
        field.label_from_instance = lambda measure: measure.label
        real = [one.pk for one in choices if not one.is_sample]
        field.initial = real or [one.pk for one in choices]
        self.fields[
            "year"
        ].widget = forms.NumberInput()  # no bounds: the service says what is wrong

    def clean(self) -> dict[str, Any]:
        """Refuse a day before the year that the report is on."""
        said: dict[str, Any] = super().clean() or {}
        year, day = said.get("year"), said.get("as_of")
        if year and day and day.year < year <= dt.MAXYEAR:
            raise ValidationError(
                {"as_of": _("This day lies before the year %(year)s, so the report could say nothing. Choose another.")
                 % {"year": year}}
            )  # fmt: skip
        return said


def proposed() -> dict[str, Any]:
    """Return what the form begins with."""
    today = timezone.localdate()
    year = today.year if today.month >= _NEW_YEAR_BEGINS_TO_COUNT else today.year - 1
    as_of = min(today, dt.date(year, 12, 31))
    return {
        "year": year,
        "as_of": as_of,
        "title": _("Report on the measures %(year)s") % {"year": year},
    }


class PartForm(forms.ModelForm[Part]):
    """One section; the entries that its words come from stay as they are."""

    class Meta:
        model = Part
        fields: ClassVar = ["title", "reason", "text"]
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_measure:
            del self.fields["reason"]


class MeasuresForm(forms.Form):
    """Which measures have a section."""

    measures = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Measures"),
        queryset=Report.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "A measure that you untick loses its section with what was edited there."
        ),
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measures"]
        field.queryset = choices
        field.label_from_instance = lambda measure: measure.label


class ReasonForm(forms.Form):
    """A reason in a sentence."""

    reason = forms.CharField(label=gettext_lazy("Reason in a sentence"), max_length=300)

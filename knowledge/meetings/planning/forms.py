"""Forms: planning a meeting, a topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.meetings.models import Topic
from knowledge.meetings.planning.services import LONGEST_SERIES, Plan, days_of_series
from knowledge.tasks.days import understood


class SpokenDateField(forms.CharField):
    """A day as people write it: 15.3., Freitag, in 2 Wochen."""

    def clean(self, value: Any) -> Any:
        """Return the day, counted from today.

        Raises:
            ValidationError: If it isn't understood.
        """
        typed = super().clean(value)
        if not typed:
            return None
        day = understood(typed, timezone.localdate())
        if day is None:
            raise forms.ValidationError(
                _(
                    "“%(typed)s” is no day. Write it like 15.3., 15.03.2027, Freitag or in 2 Wochen."
                ),
                params={"typed": typed},
            )
        return day


class PlanForm(forms.Form):
    """When and where a meeting is to be, once or again and again."""

    title = forms.CharField(label=_("Title"), max_length=200)
    held_on = SpokenDateField(
        label=_("Day"),
        max_length=40,
        help_text=_("Such as 15.3. or Dienstag."),
        widget=forms.TextInput(attrs={"autofocus": True}),  # the title is filled in
    )
    begins_at = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends_at = forms.TimeField(
        label=_("Ends at"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    link = forms.URLField(label=_("Link to the meeting"), required=False, assume_scheme="https")
    rhythm = forms.ChoiceField(
        label=_("Series"),
        required=False,
        choices=[
            ("", _("only this meeting")),
            ("weekly", _("each week")),
            ("fortnightly", _("every other week")),
            ("monthly", _("each month, on the same weekday")),
        ],
    )
    count = forms.IntegerField(
        label=_("How many meetings"),
        required=False,
        min_value=1,
        max_value=LONGEST_SERIES,
        help_text=_("A series has an end; a year at most."),
    )

    def __init__(self, *args: Any, topics: Sequence[Topic] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if topics:
            self.fields["topics"] = forms.TypedMultipleChoiceField(
                label=_("Topics from the store"),
                required=False,
                coerce=int,
                choices=[(one.pk, f"{one.title} ({one.reporter})") for one in topics],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_title(self) -> str:
        """Return the title on one line: in a calendar entry a break would begin another property."""
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean(self) -> dict[str, Any]:
        """Refuse meetings in the past, that end before they begin, and series without an end."""
        data: dict[str, Any] = super().clean() or {}
        day, begins_at, ends_at = (data.get(one) for one in ("held_on", "begins_at", "ends_at"))
        if day and day < timezone.localdate():
            self.add_error(
                "held_on",
                _(
                    "This day is over. To write minutes of a past meeting, choose today and correct the day there."
                ),
            )
        if begins_at and ends_at and ends_at <= begins_at:
            self.add_error("ends_at", _("The meeting ends before it begins."))
        if day and begins_at and not _exists(dt.datetime.combine(day, begins_at)):
            self.add_error(
                "begins_at", _("On this day the clocks are put forward; this hour doesn't exist.")
            )
        if data.get("rhythm") and not data.get("count"):
            self.add_error("count", _("Say how many meetings the series has."))
        return data

    def plans(self) -> list[Plan]:
        """Return what was planned: one meeting, or each of the series."""
        data = self.cleaned_data
        days = days_of_series(data["held_on"], data["rhythm"] or "weekly", data["count"] or 1)
        days = days if data["rhythm"] else days[:1]
        common = {name: data[name] for name in ("title", "begins_at", "ends_at", "place", "link")}
        return [Plan(held_on=day, **common) for day in days]


def _exists(moment: dt.datetime) -> bool:
    aware = timezone.make_aware(moment)
    return timezone.localtime(aware.astimezone(dt.UTC)).replace(tzinfo=None) == moment


class TopicForm(forms.ModelForm[Topic]):
    """Something to talk about."""

    class Meta:
        model = Topic
        fields: ClassVar = ["title", "reporter"]

"""Forms on a measure's page; they work without scripts and say in a sentence what can't be meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from access.audience import audiences_of
from access.handling import Classification
from accounts.models import Organisation, User
from knowledge.council.models import PaperPage
from knowledge.measures.models import (
    Assessment,
    Entry,
    MeasurePage,
    Milestone,
    Need,
    State,
    Succession,
)
from knowledge.measures.origins import NotUnderstood, as_typed, seen_origins, understood
from knowledge.measures.rules import FIRST_YEAR, LAST_YEAR, odd_year
from knowledge.measures.services import Origin

_YEAR = re.compile(r"\d{4,}")


class DayField(forms.DateField):
    """A day; what is none is answered with how one is written."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **kwargs})
        self.input_formats = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day.

        Raises:
            ValidationError: With a sentence that names what was typed.
        """
        typed = value.strip() if isinstance(value, str) else value
        try:
            day = super().to_python(typed)
        except forms.ValidationError:
            year = next(iter(_YEAR.findall(str(typed))), "")
            if year and not FIRST_YEAR <= int(year) <= LAST_YEAR:
                raise forms.ValidationError(odd_year(year[:12])) from None
            raise forms.ValidationError(
                _("“%(typed)s” is no day. Write it like 15.03.2027."),
                params={"typed": str(typed)[:40]},
            ) from None
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(odd_year(day.year))
        return day


_DAYS = dict.fromkeys(
    ("starts_on", "due_on", "done_on", "happened_on", "next_step_on", "decided_on"), DayField
)


def _rows(number: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number})


class StandingForm(forms.Form):
    """How far a measure is, and whether it comes along."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", pgettext_lazy("measure", "not stated")), *State.choices],
        required=False,
    )
    assessment = forms.ChoiceField(
        label=gettext_lazy("Assessment"),
        choices=[("", pgettext_lazy("measure", "not assessed")), *Assessment.choices],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason in a sentence"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Needed for “delayed” and “stalled”. Everybody who reads the measure sees it."
        ),
    )


class MilestoneForm(forms.ModelForm[Milestone]):
    """One milestone."""

    class Meta:
        model = Milestone
        fields: ClassVar = ["title", "starts_on", "due_on", "done_on"]
        field_classes: ClassVar = _DAYS


class EntryForm(forms.ModelForm[Entry]):
    """What happened, and what comes next."""

    origin_typed = forms.CharField(
        label=gettext_lazy("From minutes, a decision or a paper"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Its number, or the address of its page."),
    )
    only_for = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for these organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Choose none if everybody who reads the measure may read the entry."
        ),
    )

    class Meta:
        model = Entry
        fields: ClassVar = [
            "happened_on",
            "text",
            "next_step",
            "next_step_on",
            "body",
            "evidence",
            "classification",
        ]
        field_classes: ClassVar = _DAYS
        widgets: ClassVar = {"text": _rows(4), "next_step": _rows(2), "evidence": _rows(2)}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        entry = self.instance
        self._kept_origin: Origin | None = (
            None  # which the writer may not see: it stays unless another is named
        )
        if entry.origin is not None:
            self._kept_origin = Origin(entry.origin, entry.origin_key, entry.reference)
        bodies = bodies_to_choose(entry.measure, user)
        fields: dict[str, Any] = self.fields  # what each of them is stands above
        fields["body"].queryset = fields["only_for"].queryset = bodies
        choices = list(Classification.choices)
        if entry.measure.classification != Classification.CONFIDENTIAL:
            choices = choices[:2]
        fields["classification"].choices = choices
        self.fields["classification"].help_text = _(
            "“Public”: may stand in the council’s report as it is."
        )
        if entry.pk is not None:
            self.initial["only_for"] = list(audiences_of([entry.key]).get(entry.key, ()))
            if self._kept_origin is not None and seen_origins([entry], user):
                self.initial["origin_typed"] = as_typed(self._kept_origin)
                self._kept_origin = None
        else:
            self.initial["happened_on"] = timezone.localdate()

    def clean_origin_typed(self) -> Origin | None:
        """Return what was meant by a number or an address."""
        typed = self.cleaned_data["origin_typed"].strip()
        if not typed:
            return self._kept_origin
        try:
            return understood(typed, self.user)
        except NotUnderstood as unclear:
            raise forms.ValidationError(str(unclear)) from None


def bodies_to_choose(measure: MeasurePage, user: User) -> Any:
    """Return the writer's own organisation, and those that answer for the measure or see an entry with the writer."""
    responsible = measure.responsibilities.values("organisation")
    known = Q(pk__in=responsible) | Q(pk=user.organisation_id or 0)
    keys = Entry.objects.visible_to(user).filter(measure=measure.pk).values_list("key", flat=True)
    narrowed = {pk for audience in audiences_of(keys).values() for pk in audience}
    known |= Q(pk__in=narrowed)
    return Organisation.objects.filter(known, is_collective=False).order_by("short_name", "pk")


class NeedForm(forms.ModelForm[Need]):
    """Money or staff, with the separate decision on it."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=12,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("Such as 25000 or 0,5."),
    )
    paper_typed = forms.CharField(
        label=gettext_lazy("Paper of the decision"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Its number, or the address of its page."),
    )

    class Meta:
        model = Need
        fields: ClassVar = [
            "kind",
            "amount",
            "purpose",
            "from_year",
            "deciding_body",
            "decided_on",
            "outcome",
        ]
        field_classes: ClassVar = _DAYS

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.order_fields(["kind", "amount", "purpose", "from_year", "paper_typed"])
        if self.instance.paper is not None:
            self.initial["paper_typed"] = self.instance.paper.number

    def clean_paper_typed(self) -> Any:
        """Return the paper that was meant."""
        typed = self.cleaned_data["paper_typed"].strip()
        if not typed:
            return None
        try:
            return paper_of(understood(typed, self.user))
        except NotUnderstood as unclear:
            raise forms.ValidationError(str(unclear)) from None


def paper_of(origin: Origin) -> PaperPage:
    """Return the council paper that was meant.

    Raises:
        NotUnderstood: If it is another sort of page.
    """
    page = origin.page.specific
    if not isinstance(page, PaperPage):
        raise NotUnderstood(
            _("This is no council paper. Write the number of the paper that decides on the need.")
        )
    return page


class TieForm(forms.Form):
    """A page that belongs to the measure."""

    page_typed = forms.CharField(
        label=gettext_lazy("Paper, event or minutes"),
        max_length=500,
        help_text=gettext_lazy("The number of a paper, or the address of the page."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_page_typed(self) -> Any:
        """Return the page that was meant."""
        try:
            return understood(self.cleaned_data["page_typed"], self.user).page
        except NotUnderstood as unclear:
            raise forms.ValidationError(str(unclear)) from None


class ContactForm(forms.Form):
    """Who answers for a body."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Contact"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody in particular"),
        help_text=gettext_lazy("Is asked for news on this measure."),
    )

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            organisation=body, is_active=True, pseudonymised_at__isnull=True
        )
        field: Any = self.fields["person"]
        field.queryset = people.order_by("last_name", "first_name", "pk")


class GoesOnForm(forms.Form):
    """In which measures one goes on."""

    how = forms.ChoiceField(label=gettext_lazy("What happens"), choices=Succession.choices)
    following = forms.ModelMultipleChoiceField(
        label=gettext_lazy("It goes on in"),
        queryset=MeasurePage.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=gettext_lazy("Reason in a sentence"), max_length=300)

    def __init__(self, *args: Any, choices: Sequence[MeasurePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["following"]
        field.queryset = MeasurePage.objects.filter(pk__in=[one.pk for one in choices]).order_by(
            "number", "title"
        )
        field.label_from_instance = lambda measure: measure.label


class PatienceForm(forms.Form):
    """After how many days measures of one horizon count as silent."""

    def __init__(self, *args: Any, horizons: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value, label in horizons:
            self.fields[f"days_{value}"] = forms.IntegerField(
                label=label, min_value=7, max_value=1000
            )

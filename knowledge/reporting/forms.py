"""Forms: asking for news, answering, handing on, accepting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import Classification
from accounts.models import Organisation, User
from knowledge.measures.forms import DayField, StandingForm, bodies_to_choose
from knowledge.measures.models import MeasurePage
from knowledge.reporting.models import Answer, Inquiry, NewsRequest


class AskForm(forms.ModelForm[NewsRequest]):
    """What is asked, until when, and about which measures."""

    measures = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Measures"),
        queryset=MeasurePage.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each responsible body is asked about each of them."),
    )

    class Meta:
        model = NewsRequest
        fields: ClassVar = ["title", "as_of", "due_on", "note"]
        field_classes: ClassVar = {"as_of": DayField, "due_on": DayField}
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, choices: Sequence[MeasurePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measures"]
        field.queryset = MeasurePage.objects.filter(pk__in=[one.pk for one in choices]).order_by(
            "number", "title"
        )
        field.label_from_instance = lambda measure: measure.label
        field.initial = [one.pk for one in choices]


def _text(label: Any, rows: int, help_text: Any = "", length: int = 1000) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, max_length=length, required=False, widget=area
    )


class _SaidForm(StandingForm):
    """How far a measure is, in an answer."""

    reason = forms.CharField(
        label=gettext_lazy("Reason in a sentence"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed for “delayed” and “stalled”."),
    )


class AnswerForm(_SaidForm):
    """What a body says of a measure."""

    done = _text(gettext_lazy("What was done"), 3, length=3000)
    next_step = _text(gettext_lazy("What comes next"), 2)
    obstacles = _text(gettext_lazy("What stands in the way"), 2)
    evidence = _text(
        gettext_lazy("Evidence"),
        1,
        gettext_lazy("Such as the address of a page, or the number of a paper."),
    )


class HandOnForm(forms.Form):
    """Which colleague is to answer."""

    colleague = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Please choose"),
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["colleague"]
        field.queryset = colleagues


class AcceptForm(_SaidForm):
    """What is taken over from an answer, edited beside it."""

    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_step = _text(gettext_lazy("Next step"), 2)
    next_step_on = DayField(label=gettext_lazy("Next step on"), required=False)
    evidence = _text(gettext_lazy("Evidence"), 1)
    classification = forms.ChoiceField(
        label=gettext_lazy("Handling"),
        choices=Classification.choices,
        help_text=gettext_lazy("“Public”: may stand in the council’s report as it is."),
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

    def __init__(self, *args: Any, inquiry: Inquiry, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # what each of them is stands above
        fields["only_for"].queryset = bodies_to_choose(inquiry.measure, user)
        if inquiry.measure.classification != Classification.CONFIDENTIAL:
            fields["classification"].choices = list(Classification.choices)[:2]


def proposed(inquiry: Inquiry, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what the form of acceptance begins with: the answer's words; several bodies' answers below each other."""
    measure = inquiry.measure
    begin: dict[str, Any] = {
        "state": measure.state,
        "assessment": measure.assessment,
        "reason": measure.assessment_reason,
        "classification": Classification.INTERNAL,
    }
    if not answers:
        return begin
    last = answers[-1]
    begin |= {"state": last.state, "assessment": last.assessment, "reason": last.reason}
    text = joined(answers, "done") or (
        _("Unchanged.") if all(one.is_unchanged for one in answers) else ""
    )
    obstacles = joined(answers, "obstacles")
    if obstacles:
        text += "\n\n" + _("What stands in the way: %(obstacles)s") % {"obstacles": obstacles}
    return begin | {
        "text": text.strip(),
        "next_step": joined(answers, "next_step"),
        "evidence": joined(answers, "evidence"),
    }


def joined(answers: Sequence[Answer], name: str) -> str:
    """Return what several answers say of one thing, each once, below each other."""
    return "\n\n".join(
        dict.fromkeys(said for one in answers if (said := getattr(one, name).strip()))
    )

"""Forms of a task: how far it is, and who takes it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.principals import label_of
from accounts.models import User
from knowledge.tasks.models import State, TaskStep


class ProgressForm(forms.Form):
    """How far a task is, and what there is to say about it."""

    state = forms.ChoiceField(label=_("State"), choices=State.choices)
    done = forms.TypedMultipleChoiceField(
        label=_("Done of the checklist"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    new_steps = forms.CharField(
        label=_("Further steps, one a line"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, steps: Sequence[TaskStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done", [one.pk for one in steps if one.done_at])
        field: Any = self.fields["done"]
        field.choices = [(one.pk, one.text) for one in steps]
        if not steps:
            del self.fields["done"]


class HandOverForm(forms.Form):
    """Whom to ask."""

    receiver = forms.TypedChoiceField(label=_("Hand over to"), coerce=int)

    def __init__(self, *args: Any, receivers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receiver"]
        field.choices = [("", _("Please choose")), *((one.pk, label_of(one)) for one in receivers)]

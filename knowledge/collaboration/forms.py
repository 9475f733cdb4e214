"""What is said and to which passage; who is to read what until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from access.models import Space
from knowledge.collaboration.models import LONGEST
from knowledge.collaboration.passages import Passage
from knowledge.collaboration.reading import groups_in


class CommentForm(forms.Form):
    """A comment on the page or on a passage."""

    passage = forms.CharField(
        label=gettext_lazy("About which passage?"), required=False, widget=forms.Select
    )
    text = forms.CharField(
        label=pgettext_lazy("on a page", "Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("@ and a name tell people and bodies who may see it."),
    )

    def __init__(self, *args: Any, passages: Sequence[Passage] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        select: Any = self.fields["passage"].widget
        select.choices = [("", _("The whole page")), *((one.name, one.label) for one in passages)]


class AnswerForm(forms.Form):
    """An answer."""

    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReadingForm(forms.Form):
    """Who is to confirm, and until when."""

    due_on = forms.DateField(
        label=gettext_lazy("To be read by"), widget=forms.DateInput(attrs={"type": "date"})
    )
    group = forms.ModelChoiceField(
        label=gettext_lazy("Who is to confirm?"), queryset=Group.objects.none(), required=False
    )

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        # unscoped: whoever publishes in the space sees who has rights there
        field.queryset = groups_in(space)
        field.empty_label = _("Everybody who has a role in the space")
        field.label_from_instance = _group_label


def _group_label(group: Any) -> str:
    body = getattr(group, "organisation", None) or getattr(group, "circle", None)
    return str(body or group)

"""Forms: the rules of a group, an addendum, minutes that are made of an article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.groups.models import MinutesIndexPage
from knowledge.meetings.models import Rules
from knowledge.meetings.planning.forms import SpokenDateField
from knowledge.pages.editors import choices_by_space


class RulesForm(forms.ModelForm[Rules]):
    """How a group keeps its minutes."""

    class Meta:
        model = Rules
        fields: ClassVar = ["short_name", "needs_release", "approval", "silence_days"]


class AddendumForm(forms.Form):
    """A correction of approved minutes."""

    text = forms.CharField(
        label=_("Addendum"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FromArticleForm(forms.Form):
    """Where minutes that are made of an article lie, of which day they are, and what becomes of the article."""

    place = forms.TypedChoiceField(label=_("List of minutes"), coerce=int)
    held_on = SpokenDateField(
        label=_("Day of the meeting"), max_length=40, help_text=_("Such as 15.3. or Dienstag.")
    )
    article = forms.ChoiceField(label=_("The article"), widget=forms.RadioSelect, initial="link")

    def __init__(
        self, *args: Any, lists: Sequence[MinutesIndexPage], may_delete: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = choices_by_space(lists)
        article: Any = self.fields["article"]
        article.choices = [("link", _("stays, and the minutes lead to it"))]
        if may_delete:
            article.choices += [("bin", _("goes into the bin"))]

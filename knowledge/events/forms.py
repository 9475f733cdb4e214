"""Where the results of an event go, under which title and how they are handled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.handling import Classification
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.pages.editors import choices_by_space


class ResultsForm(forms.Form):
    """The article that is made of results."""

    title = forms.CharField(
        label=_("Title"), max_length=ArticlePage._meta.get_field("title").max_length
    )
    place = forms.TypedChoiceField(label=_("List of articles"), coerce=int)
    mark = forms.ChoiceField(label=_("Handling"), choices=Classification.choices)

    def __init__(self, *args: Any, lists: Sequence[ArticleIndexPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = choices_by_space(lists)

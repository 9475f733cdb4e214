"""A plain form, without scripts, for the fields that a kind of page names (`PageKind.edited`, `edited_rows`)."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalManyToManyField
from modelcluster.forms import ClusterForm

from access.rights import Person, visible_or_none
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.kinds import PageKind, page_kinds
from knowledge.writing.models import ChangeNote

Values = dict[str, Any]
"""For each field its values as texts; for rows a list of such dicts."""

ABOUT = ("owning_organisation", "classification", "review_by")
_NOT_DATA = ("DELETE", "ORDER")
_EXTRA_ROWS = 2  # empty ones below those that are there


class WhyForm(forms.Form):
    """What changed, said to readers with a publication."""

    why = forms.CharField(
        label=gettext_lazy("What changed?"), required=False, max_length=ChangeNote.LONGEST
    )


class _PageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among pages: those that the person may read, and the chosen one without its title if it is hidden."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the title, if the reader may see the page."""
        return str(obj.title) if visible_or_none(obj) is not None else _("not shown to you")


def _formfield(field: Any, **kwargs: Any) -> Any:
    """Return the form field of a column, in the plainest widget that a browser has."""
    if isinstance(field, models.DateField):
        kwargs["widget"] = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    elif isinstance(field, models.TimeField):
        kwargs["widget"] = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    elif isinstance(field, models.TextField):
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    elif isinstance(field, ParentalManyToManyField):
        kwargs["widget"] = forms.CheckboxSelectMultiple
    elif isinstance(field, models.ForeignKey) and issubclass(field.related_model, KnowledgePage):
        kwargs["form_class"] = _PageChoice
    return field.formfield(**kwargs)


@cache
def _form_class(name: str) -> type[ClusterForm]:
    kind = page_kinds[name]
    rows = {
        name: {"fields": list(columns), "extra": _EXTRA_ROWS, "can_order": False}
        for name, columns in kind.edited_rows.items()
    }
    meta = type(
        "Meta",
        (),
        {
            "model": kind.model,
            "fields": ["title", *kind.edited, *ABOUT],
            "formsets": rows,
            "formfield_callback": _formfield,
        },
    )
    attributes = {"Meta": meta, "formfield_callback": _formfield}
    return type(f"{kind.model.__name__}Form", (ClusterForm,), attributes)


def form_for(kind: PageKind, user: Person, *, instance: Any, data: QueryDict | None = None) -> Any:
    """Return the form of a page of a kind; pages can be chosen within the person's rights.

    Args:
        kind: The kind.
        user: Who fills it in.
        instance: The page, as its latest draft has it, or a new one.
        data: What was sent.
    """
    form: Any = _form_class(kind.name)(data, instance=instance)
    for formset in form.formsets.values():
        for row in formset.forms:
            _narrow(row, user)
    _narrow(form, user)
    return form


def _narrow(form: Any, user: Person) -> None:
    for name, field in form.fields.items():
        if isinstance(field, _PageChoice):
            pages: Any = field.queryset
            chosen = pages.filter(pk=form.initial.get(name))
            field.queryset = pages.model.objects.visible_to(user) | chosen


def stored_values(form: Any) -> Values:
    """Return what an unbound form shows, so that it can be compared with what comes back."""
    values: Values = {name: _texts(form[name].value()) for name in form.fields}
    for name, formset in form.formsets.items():
        values[name] = [_row(row, "value") for row in formset.initial_forms]
    return values


def sent_values(form: Any) -> Values:
    """Return what was sent to a bound form; rows that are to go, and empty ones, are left out."""
    values: Values = {name: _texts(form[name].data) for name in form.fields}
    for name, formset in form.formsets.items():
        rows = [_row(row, "data") for row in formset.forms if not row["DELETE"].data]
        values[name] = [
            row for row in rows if any(texts for key, texts in row.items() if key != "id")
        ]
    return values


def _row(row: Any, which: str) -> dict[str, list[str]]:
    shown = {name: row[name] for name in row.fields if name not in _NOT_DATA}
    return {
        name: _texts(bound.value() if which == "value" else bound.data)
        for name, bound in shown.items()
    }


def _texts(value: Any) -> list[str]:
    """Return a value as a browser sends it: texts, none for what is empty."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, dt.time):
        return [f"{value:%H:%M}"]
    if isinstance(value, models.Model):
        return [str(value.pk)]
    if isinstance(value, (list, tuple, models.QuerySet)):
        return sorted(text for one in value for text in _texts(one))
    text = str(value).replace("\r\n", "\n").strip()
    return [text] if text else []


def with_values(data: QueryDict, form: Any, values: Values) -> QueryDict:
    """Return what was sent with some fields and rows as they are stored.

    Args:
        data: What was sent.
        form: The form that it was sent to.
        values: The fields that the person didn't change, as they are stored now.
    """
    merged = data.copy()
    for name, value in values.items():
        formset = form.formsets.get(name)
        if formset is None:
            merged.setlist(name, value)
            continue
        for key in [key for key in merged if key.startswith(f"{formset.prefix}-")]:
            del merged[key]
        for which in ("TOTAL", "INITIAL"):
            merged[f"{formset.prefix}-{which}_FORMS"] = str(len(value))
        for number, row in enumerate(value):
            for column, texts in row.items():
                merged.setlist(f"{formset.prefix}-{number}-{column}", texts)
    return merged


def in_words(form: Any, name: str, value: Any) -> str:
    """Put a value into words, a choice by the label that the form offers; empty if there is none."""
    if name in form.formsets:
        rows = (
            ", ".join(text for key, texts in row.items() if key != "id" for text in texts)
            for row in value
        )
        return "; ".join(rows)
    choices = getattr(form.fields[name], "choices", ())
    named = {str(key): str(label) for key, label in choices}
    return ", ".join(named.get(text, text) for text in value)

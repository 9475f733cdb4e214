"""What stewards type: whom, which role or share, until when, why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.principals import Principal, key_of, label_of, principal_of
from access.roles import Role
from accounts.models import Circle, Membership, Organisation, User
from web.days import end_of

MATCHES = 20  # principals offered at most
PERSON = "person"  # what the address of proposals says if people alone are wanted


def find_principals(text: str) -> list[Principal]:
    """Return organisations, circles and people whose name contains every word of `text`, in this order."""
    words = text.split()
    if not words:
        return []
    organisations = Organisation.objects.filter(
        _containing(words, "name", "short_name"), is_collective=False, left_at__isnull=True
    )
    circles = Circle.objects.filter(_containing(words, "name"))
    found: list[Principal] = list(organisations[:MATCHES])
    found += circles[:MATCHES]
    found += find_people(text)
    return found[:MATCHES]


def find_people(text: str) -> list[Principal]:
    """Return active people whose name contains every word of `text`."""
    words = text.split()
    if not words:
        return []
    named = _containing(words, "first_name", "last_name", "username")
    people = User.objects.filter(named, is_active=True).select_related("organisation")
    return list(people[:MATCHES])


def _containing(words: Iterable[str], *fields: str) -> Q:
    """Return the condition that each word stands in one of the fields."""
    condition = Q()
    for word in words:
        one = Q()
        for field in fields:
            one |= Q(**{f"{field}__icontains": word})
        condition &= one
    return condition


def proposing(kind: str) -> dict[str, Any]:
    """Return what makes a field propose entries while somebody types (combobox.js); without scripts it does without."""
    url = reverse_lazy("access:suggest")
    return {
        "role": "combobox",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        "autocomplete": "off",
        "hx-get": format_lazy("{}?art={}", url, kind) if kind else url,
        "hx-trigger": "input changed delay:200ms",
        "hx-target": "next [role=listbox]",
        "hx-swap": "innerHTML",
        "hx-params": "who",
        "hx-sync": "this:replace",
    }


class PrincipalForm(forms.Form):
    """Whom: typed words that are looked up, or the entry chosen among several matches."""

    who = forms.CharField(
        label=_("Person, organisation or group"),
        max_length=120,
        help_text=_("Type part of the name."),
        widget=forms.TextInput(attrs=proposing("")),
    )
    principal = forms.ChoiceField(
        label=_("Which one?"), required=False, widget=forms.RadioSelect, choices=()
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which it counts; empty for no end."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    find: Any = staticmethod(find_principals)
    kinds: tuple[type, ...] = (User, Organisation, Circle)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not by the bound field: it would keep the label of this moment.
        who_id = str(self.auto_id).replace("%s", "who")
        self.fields["who"].widget.attrs["aria-controls"] = f"{who_id}-suggestions"
        self.matches: list[Principal] = []
        # Somebody whose account was closed meanwhile stays chosen here: what refuses them says so in a sentence.
        chosen = principal_of(self.data.get("principal", ""))
        if chosen is not None and isinstance(chosen, self.kinds):
            self.matches = [chosen]
            self.fields["who"].required = False
        elif self.is_bound:
            self.matches = self.find(self.data.get("who", ""))
        field: Any = self.fields["principal"]
        field.choices = [(key_of(one), label_of(one)) for one in self.matches]

    @property
    def must_choose(self) -> bool:
        """Whether several entries match what was typed."""
        return len(self.matches) > 1

    @property
    def chosen(self) -> Principal | None:
        """Whom the page is about already; nobody whose account is closed."""
        key = self.data.get("principal") or self.initial.get("principal", "")
        principal = principal_of(key)
        is_closed = isinstance(principal, User) and not principal.is_active
        return principal if isinstance(principal, self.kinds) and not is_closed else None

    @property
    def chosen_label(self) -> str:
        """Its name, a person's with the organisation."""
        return label_of(self.chosen) if self.chosen is not None else ""

    @property
    def chosen_key(self) -> str:
        """What the form sends for it."""
        return key_of(self.chosen) if self.chosen is not None else ""

    def clean_until(self) -> dt.datetime | None:
        """Return the end of the chosen day as a moment."""
        day: dt.date | None = self.cleaned_data["until"]
        if day is None:
            return None
        moment = end_of(day)
        if moment <= timezone.now():
            raise forms.ValidationError(_("This day lies in the past. Choose a later one."))
        return moment

    def clean(self) -> dict[str, Any]:
        """Find out whom it is about."""
        cleaned = super().clean() or {}
        if not self.matches:
            self.add_error(
                "who", _("Nobody by this name was found. Type another part of the name.")
            )
        elif self.must_choose:
            self.add_error("principal", _("Several entries match. Choose one."))
        elif self.matches:
            cleaned["principal"] = self.matches[0]
        return cleaned


class GrantForm(PrincipalForm):
    """A role on a space; no role takes it away."""

    role = forms.TypedChoiceField(
        label=_("Role"),
        coerce=lambda value: Role(int(value)) if int(value) else None,
        choices=[*((role.value, role.label) for role in Role), (0, _("no role"))],
        empty_value=None,
        initial=Role.READER.value,
    )
    field_order = ("who", "principal", "role", "until", "reason")


class ShareForm(PrincipalForm):
    """A share of one page."""

    include_descendants = forms.BooleanField(label=_("with all subpages"), required=False)
    field_order = ("who", "principal", "include_descendants", "until", "reason")


class MembershipForm(PrincipalForm):
    """A person who joins a circle."""

    function = forms.ChoiceField(
        label=_("Function"),
        choices=Membership.Function.choices,
        initial=Membership.Function.MEMBER,
    )
    field_order = ("who", "principal", "function", "until", "reason")
    find = staticmethod(find_people)
    kinds = (User,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Person")
        self.fields["who"].widget.attrs.update(proposing(PERSON))


class SeesForm(PrincipalForm):
    """Whether one person sees a page; asked in the address, so that the answer can be passed on to another steward."""

    until = None  # type: ignore[assignment]  # how a field is left out
    reason = None  # type: ignore[assignment]  # how a field is left out
    find = staticmethod(find_people)
    kinds = (User,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="sees_%s", **kwargs)
        self.fields["who"].label = _("Person")
        self.fields["who"].widget.attrs.update(proposing(PERSON))

    @property
    def asked_about(self) -> str:
        """The name of whom the answer is about."""
        principal = self.cleaned_data.get("principal")
        return label_of(principal) if principal is not None else ""


class ViewAsForm(PrincipalForm):
    """As whom a steward wants to see the site, chosen beforehand or by name, and why."""

    # Django leaves the field out; a view ends by itself after some minutes.
    until = None  # type: ignore[assignment]  # how a field is left out
    field_order = ("who", "principal", "reason")

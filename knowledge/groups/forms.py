"""What a curator types for a new working group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.granting.forms import PERSON, proposing
from access.roles import Role
from knowledge.groups.models import GroupKind
from knowledge.groups.services import GroupPlan
from knowledge.home.forms import FormWithLists, PeopleField
from knowledge.taxonomy.models import FieldOfAction

MEMBERS_MAY = (Role.READER, Role.CONTRIBUTOR, Role.PUBLISHER)


class GroupForm(FormWithLists):
    """A working group with its space, members and lead."""

    # Django leaves the field out: a group's space is no organisation's.
    organisation = None  # type: ignore[assignment]
    kind = forms.ChoiceField(label=_("Kind"), choices=GroupKind.choices)
    field_of_action = forms.ModelChoiceField(
        label=_("Field of action"), queryset=FieldOfAction.objects.all(), required=False
    )
    who = PeopleField(
        label=_("Who leads it"),
        help_text=_(
            "Type part of the name. Whoever leads it may name members, and others who lead it, too."
        ),
        widget=forms.TextInput(attrs=proposing(PERSON) | {"aria-controls": "id_who-suggestions"}),
        error_messages={"required": _("A working group needs somebody who leads it. Name one.")},
    )
    members = PeopleField(
        label=_("Members"), required=False, help_text=_("Full names or account names, one a line.")
    )
    role = forms.TypedChoiceField(
        label=_("What its members may do in its space"),
        coerce=lambda value: Role(int(value)),
        choices=[(role.value, role.label) for role in MEMBERS_MAY],
        initial=Role.CONTRIBUTOR.value,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def group_plan(self) -> GroupPlan:
        """Return what was asked for."""
        said: dict[str, Any] = self.cleaned_data
        return GroupPlan(
            space=self.plan(),
            kind=said["kind"],
            field_of_action=said["field_of_action"],
            leads=said["who"],
            members=said["members"],
            role=said["role"],
            reason=said["reason"],
        )

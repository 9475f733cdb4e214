"""What a curator types for a space or a working group; all of it works without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from access.consequence.space_grants import Change
from access.granting.forms import find_people
from access.models import Space
from access.principals import Principal, key_of, label_of, principal_of
from access.roles import Role
from accounts.models import Circle, Organisation
from knowledge.home.spaces import SpacePlan, kinds_with_lists, list_title

FIRST_ROLES = 3  # rows offered; more are given on the page of the space's roles
NOBODY = ""


class PeopleField(forms.CharField):
    """People by name, one a line; a name that several have is answered with all of them."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        """Return the people.

        Raises:
            ValidationError: With a sentence for each line that names nobody or several.
        """
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        found, problems = list[Any](), []
        for line in lines:
            people = self._matching(line)
            if len(people) == 1:
                found.append(people[0])
            elif not people:
                problems.append(_("Nobody is called “%(name)s”.") % {"name": line})
            else:
                names = "; ".join(f"{label_of(one)}: {one.username}" for one in people)
                problems.append(
                    _("“%(name)s” may be several people. Write the account name: %(names)s.")
                    % {"name": line, "names": names}
                )
        if problems:
            raise forms.ValidationError(problems)
        return list(dict.fromkeys(found))

    def _matching(self, line: str) -> list[Any]:
        people: list[Any] = find_people(
            line.partition(" (")[0]
        )  # proposals name the organisation, too
        typed = line.casefold()
        exact = [
            one
            for one in people
            if typed in (one.username.casefold(), str(one).casefold(), label_of(one).casefold())
        ]
        return exact if len(exact) == 1 else people


class NamesForm(forms.Form):
    """What spaces and groups are called, and whose they are."""

    title = forms.CharField(label=pgettext_lazy("of a space", "Name"), max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        max_length=80,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as “sichere-strassen”."),
    )
    description = forms.CharField(
        label=gettext_lazy("What belongs here, in a sentence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation whose internal space it is"),
        queryset=Organisation.objects.filter(is_collective=False, left_at__isnull=True),
        required=False,
        empty_label=gettext_lazy("none: a common space"),
    )
    new_pages_confidential = forms.BooleanField(
        label=gettext_lazy("New pages are confidential until their writer chooses otherwise"),
        required=False,
    )

    def clean_slug(self) -> str:
        """Return it in small letters."""
        return str(self.cleaned_data["slug"]).lower()


class FormWithLists(NamesForm):
    """Names, and a box for each list that the space may have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds_with_lists():
            self.fields[f"list-{kind.name}"] = forms.BooleanField(
                label=list_title(kind), required=False
            )

    @property
    def lists(self) -> list[Any]:
        """Return the boxes."""
        return [self[f"list-{kind.name}"] for kind in kinds_with_lists()]

    @property
    def names(self) -> list[Any]:
        """Return the other fields."""
        return [field for field in self if not field.name.startswith(("list-", "who-", "role-"))]

    def plan(self, **more: Any) -> SpacePlan:
        """Return what was asked for."""
        said = self.cleaned_data
        return SpacePlan(
            title=said["title"],
            slug=said["slug"],
            description=said["description"],
            organisation=said.get("organisation"),
            new_pages_confidential=said["new_pages_confidential"],
            kinds=[kind for kind in kinds_with_lists() if said[f"list-{kind.name}"]],
            **more,
        )


class SpaceForm(FormWithLists):
    """A new space with its first roles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.filter(is_collective=False, left_at=None)
        principals: list[Principal] = [*Circle.objects.all(), *organisations]
        bodies = [(NOBODY, _("nobody")), *((key_of(one), str(one)) for one in principals)]
        roles = [(str(role.value), role.label) for role in Role]
        for number in range(1, FIRST_ROLES + 1):
            values = {"number": number}
            self.fields[f"who-{number}"] = forms.ChoiceField(
                label=_("Organisation or group %(number)d") % values, required=False, choices=bodies
            )
            self.fields[f"role-{number}"] = forms.ChoiceField(
                label=_("Role of organisation or group %(number)d") % values,
                required=False,
                choices=roles,
            )

    @property
    def role_rows(self) -> Iterator[tuple[Any, Any]]:
        """Yield the fields of each first role."""
        for number in range(1, FIRST_ROLES + 1):
            yield self[f"who-{number}"], self[f"role-{number}"]

    def clean(self) -> dict[str, Any]:
        """Refuse somebody who is named twice."""
        said = super().clean() or {}
        chosen = [said.get(f"who-{number}") for number in range(1, FIRST_ROLES + 1)]
        named = [one for one in chosen if one]
        if len(named) != len(set(named)):
            raise forms.ValidationError(
                _("An organisation or group is named twice. Give it one role.")
            )
        return said

    def roles(self) -> Sequence[Change]:
        """Return the first roles."""
        said = self.cleaned_data
        changes = []
        for number in range(1, FIRST_ROLES + 1):
            principal = principal_of(said[f"who-{number}"]) if said[f"who-{number}"] else None
            if principal is not None:
                role = Role(int(said[f"role-{number}"] or Role.READER))
                changes.append(Change(principal, role, reason=_("First role of a new space.")))
        return changes


class SpaceChangeForm(NamesForm):
    """A space under other names."""

    @classmethod
    def of(cls, space: Space, page: Any) -> SpaceChangeForm:
        """Return the form filled with what is stored."""
        return cls(
            initial={
                "title": space.title, "slug": page.slug, "description": space.description,
                "organisation": space.organisation_id,
                "new_pages_confidential": space.new_pages_confidential,
            }
        )  # fmt: skip

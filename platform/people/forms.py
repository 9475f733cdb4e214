"""What is typed about people: who they are, why their account changes, how an invitation goes out."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.rights import can
from access.roles import Action
from accounts.credentials import count_credentials, end_credentials
from accounts.models import Organisation, PlatformRole, User
from people.accounts import PersonFacts
from people.selectors import organisations_open_to

BY_MAIL, BY_LINK = "mail", "link"
_WAYS = [
    (BY_MAIL, _("By mail, within a minute")),
    (BY_LINK, _("By a link that I hand over myself")),
]


NO_MAIL = _(
    "No mail server is named (STADTWISSEN_MAIL_HOST), so nobody gets the mail. Hand over a link instead."
)


def usual_way() -> str:
    """Return how invitations usually go out: by link where no mail server is named, since mails would only wait."""
    return BY_MAIL if settings.NOTICE_MAIL_ENABLED else BY_LINK


class ReasonForm(forms.Form):
    """Why; it goes into the audit log."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Stands in the audit log. Don't name other people."),
    )


class WayForm(forms.Form):
    """How invitations go out."""

    way = forms.ChoiceField(
        label=_("Invitation"), choices=_WAYS, initial=usual_way, widget=forms.RadioSelect
    )


class PersonForm(forms.Form):
    """Who somebody is; organisations and platform roles as far as the keeper of the account gives them."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("This person may read what the organisation may read."),
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    platform_role = forms.ChoiceField(
        label=_("Platform role"),
        choices=PlatformRole.choices,
        required=False,
        help_text=_(
            "Curators decide who reads what; administrators operate the platform and keep all accounts; "
            "“Administration of the organisation” keeps the accounts of its own people."
        ),
    )

    def __init__(self, *args: Any, keeper: User, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations_open_to(keeper)
        self._kept_role = person.platform_role if person else PlatformRole.NONE
        if not can(keeper, Action.OPERATE):
            del self.fields["platform_role"]
            field.required, field.empty_label = True, None

    def facts(self) -> PersonFacts:
        """Return what was typed; of whoever gives no platform role it stays."""
        return PersonFacts(**{"platform_role": self._kept_role, **self.cleaned_data})


class InvitationForm(PersonForm, WayForm):
    """Somebody new, and how the invitation goes out."""

    def facts(self) -> PersonFacts:
        """Return what was typed about the person."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "way"}
        return PersonFacts(**{"platform_role": PlatformRole.NONE, **values})


class ListForm(forms.Form):
    """A list of people as a spreadsheet saves it."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "At most 5,000 rows and 2 MB. Nothing is saved before you have seen what it does."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    address = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class EndKeysForm(forms.Form):
    """Base of forms for a new password: whoever fears that somebody knew the old one ends the access keys as well."""

    user: User

    end_keys = forms.BooleanField(
        label=_("End all access keys"),
        initial=True,
        required=False,
        help_text=_(
            "Sessions in other browsers end in any case. Programs with your keys go on reading in your name otherwise."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not count_credentials(self.user):
            del self.fields["end_keys"]


class LinkPasswordForm(EndKeysForm, SetPasswordForm):  # type: ignore[type-arg]  # no parameters when it runs
    """A password by a one-time link."""


class PasswordForm(EndKeysForm, ChangePasswordForm):
    """A new password instead of the old one."""

    @transaction.atomic
    def save(self) -> None:
        """Set the password and end the keys, if that was chosen."""
        super().save()
        if self.cleaned_data.get("end_keys"):
            end_credentials(self.user)


class OwnFactsForm(forms.Form):
    """What everybody changes of their own account."""

    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

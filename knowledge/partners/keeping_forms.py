"""What a curator types of an organisation."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class OrganisationForm(forms.ModelForm[Organisation]):
    """Its names and its kind."""

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "slug", "kind", "is_collective", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "short_name": _("As it stands in lists and beside people."),
            "slug": _("Small letters, digits and hyphens; earlier addresses go on leading here."),
        }
        error_messages: ClassVar = {
            "slug": {
                "unique": _(
                    "Another organisation has this short name in its address. Choose another."
                )
            }
        }

    def clean_slug(self) -> str:
        """Return it in small letters."""
        return str(self.cleaned_data["slug"]).lower()


class MergeForm(forms.Form):
    """Into which organisation another one goes, and why."""

    kept = forms.ModelChoiceField(
        label=_("Organisation that stays"),
        queryset=Organisation.objects.filter(left_at__isnull=True),
        to_field_name="slug",
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

"""Load a map of districts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.taxonomy.models import DistrictMap
from knowledge.taxonomy.outlines import LARGEST


class MapForm(forms.ModelForm[DistrictMap]):
    """A GeoJSON, with what has to be said of it."""

    file = forms.FileField(
        label=_("GeoJSON"), help_text=_("A FeatureCollection of polygons in degrees, up to 2 MB.")
    )
    named_by = forms.CharField(
        label=_("Property that names the district"), max_length=100, initial="name"
    )

    class Meta:
        model = DistrictMap
        fields = ("source", "licence")

    field_order = ("file", "named_by", "source", "licence")

    def clean_file(self) -> bytes:
        """Return what is in the file; a large one is not read."""
        sent: Any = self.cleaned_data["file"]
        content: bytes = sent.read(LARGEST + 1)
        return content

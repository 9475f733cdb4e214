"""The catalogue of components: every one in every sample, on one page.

For development and tests only; the urls wire it in nowhere else. A component `x` is
`templates/components/x.html` with `x.sample.json` beside it: a list of
`{"title": …, "context": {…}}`. JSON cannot say everything, so three markers stand for objects:
`{"$safe": "<p>…"}` is trusted HTML, `{"$field": "name"}` a field of the demo form,
`{"$form": true}` the demo form itself.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

COMPONENTS_DIR = Path(settings.BASE_DIR) / "templates" / "components"


@dataclass(frozen=True)
class Specimen:
    """One sample of a component, rendered."""

    title: str
    html: SafeString


@dataclass(frozen=True)
class Exhibit:
    """A component with its samples."""

    name: str
    specimens: tuple[Specimen, ...]


class DemoForm(forms.Form):
    """Stands in for any form; bound with one wrong entry, so that errors show."""

    name = forms.CharField(label="Name", help_text="Wie er im Ausweis steht.")
    role = forms.ChoiceField(label="Rolle", choices=[("reader", "Lesen"), ("writer", "Schreiben")])
    code = forms.CharField(label="Code", min_length=6)
    agreed = forms.BooleanField(label="Ich habe den Hinweis gelesen", required=False)
    told = forms.BooleanField(
        label="Auch per E-Mail",
        required=False,
        help_text="Eine E-Mail enthält nichts aus vertraulichen Inhalten und kommt höchstens einmal am Tag.",
    )
    which = forms.ChoiceField(
        label="Welcher Eintrag?",
        help_text="Mehrere passen.",
        choices=[("one", "Polizei"), ("two", "Timo Averbeck (Polizei)")],
        widget=forms.RadioSelect,
    )


def demo_form() -> DemoForm:
    """Return the demo form with a code that is too short."""
    entries = {"name": "Kim Beispiel", "role": "reader", "code": "12"}
    return DemoForm(entries, auto_id="sample_%s")


def component_names() -> list[str]:
    """List all components, alphabetically."""
    return sorted(path.stem for path in COMPONENTS_DIR.glob("*.html"))


def samples_of(name: str) -> list[dict[str, Any]]:  # Any: whatever the sample file holds
    """Read the samples of a component.

    Raises:
        FileNotFoundError: If the component has no `.sample.json` beside it.
    """
    path = COMPONENTS_DIR / f"{name}.sample.json"
    samples: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return samples


def _resolve(value: Any, form: DemoForm) -> Any:  # Any: JSON in, objects out
    if isinstance(value, list):
        return [_resolve(item, form) for item in value]
    if not isinstance(value, dict):
        return value
    if "$safe" in value:
        return mark_safe(value["$safe"])  # noqa: S308  our own sample files
    if "$field" in value:
        return form[value["$field"]]
    if "$form" in value:
        return form
    return {key: _resolve(item, form) for key, item in value.items()}


def exhibit(name: str, request: HttpRequest) -> Exhibit:
    """Render one component in all its samples."""
    form = demo_form()
    specimens = tuple(
        Specimen(
            title=sample["title"],
            html=render_to_string(
                f"components/{name}.html", _resolve(sample["context"], form), request=request
            ),
        )
        for sample in samples_of(name)
    )
    return Exhibit(name=name, specimens=specimens)


def catalogue(request: HttpRequest) -> HttpResponse:
    """Show all components."""
    exhibits = [exhibit(name, request) for name in component_names()]
    return render(request, "catalogue.html", {"exhibits": exhibits})

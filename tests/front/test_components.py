"""Every component has samples, renders, and is used."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from web.catalogue import COMPONENTS_DIR, component_names, exhibit, samples_of

TEMPLATES_DIR = Path(settings.BASE_DIR) / "templates"
INCLUDE = re.compile(r'{%\s*include\s+"components/(\w+)\.html"([^%]*)%}')


def templates() -> list[Path]:
    return sorted(TEMPLATES_DIR.rglob("*.html"))


def included() -> set[str]:
    return {name for path in templates() for name, _rest in INCLUDE.findall(path.read_text())}


@pytest.mark.parametrize("name", component_names())
def test_component_renders_with_each_of_its_samples(name: str) -> None:
    request = RequestFactory().get("/bausteine/")
    request.user = AnonymousUser()
    specimens = exhibit(name, request).specimens
    assert specimens, f"{name} has no sample"
    for specimen in specimens:
        assert specimen.html.strip(), f"{name}, sample “{specimen.title}”, renders nothing"


@pytest.mark.parametrize("name", component_names())
def test_component_is_included_somewhere(name: str) -> None:
    assert name in included(), f"templates/components/{name}.html is used nowhere: remove it"


def test_every_include_names_an_existing_component() -> None:
    assert included() <= set(component_names())


def test_every_component_is_included_with_only() -> None:
    leaky = [
        f"{path.relative_to(TEMPLATES_DIR)}: {name}"
        for path in templates()
        for name, rest in INCLUDE.findall(path.read_text())
        if not rest.rstrip().endswith(" only")
    ]
    assert leaky == []


def test_every_component_explains_its_variables_at_its_head() -> None:
    silent = [
        name
        for name in component_names()
        if "{% comment %}" not in (COMPONENTS_DIR / f"{name}.html").read_text()[:200]
    ]
    assert silent == []


def test_a_component_without_samples_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        samples_of("no_such_component")


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(TEMPLATES_DIR)))
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text), "style belongs into static/css/stadtwissen.css"
    assert not re.search(r"<style\b", text), "style belongs into static/css/stadtwissen.css"
    assert not re.search(r"\son[a-z]+=\"", text), "event handlers belong into static/js"
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or "application/json" in attributes


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(TEMPLATES_DIR)))
def test_template_trusts_no_text_by_itself(path: Path) -> None:
    text = path.read_text()
    assert "|safe" not in text, "sanitise where the text comes from, and pass it as safe"
    assert "autoescape off" not in text

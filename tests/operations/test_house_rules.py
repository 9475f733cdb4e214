"""Our own checks find what they are for: each is shown something wrong and something right."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest

from tests.operations.conftest import ROOT

pytestmark = pytest.mark.once


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


rules = load("check_house_rules")
catalogue = load("check_catalogue")
FILE = ROOT / "knowledge/example/views.py"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("KnowledgePage.objects.all()", True),
        ("KnowledgePage.objects.filter(live=True)", True),
        ("KnowledgePage.objects.visible_to(user).live()", False),
        ("KnowledgePage.objects.live().visible_to(user)", False),
        (
            "def show(r):\n  page = Page.objects.get()\n  if not can(r.user, READ, page): raise",
            False,
        ),
        ("def show(r):\n  page = Page.objects.get()\n  return scan(page)", True),
        ("def show(r):\n  visible_pages(r)\n  _row()\ndef _row():\n  Page.objects.get()", False),
        ("def show(r):\n  _row()\ndef _row():\n  Page.objects.get()", True),
        ("def _row():\n  Page.objects.get()", True),
    ],
)
def test_unscoped_queries_are_found(code, wrong):
    assert bool(list(rules.unscoped_queries(FILE, ast.parse(code)))) is wrong


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("from knowledge.measures.models import MeasurePage", True),
        ("from accounts.models import User", True),
        ("import accounts.models", False),
        ("from wagtail.fields import StreamField", False),
    ],
)
def test_model_imports_in_migrations_are_found(code, wrong):
    assert bool(list(rules.migrations(FILE, ast.parse(code)))) is wrong


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ("<script>alert(1)</script>", True),
        ('<script src="/static/app.js" defer></script>', False),
        ('<p style="color: red">', True),
        ('<button onclick="go()">', True),
        ('<p class="style">on="x"</p>', False),
    ],
)
def test_inline_code_is_found(html, wrong, tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(html)
    assert bool(list(rules.inline_code(page))) is wrong


def test_the_standard_library_keeps_its_platform():
    import platform

    assert Path(platform.__file__).parent == Path(ast.__file__).parent


def entry(msgid, msgstr, **more):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **more)


def test_untranslated_and_fuzzy_texts_are_found():
    good = entry("Search", "Suche")
    assert list(catalogue.untranslated([good])) == []
    assert len(list(catalogue.untranslated([entry("Search", "")]))) == 1
    assert len(list(catalogue.untranslated([entry("Search", "Suche", flags=["fuzzy"])]))) == 1


@pytest.mark.parametrize(
    ("msgid", "msgstr", "wrong"),
    [
        ("%(count)s hits", "%(count)s Treffer", False),
        ("%(count)s hits", "%(anzahl)s Treffer", True),
        ("%(count)s hits", "Treffer", True),
        ("{name} shared", "{name} hat freigegeben", False),
        ("{name} shared", "{nam} hat freigegeben", True),
        ("100 % done", "100 % fertig", False),
    ],
)
def test_changed_placeholders_are_found(msgid, msgstr, wrong):
    assert bool(list(catalogue.unlike_placeholders([entry(msgid, msgstr)]))) is wrong


def test_plural_may_leave_out_the_number_but_not_invent_one():
    one = polib.POEntry(
        msgid="one hit",
        msgid_plural="%(count)s hits",
        msgstr_plural={0: "ein Treffer", 1: "%(count)s Treffer"},
    )
    assert list(catalogue.unlike_placeholders([one])) == []
    one.msgstr_plural[0] = "%(zahl)s Treffer"
    assert len(list(catalogue.unlike_placeholders([one]))) == 1

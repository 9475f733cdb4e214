"""Our own checks find what they are for: each is shown something wrong and something right."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest

from tests.operations.conftest import ROOT


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
        ("Page._default_manager.all()", True),
        ("Key.objects.of(user)", False),
        ("Notice.objects.filter(recipient=user)", False),
        ("Notice.objects.filter(kind=kind)", True),
        ("Page.objects.get()  # unscoped: locks a row", False),
        ("# unscoped: locks a row\nPage.objects.get()", False),
        ("# unscoped: counted only\ndef f():\n\n  Page.objects.get()", False),
        ("# unscoped: counted only\nimport os\n\nPage.objects.get()", False),
        ("import os\n# unscoped: counted only\nx = 1\nPage.objects.get()", True),
        ("Page.objects.get()  # unscoped:", True),
        ("Page.objects.get()  # unscoped: ok", True),  # one word is no reason
    ],
)
def test_unscoped_queries_are_found(code, wrong):
    assert bool(list(rules.unscoped_queries(FILE, ast.parse(code), code))) is wrong


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("page.save_revision(user=user)", True),
        ("page.save_revision().publish()", True),
        ("parent.add_child(instance=page)", True),
        ("page.specific.move(target, pos='last-child')", True),
        ("page.copy(to=parent)", True),
        ("from wagtail.actions.edit_page import EditPageAction", True),
        ("shutil.move(old, new)", False),
        ("request.POST.copy()", False),
        ("class Page:\n    def publish(self, revision):\n        super().publish(revision)", False),
    ],
)
def test_pages_that_change_past_writing_are_found(code: str, wrong: bool) -> None:
    assert bool(list(rules.page_writes(FILE, ast.parse(code)))) is wrong
    inside = ROOT / "knowledge/writing/services.py"
    assert not list(rules.page_writes(inside, ast.parse(code)))


@pytest.mark.parametrize(
    ("path", "code", "outward"),
    [
        ("knowledge/example/views.py", "", True),
        ("search/saved/views.py", "", True),
        ("platform/operations/audit_views.py", "", True),
        ("knowledge/example/selectors.py", "", True),
        ("knowledge/example/wagtail_hooks.py", "", True),
        ("platform/web/templatetags/components.py", "", True),
        ("knowledge/example/models.py", "class P:\n  def get_context(self): ...", True),
        ("knowledge/example/models.py", "class P:\n  def save(self): ...", False),
        ("platform/api/pages.py", "def f(request: HttpRequest): ...", True),
        ("knowledge/pages/blocks.py", "shown_to = current_reader()", True),
        ("platform/people/views.py", "", True),
        ("platform/access/selectors.py", "def f(request: HttpRequest): ...", False),
        ("search/indexer.py", "", False),
    ],
)
def test_whatever_answers_people_is_looked_at(path, code, outward):
    assert rules.is_outward(ROOT / path, ast.parse(code)) is outward


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


def test_security_names_only_tests_that_exist():
    """A promise in docs/security.md that leans on a test that is gone would be empty."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    known = {path.name for path in (ROOT / "tests").rglob("*.py")}
    missing = [one for one in re.findall(r"\b(test_\w+\.py)\b", text) if one not in known]
    missing += [one for one in re.findall(r"`(tests/[\w/]+)`", text) if not (ROOT / one).is_dir()]
    missing += [
        one for one in re.findall(r"`(tests/[\w/]+\.py)`", text) if not (ROOT / one).is_file()
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    missing += [one for one in re.findall(r"\w+\.(test_\w+)`", text) if f"def {one}(" not in code]
    assert not missing


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("with connection.cursor() as cursor: ...", True),
        ("Page.objects.select_for_update()", True),
        ("@pytest.mark.django_db(transaction=True)\ndef test_it(): ...", True),
        ("engine = get_engine()", True),
        ("pytestmark = pytest.mark.both\nengine = get_engine()", False),
        ("# one stack: tantivy alone has a folder\nengine = get_engine()", False),
        ("# one stack: so\nengine = get_engine()", True),  # one word is no reason
        ("with CaptureQueriesContext(connection) as queries: ...", False),
    ],
)
def test_what_a_database_decides_is_tried_on_both(source, wrong):
    assert bool(list(rules.on_one_stack(ROOT / "tests/test_example.py", source))) is wrong


def test_a_room_that_locks_rows_has_a_test_on_both(tmp_path):
    tests = tmp_path / "tests"
    (tests / "knowledge").mkdir(parents=True)
    file = tests / "knowledge/test_example.py"
    file.write_text("def test_it(): ...")
    locking = [tmp_path / "knowledge/example/services.py"]
    assert len(list(rules.rooms_on_one_stack(locking, tests))) == 1
    file.write_text("pytestmark = pytest.mark.both")
    assert not list(rules.rooms_on_one_stack(locking, tests))

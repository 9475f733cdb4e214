"""Wagtail's admin speaks our German, in our colours, and says who sees a page as `access` knows it."""

from __future__ import annotations

from pathlib import Path

import pytest
import wagtail
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from access.granting.shares import share_page
from knowledge.groups.models import MinutesIndexPage
from knowledge.pages.editors import page_editors
from knowledge.pages.kinds import page_kinds
from knowledge.wagtail_edge.borrowed_texts import WAGTAIL_TEXTS
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article, publish_below

pytestmark = pytest.mark.django_db


def test_each_template_that_takes_the_place_of_wagtails_has_one_to_replace() -> None:
    ours = Path(settings.BASE_DIR) / "templates" / "wagtailadmin"
    theirs = Path(wagtail.__file__).parent / "admin" / "templates" / "wagtailadmin"
    new = {"home/workplaces.html"}
    missing = {
        name
        for path in ours.rglob("*.html")
        if (name := path.relative_to(ours).as_posix()) not in new and not (theirs / name).exists()
    }
    assert missing == set()


def test_wagtail_still_has_the_texts_that_we_say_in_our_own_words() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in Path(wagtail.__file__).parent.rglob("*.po")
        if "/de/" in path.as_posix()
    ]
    catalogue = "".join(line.strip('"') for text in sources for line in text.split("\n"))
    written = catalogue.replace('"', "")
    assert [text for text in WAGTAIL_TEXTS if text.replace('"', "") not in written] == []
    with translation.override("de"):
        for text in WAGTAIL_TEXTS:
            german = translation.gettext(text)
            assert "Objekt" not in german
            assert "domain.com" not in german


def test_the_editor_says_who_sees_the_page_and_leads_back(cast: Cast) -> None:
    page = make_article(cast.space_a, "Ein Artikel")
    share_page(page, cast.organisation_b, actor=None)
    client = signed_in(cast.publisher_a)
    editor = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    for theirs in ("Für alle sichtbar", "jeden sichtbar", "-Objekt", "domain.com", "Wagtail 8"):
        assert theirs not in editor
    said = " ".join(BeautifulSoup(editor, "html.parser").get_text(" ").split())
    assert "alle mit einer Rolle im Bereich „Bereich-A“ (" in said
    assert "Außerdem freigegeben für Amt B" in said
    assert f'href="/zugriff/seite/{page.pk}/"' in editor
    assert "css/admin.css" in editor
    assert "<title>" in editor
    assert "- Stadtwissen</title>" in editor
    new = client.get(f"/admin/pages/add/articles/articlepage/{page.get_parent().pk}/")
    assert "Rolle im Bereich „Bereich-A“" in new.content.decode()
    # What Wagtail says after publishing:
    with translation.override("de"):
        assert translation.gettext("View live") == "Zurück zur Seite"


def test_the_admins_start_names_the_places_in_which_one_publishes(cast: Cast) -> None:
    make_article(cast.space_a, "Ein Artikel")
    start = signed_in(cast.publisher_a).get("/admin/")
    html = start.content.decode()
    assert "Bereich-A" in html
    assert "Bereich-B" not in html
    assert 'href="/neu/"' in html
    assert "editor guide" not in html
    assert "Editor-Handbuch" not in html


def test_a_list_leads_to_its_entries_and_to_a_new_one(cast: Cast) -> None:
    index = make_article(cast.space_a, "Ein Artikel").get_parent()
    workshop, new = f'href="/admin/pages/{index.pk}/"', f"/neu/article/{index.pk}/"
    html = signed_in(cast.publisher_a).get(index.url).content.decode()
    assert workshop in html
    assert new in html
    assert "Neuer Artikel" in html
    for_contributor = signed_in(cast.contributor_a).get(index.url).content.decode()
    assert new in for_contributor
    assert "/admin/" not in for_contributor
    for_reader = signed_in(cast.reader_a).get(index.url).content.decode()
    assert new not in for_reader
    assert "/admin/" not in for_reader
    assert [kind.name for kind in page_kinds if kind.index and not kind.new_label] == []


def test_whoever_writes_minutes_begins_them_from_their_list_and_from_new(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    new = f'href="{reverse("meetings:plan", args=[cast.space_a.slug])}"'
    for person in (cast.contributor_a, cast.publisher_a):
        for address in (index.url, "/neu/"):
            html = signed_in(person).get(address).content.decode()
            assert new in html, address
            assert "minutespage" not in html, "the front has an editor for them"
    empty = signed_in(cast.contributor_a).get(index.url).content.decode()
    assert "Hier ist noch kein Eintrag." in empty, "no filter is to be taken back"
    assert "Nehmen Sie einen Filter zurück" not in empty
    for_reader = signed_in(cast.reader_a).get(index.url).content.decode()
    assert new not in for_reader


def test_a_kind_without_an_editor_is_made_in_the_admin(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    with page_editors.holding(*(one for one in page_editors if one.name != "meetings")):
        html = signed_in(cast.publisher_a).get(index.url).content.decode()
        for_contributor = signed_in(cast.contributor_a).get(index.url).content.decode()
    assert f'href="/admin/pages/add/groups/minutespage/{index.pk}/"' in html
    assert "Neues Protokoll" in html
    assert "Neues Protokoll" not in for_contributor

"""The latest changes of a space, who published them and what was said; hidden pages aren't among them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knowledge.writing import services as writing
from knowledge.writing.models import ChangeNote
from knowledge.writing.reasons import publish_saying_why
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_who_and_why_stand_with_each_change(cast: Cast) -> None:
    page, hidden = make_article(cast.space_a, "Steg"), make_article(cast.space_b, "Geheim")
    publisher = signed_in(cast.publisher_a)
    page.title = "Steg am Hafen"
    writing.save_draft(page, actor=cast.publisher_a, stamp=writing.stamp_of(page))
    assert "Was hat sich geändert?" in publisher.get(f"/bearbeiten/{page.pk}/").content.decode()
    sent = {"stamp": writing.stamp_of(page), "why": f"  Neue\0 Lampen {'x' * 300}"}
    publisher.post(f"/bearbeiten/{page.pk}/veroeffentlichen/", sent)
    html = signed_in(cast.reader_a).get(f"/aenderungen/{cast.space_a.slug}/").content.decode()
    assert "Steg am Hafen" in html
    assert str(cast.publisher_a) in html
    assert "Neue Lampen xxx" in html
    assert len(ChangeNote.objects.get().text) == ChangeNote.LONGEST
    assert hidden.title not in html
    reader = signed_in(cast.reader_a)
    for slug in (cast.space_b.slug, "gibt-es-nicht"):
        assert reader.get(f"/aenderungen/{slug}/").status_code == 404
    assert f"/aenderungen/{cast.space_a.slug}/" in publisher.get("/bereich-a/").content.decode()


def test_queries_do_not_grow_with_changes(cast: Cast) -> None:
    make_article(cast.space_a, "Steg")
    client = signed_in(cast.reader_a)
    url = f"/aenderungen/{cast.space_a.slug}/"

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    count()
    before = count()
    for number in range(5):
        page = make_article(cast.space_a, f"Seite {number}")
        page.save_revision(user=cast.publisher_a)
        stamp = writing.stamp_of(page)
        publish_saying_why(page, actor=cast.publisher_a, stamp=stamp, why="Neu")
    assert count() == before

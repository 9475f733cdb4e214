"""Tags: given on the front, proposed and listed within the reader's rights; a tag of a hidden page alone is none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from knowledge.wiki.models import PageTag
from knowledge.wiki.tags import MOST, set_tags, visible_tags
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def tagged(cast: Cast) -> Any:
    page, hidden = make_article(cast.space_a, "Steg"), make_article(cast.space_b, "Geheim")
    set_tags(page, ["Beleuchtung", "Hafen"], actor=cast.publisher_a)
    set_tags(hidden, ["Razzia", "HAFEN"], actor=cast.publisher_b)
    return page


def save(client: Client, page: Any, **values: Any) -> Any:
    empty = {"first": "", "second": "", "third": ""}
    return client.post(f"/schlagworte-der-seite/{page.pk}/", empty | values, follow=True)


@pytest.mark.both
def test_a_tag_counts_and_shows_only_what_the_reader_sees(cast: Cast, tagged: Any) -> None:
    assert list(visible_tags(cast.reader_a)) == [
        ("beleuchtung", "Beleuchtung", 1),
        ("hafen", "Hafen", 1),
    ]
    assert list(visible_tags(cast.reader_b)) == [("hafen", "HAFEN", 1), ("razzia", "Razzia", 1)]
    assert ("hafen", 2) in [(key, count) for key, _name, count in visible_tags(cast.member_of_both)]
    reader = signed_in(cast.reader_a)
    html = reader.get("/schlagworte/").content.decode()
    assert "Beleuchtung" in html
    assert "Razzia" not in html
    listed = reader.get("/schlagworte/hafen/").content.decode()
    assert "Steg" in listed
    assert "Geheim" not in listed
    hidden, missing = reader.get("/schlagworte/razzia/"), reader.get("/schlagworte/gibt-es-nicht/")
    assert hidden.status_code == missing.status_code == 404


def test_tags_stand_on_the_page_and_lead_to_their_lists(cast: Cast, tagged: Any) -> None:
    html = signed_in(cast.reader_a).get(tagged.url).content.decode()
    assert 'href="/schlagworte/beleuchtung/"' in html
    assert f"/schlagworte-der-seite/{tagged.pk}/" not in html, "readers change none"


def test_publishers_change_tags_with_proposals_of_what_they_see(cast: Cast, tagged: Any) -> None:
    other = make_article(cast.space_a, "Turm")
    client = signed_in(cast.publisher_a)
    form = client.get(f"/schlagworte-der-seite/{other.pk}/").content.decode()
    assert '<option value="Hafen">' in form
    assert "Razzia" not in form
    save(client, other, kept=["Hafen"], first="Aussicht, Höhe", second="hafen")
    assert {one.key for one in PageTag.objects.filter(page=other)} == {"hafen", "aussicht", "hoehe"}
    assert "page.tagged" in set(Entry.objects.values_list("action", flat=True))
    save(client, other)
    assert not PageTag.objects.filter(page=other).exists()


def test_odd_tags_are_refused_with_a_sentence(cast: Cast, tagged: Any) -> None:
    client = signed_in(cast.publisher_a)
    assert "ist kein Schlagwort" in save(client, tagged, first="!!!").content.decode()
    many = ",".join(f"t{n}" for n in range(MOST + 1))
    assert f"höchstens {MOST} Schlagwörter" in save(client, tagged, first=many).content.decode()
    assert "<script>" not in save(client, tagged, first="<script>x").content.decode()
    assert PageTag.objects.filter(page=tagged).count() == 1, "the last one replaced the others"


def test_only_publishers_tag_what_is_published(cast: Cast, tagged: Any) -> None:
    for person in (cast.reader_a, cast.contributor_a, cast.publisher_b):
        client = signed_in(person)
        assert client.get(f"/schlagworte-der-seite/{tagged.pk}/").status_code == 404
        assert save(client, tagged, first="x").status_code == 404


def test_queries_do_not_grow_with_tags(cast: Cast, tagged: Any) -> None:
    client = signed_in(cast.reader_a)

    def count(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    urls = ("/schlagworte/", "/schlagworte/hafen/", tagged.url)
    before = [count(url) for url in urls]
    for number in range(5):
        page = make_article(cast.space_a, f"Seite {number}")
        set_tags(page, ["Hafen", f"eigen {number}"], actor=cast.publisher_a)
    set_tags(tagged, ["Hafen", *(f"t{n}" for n in range(8))], actor=cast.publisher_a)
    assert [count(url) for url in urls] == before

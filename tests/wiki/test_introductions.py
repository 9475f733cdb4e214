"""Introductions of spaces and groups are written in the editor; the sentence at the head is the space's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from knowledge.groups.models import GroupPage
from knowledge.home.services import create_space
from knowledge.home.spaces import change_space
from knowledge.writing import services as writing
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, home_of, make_article

pytestmark = pytest.mark.django_db


def write(client: Any, page: Any, text: str) -> Any:
    data = client.get(f"/bearbeiten/{page.pk}/").context["data"]
    (field,) = data["texts"]
    sent = {
        "stamp": data["stamp"],
        "title": [data["title"], data["title"]],
        "texts": {field["name"]: {"base": field["lines"], "mine": [["k1", "p", [text]]]}},
    }
    url = f"/bearbeiten/{page.pk}/entwurf/"
    return client.post(url, json.dumps(sent), content_type="application/json")


def test_a_publisher_writes_the_introduction_and_readers_see_it(cast: Cast) -> None:
    make_article(cast.space_a, "Einziger Artikel")
    home = home_of(cast.space_a)
    reader, publisher = signed_in(cast.reader_a), signed_in(cast.publisher_a)
    assert reader.get(home.url).status_code == 302, "one list and nothing to say: straight there"
    assert f"/bearbeiten/{home.pk}/" in publisher.get(home.url).content.decode()
    assert write(publisher, home, "Hier steht, wie wir arbeiten.").status_code == 200
    assert "wie wir arbeiten" not in reader.get(home.url, follow=True).content.decode()
    stamp = writing.stamp_of(home_of(cast.space_a))
    publisher.post(f"/bearbeiten/{home.pk}/veroeffentlichen/", {"stamp": stamp})
    assert "<p data-block-key" in home_of(cast.space_a).introduction
    html = reader.get(home.url).content.decode()
    assert "Hier steht, wie wir arbeiten." in html
    for person in (cast.reader_a, cast.contributor_a, cast.publisher_b):
        assert signed_in(person).get(f"/bearbeiten/{home.pk}/").status_code == 404


def test_the_introduction_of_a_group_is_found_and_shown(cast: Cast) -> None:
    space = create_space(
        slug="ag", title="AG Licht", description="Ein Satz.", circle=CircleFactory(),
        home_page=GroupPage(kind="working_group", introduction="<p>Wir <b>treffen</b> uns.</p>"),
    )  # fmt: skip
    html = signed_in(cast.curator).get(home_of(space).url).content.decode()
    assert "Wir <b>treffen</b> uns." in html
    assert "Ein Satz." in html


def test_a_space_that_is_renamed_keeps_its_introduction_and_the_draft(cast: Cast) -> None:
    home = home_of(cast.space_a)
    home.introduction = "<p>Alt</p>"
    writing.publish(home, actor=cast.publisher_a, stamp=None)
    write(signed_in(cast.publisher_a), home, "Neu")
    change_space(
        cast.space_a, actor=cast.curator, title="Anders", slug="anders", description="Kurz.",
        organisation=None, new_pages_confidential=False,
    )  # fmt: skip
    home = home_of(cast.space_a)
    assert (home.title, home.introduction) == ("Anders", "<p>Alt</p>")
    draft = writing.draft_of(home)
    assert (draft.title, draft.slug) == ("Anders", "anders")
    assert "Neu" in draft.introduction

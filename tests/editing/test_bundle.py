"""The editor's bundle stays small, is there, and is loaded on editing pages alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Cast
from tests.factories import make_article

BUNDLES = [Path(settings.BASE_DIR) / f"static/editor/{name}.js" for name in ("early", "article")]
MOST_BYTES = 160_000


def test_the_bundle_is_small() -> None:
    assert sum(len(gzip.compress(one.read_bytes(), 9)) for one in BUNDLES) <= MOST_BYTES


def test_packages_of_the_editor_are_pinned_exactly() -> None:
    package = json.loads((Path(settings.BASE_DIR) / "package.json").read_text(encoding="utf-8"))
    named = {**package["dependencies"], **package["devDependencies"]}
    bundled = {
        name: version for name, version in named.items() if "tiptap" in name or name == "esbuild"
    }
    assert len(bundled) > 10
    assert all(version[0].isdigit() for version in bundled.values()), bundled


@pytest.mark.django_db
def test_it_is_loaded_on_editing_pages_alone(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Titel", text="<p>x</p>")
    client.force_login(cast.publisher_a)
    assert "editor/article.js" in client.get(f"/bearbeiten/{page.pk}/").content.decode()
    for address in ("/", page.url, "/neu/"):
        assert "editor/article" not in client.get(address).content.decode()

"""What lies below a page, asked as a range of paths, is what begins with its path."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from access.tree import _first_path_after, at_or_below
from knowledge.basepage.models import KnowledgePage
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.both

steps = st.text("0129ABYZ", min_size=4, max_size=4)
paths = st.lists(steps, min_size=1, max_size=4).map("".join)


@given(paths.filter(lambda path: path.strip("Z")), st.one_of(paths, st.just("")))
def test_the_range_holds_what_begins_like_the_path(path: str, other: str) -> None:
    for one in (other, path + other, path):
        assert (path <= one < _first_path_after(path)) == one.startswith(path)


def test_nothing_comes_after_the_last_path() -> None:
    with pytest.raises(ValueError, match="last path"):
        at_or_below("ZZZZ")


def test_the_database_agrees_and_uses_an_index(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    make_article(cast.space_b, "Andere")
    above = page.get_parent().get_parent()
    below = KnowledgePage.objects.filter(at_or_below(above.path)).order_by()
    assert set(below) == set(KnowledgePage.objects.filter(path__startswith=above.path))
    assert list(KnowledgePage.objects.child_of(page.get_parent())) == [page.knowledgepage_ptr]
    inside = KnowledgePage.objects.descendant_of(above, inclusive=True)
    assert set(inside) == set(below)
    if connection.vendor == "sqlite":
        assert "SEARCH" in below.explain()
        assert "SCAN" not in below.explain()

"""Every kind of content is found by words of its own."""

from __future__ import annotations

import pytest

from search.checks import check_names_of_kinds
from search.registry import SearchKind, kinds
from web.registry import AlreadyRegistered


def test_no_two_kinds_share_a_word() -> None:
    assert len(kinds) > 5
    assert check_names_of_kinds(None) == []


def test_a_second_kind_with_the_same_alias_is_refused() -> None:
    with (
        kinds.override(),
        pytest.raises(AlreadyRegistered, match="shares vorlage with 'paper'"),
    ):
        kinds.register(SearchKind("template", "Vorlage", ("vorlage",)))


def test_a_label_that_is_another_kinds_word_is_an_error() -> None:
    with kinds.override(SearchKind("template", "Vorlage")):
        (error, *_others) = check_names_of_kinds(None)
    assert error.id == "search.E003"
    assert "'paper' and 'template' are both called 'vorlage'" in error.msg

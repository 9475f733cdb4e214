"""One class for everything that rooms register: no doubles, cures named, entries for a block."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from web.registry import AlreadyRegistered, NotRegistered, Registry


@dataclass(frozen=True)
class Thing:
    name: str
    words: tuple[str, ...] = ()


@pytest.fixture
def things() -> Registry[Thing]:
    made: Registry[Thing] = Registry(
        "thing", cure="register it with things.register", words=lambda thing: thing.words
    )
    made.register(Thing("paper", ("vorlage", "drucksache")), Thing("article"))
    return made


def test_entries_stand_in_the_order_of_registration(things: Registry[Thing]) -> None:
    things.register(Thing("a"))
    assert [thing.name for thing in things] == ["paper", "article", "a"]
    assert len(things) == 3
    assert "a" in things


@pytest.mark.parametrize(
    ("double", "complaint"),
    [
        (Thing("paper"), "The thing 'paper' is registered twice"),
        (Thing("template", ("vorlage",)), "'template' shares vorlage with 'paper'"),
        (Thing("drucksache"), "'drucksache' shares drucksache with 'paper'"),
        (Thing("text", ("article",)), "'text' shares article with 'article'"),
    ],
)
def test_doubles_are_refused(things: Registry[Thing], double: Thing, complaint: str) -> None:
    with pytest.raises(AlreadyRegistered, match=complaint):
        things.register(double)
    assert len(things) == 2


def test_an_unknown_name_is_answered_with_its_cure(things: Registry[Thing]) -> None:
    with pytest.raises(NotRegistered, match=r"'no' is unknown; register it with things\.register"):
        things["no"]
    assert things.get("no") is None


def test_what_cannot_be_used_is_refused() -> None:
    def no_blanks(thing: Thing) -> None:
        if " " in thing.name:
            raise ValueError("no blanks")

    things: Registry[Thing] = Registry("thing", cure="register it", check=no_blanks)
    with pytest.raises(ValueError, match="no blanks"):
        things.register(Thing("a b"))
    assert not len(things)


def test_a_test_may_put_entries_in_for_a_block(things: Registry[Thing]) -> None:
    with things.override(Thing("paper"), Thing("more")):
        assert things["paper"].words == ()
        assert [thing.name for thing in things] == ["article", "paper", "more"]
    with things.holding(Thing("only")):
        assert [thing.name for thing in things] == ["only"]
    assert [thing.name for thing in things] == ["paper", "article"]


def test_what_was_there_comes_back_after_an_error(things: Registry[Thing]) -> None:
    with pytest.raises(RuntimeError), things.holding():
        raise RuntimeError
    assert len(things) == 2

"""Two windows write into the same lines, saves and answers late or lost: every word is there, once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.lines import Line, Run
from knowledge.editing.merging import merge
from knowledge.editing.words import merge_text

WORD = re.compile(r"[a-z]\d+z")
LINES = ("m1z m2z m3z", "m4z")


def words(lines: Sequence[Line]) -> Counter[str]:
    return Counter(word for line in lines for word in WORD.findall(line.text))


class Save(NamedTuple):
    stamp: int
    base: list[Line]
    mine: list[Line]
    unanswered: list[Line]


class Answer(NamedTuple):
    stamp: int
    merged: list[Line] | None


class Server:
    """What `services.save_text` does with the text of a page."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines, self.stamp = lines, 1

    def take(self, save: Save) -> Answer:
        lines = save.mine
        if save.stamp != self.stamp:
            merged = merge(save.base, save.mine, self.lines, unanswered=save.unanswered)
            lines = merged.lines
        if lines != self.lines:
            self.lines, self.stamp = lines, self.stamp + 1
        return Answer(self.stamp, lines if lines != save.mine else None)


class Browser:
    """What frontend/editor/sync.js does, one step at a time."""

    def __init__(self, name: str, server: Server, draw: Any) -> None:
        self.name, self.server, self.draw = name, server, draw
        self.lines = self.base = server.lines
        self.stamp = server.stamp
        self.unanswered: list[Line] = []
        self.is_behind, self.typed = False, 0
        self.sent: Save | None = None
        self.answer: Answer | None = None

    def type(self) -> None:
        """Type a word before, behind or between others, with or without a space."""
        self.typed += 1
        at = self.draw(st.integers(0, len(self.lines) - 1))
        text = self.lines[at].text
        places = sorted(
            {0, len(text), *(edge for one in WORD.finditer(text) for edge in one.span())}
        )
        place = self.draw(st.sampled_from(places))
        word = self.draw(st.sampled_from(["", " "])) + f"{self.name}{self.typed}z"
        changed = replace(self.lines[at], runs=(Run(text[:place] + word + text[place:]),))
        self.lines = [*self.lines[:at], changed, *self.lines[at + 1 :]]

    def send(self) -> None:
        """Send a save, unless another is under way."""
        if self.sent is None:
            stamp = 0 if self.is_behind else self.stamp
            self.unanswered, *sent = self.unanswered or self.lines, self.unanswered
            self.sent = Save(stamp, self.base, self.unanswered, *sent)

    def arrive(self) -> None:
        """Let the save reach the server."""
        if self.sent is not None and self.answer is None:
            self.answer = self.server.take(self.sent)

    def hear(self) -> None:
        """Take the answer, if there is one."""
        if self.sent is None or self.answer is None:
            return
        save, answer = self.sent, self.answer
        self.sent = self.answer = None
        self.unanswered, self.stamp, self.base = [], answer.stamp, save.mine
        self.is_behind = answer.merged is not None and save.mine != self.lines
        if answer.merged is not None and not self.is_behind:
            self.lines = self.base = answer.merged

    def lose(self) -> None:
        """Lose the save, or its answer."""
        self.sent = self.answer = None

    def catch_up(self) -> None:
        self.is_behind = True  # as after somebody else's save (`here`)
        while self.is_behind or self.lines != self.base:
            for step in (self.send, self.arrive, self.hear):
                step()


def test_what_both_type_into_a_word_stands_in_it_and_the_word_is_there_once() -> None:
    # At the end of a line on the screen the cursor is before the next word, without a space between.
    assert merge_text("eins zwei", "eins  neuzwei", "eins  andereszwei") == "eins  anderes neuzwei"
    assert merge_text("ab", "a neub", "a anderesb") == "a anderes neub"
    # The rest of a word that is being typed stays with it.
    assert merge_text("eins ne", "eins neu", "eins ne anderes") == "eins neu anderes"
    # Another word instead of one isn't typed into it.
    assert merge_text("dunkel", "hell", "düster") == "düster hell"


STEPS = ["type", "type", "send", "arrive", "hear", "lose"]


@given(st.data())
def test_in_whatever_order_saves_and_answers_come_each_word_is_there_once(
    data: st.DataObject,
) -> None:
    server = Server([Line(f"k{n}", "p", (Run(text),)) for n, text in enumerate(LINES)])
    windows = [Browser(name, server, data.draw) for name in "ab"]
    for _n in range(data.draw(st.integers(0, 40))):
        window = data.draw(st.sampled_from(windows))
        getattr(window, data.draw(st.sampled_from(STEPS)))()
    for window in (*windows, *windows):
        window.arrive()
        window.hear()
        window.catch_up()
    expected = Counter([*WORD.findall(" ".join(LINES))])
    expected.update(f"{one.name}{n}z" for one in windows for n in range(1, one.typed + 1))
    assert words(server.lines) == expected
    assert windows[0].lines == windows[1].lines == server.lines

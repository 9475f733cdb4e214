"""Whatever two people do to the items and rows of one form: nothing is lost, nothing is doubled."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.paragraphs import merge_paragraphs
from knowledge.meetings.minuting.merging import Said, Sheet, merge
from tests.properties import examples

ITEMS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(3)]
ROWS = [f"{number:08d}-1111-4111-8111-111111111111" for number in range(4)]
DEEDS = ("title", "result", "add row", "row text", "row who", "empty row", "remove", "line")


def form() -> dict[str, list[str]]:
    """Return a form with three items, of which each has two tasks and some lines."""
    sheet: dict[str, list[str]] = {"item": list(ITEMS)}
    for item in ITEMS:
        sheet |= {
            f"{item}-title": ["Punkt"],
            f"{item}-notes": ["eins\nzwei"],
            f"{item}-result": [""],
        }
        rows = [f"{item[:8]}{row[8:-1]}{n}" for n, row in enumerate(ROWS[:2])]
        sheet[f"{item}-tasks"] = rows
        for row in rows:
            sheet |= {f"{row}-what": ["Aufgabe"], f"{row}-who": ["EDG"], f"{row}-due": [""]}
    return sheet


class Writer:
    """Somebody who changes a form, with words that nobody else writes."""

    def __init__(self, name: str) -> None:
        self.name, self.sheet, self.words, self.count = name, form(), list[str](), 0
        self.removed: set[str] = set()

    def do(self, deed: str, at: int, which: int) -> None:
        item = ITEMS[at]
        if item in self.removed:
            return
        tasks = self.sheet[f"{item}-tasks"]
        row = tasks[which % len(tasks)]
        if deed == "title":
            self._write(f"{item}-title")
        elif deed == "result":
            self.sheet[f"{item}-result"] = [self.name]
        elif deed == "line":
            lines = self.sheet[f"{item}-notes"][0].split("\n")
            lines.insert(which % (len(lines) + 1), self._word())
            self.sheet[f"{item}-notes"] = ["\n".join(lines)]
        elif deed == "add row":
            self._add_row(item, tasks)
        elif deed == "row text" and self.sheet[f"{row}-what"] != [""]:
            self._write(f"{row}-what")
        elif deed == "row who" and self.sheet[f"{row}-what"] != [""]:
            self.sheet[f"{row}-who"] = [self.name]
        elif deed == "empty row" and self.sheet[f"{row}-what"][0] == "Aufgabe":
            self.sheet[f"{row}-what"] = [""]
        elif deed == "remove" and all(
            self.sheet[name] == form().get(name) for name in self._of(item)
        ):
            self.sheet[f"{item}-remove"] = ["1"]
            self.removed.add(item)

    def _of(self, item: str) -> list[str]:
        return [name for name in self.sheet if name.startswith(item[:8])]

    def _word(self) -> str:
        self.count += 1
        self.words.append(f"{self.name}{self.count}x")
        return self.words[-1]

    def _write(self, name: str) -> None:
        self.sheet[name] = [f"{self.sheet[name][0]} {self._word()}"]

    def _add_row(self, item: str, tasks: list[str]) -> None:
        row = f"{item[:8]}-{self.name * 4}-4111-8111-11111111{self.count + 1:04d}"
        tasks.append(row)
        self.sheet |= {f"{row}-what": [self._word()], f"{row}-who": [""], f"{row}-due": [""]}

    def stored(self) -> Sheet:
        """Return the form of the draft once it is saved."""
        stored = {name: list(values) for name, values in self.sheet.items()}
        stored["item"] = [item for item in ITEMS if item not in self.removed]
        for item in self.removed:
            stored = {
                name: values for name, values in stored.items() if not name.startswith(item[:8])
            }
        for item in stored["item"]:
            tasks = stored[f"{item}-tasks"]
            stored[f"{item}-tasks"] = [row for row in tasks if stored[f"{row}-what"] != [""]]
        return stored


deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.integers(0, 3)), max_size=8
)


def read(name: str, values: Any) -> Any:
    """Let everything be shown as it is typed."""
    return values


@examples(300)
@given(here=deeds, there=deeds)
def test_rows_and_words_of_both_are_there_once(here: list[Any], there: list[Any]) -> None:
    mine, other = Writer("a"), Writer("b")
    for writer, done in ((mine, here), (other, there)):
        for deed in done:
            writer.do(*deed)
    latest = other.stored()
    merged = merge(form(), mine.sheet, latest, read=read)
    sheet = merged.sheet
    kept = [item for item in sheet["item"] if f"{item}-remove" not in sheet]
    rows = [row for item in kept for row in sheet[f"{item}-tasks"] if sheet[f"{row}-what"] != [""]]
    assert len(rows) == len(set(rows))
    texts = [sheet[f"{row}-what"][0] for row in rows]
    texts += [sheet[f"{item}-{name}"][0] for item in kept for name in ("title", "notes")]
    found = " ".join(texts).split()
    written = [*mine.words, *other.words]
    assert sorted(word for word in found if word.endswith("x")) == sorted(written)
    for item in ITEMS:
        if item not in mine.removed | other.removed:
            assert item in kept
            assert sheet[f"{item}-notes"][0].split("\n").count("eins") == 1
            assert sheet[f"{item}-title"][0].split().count("Punkt") == 1
    # Twice the same is the same, and saving the result again changes nothing.
    assert merge(form(), mine.sheet, sheet, read=read, is_repeated=True).sheet == sheet
    assert merge(sheet, sheet, sheet, read=read).sheet == sheet
    for told in merged.told:
        assert told.said in (Said.STAYED, Said.KEPT, Said.BOTH_WROTE)


words = st.lists(st.sampled_from("abcdefgh"), max_size=4).map(" ".join)
texts = st.lists(words.filter(bool), max_size=5).map("\n".join)


@examples(300)
@given(base=texts, mine=texts)
def test_a_text_that_one_leaves_alone_is_the_other_s(base: str, mine: str) -> None:
    assert merge_paragraphs(base, mine, base).text == mine
    assert merge_paragraphs(base, base, mine).text == mine
    assert merge_paragraphs(base, mine, mine).text == mine

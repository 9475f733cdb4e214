"""HTML and Markdown become text without losing, parting or joining words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.pages.blocks import BodyBlock
from knowledge.text import PlainText, lines_of_html


def lines(source: str) -> list[str]:
    return [text for text, _is_heading in lines_of_html(source)]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>a &lt; b und c &gt; d</p>", ["a < b und c > d"]),
        ("<p>a < b und c > d, 1<2</p>", ["a < b und c > d, 1<2"]),
        ("<p>Bürger<b>*</b>innen und Bürger*innen</p>", ["Bürger*innen und Bürger*innen"]),
        ("<p>Nord<i>stadt</i> und Teil<wbr>stück</p>", ["Nordstadt und Teilstück"]),
        (
            "<ul><li>Beleuchtung<ul><li>Wallring</li></ul></li><li>Bänke</li></ul>",
            ["Beleuchtung", "Wallring", "Bänke"],
        ),
        ("Eins<br>Zwei<br/>Drei<hr>Vier", ["Eins", "Zwei", "Drei", "Vier"]),
        ("<table><tr><td>Tag</td><td>Ort</td></tr></table>", ["Tag", "Ort"]),
        ("<p>Er\n  sagte <!-- nichts --> viel.</p>\n<p>Ja</p>", ["Er sagte viel.", "Ja"]),
        ("<pre>a\n  b <b>c\nd</b></pre>e", ["a", "b c", "d", "e"]),
        ("vorn<script>a < b</script><style>p {}</style> hinten", ["vorn hinten"]),
        ("<p>offen <b>fett<p>weiter", ["offen fett", "weiter"]),
        ("a\x00b \ud800c", ["a b c"]),
        ("<div>" * 1000 + "tief" + "</div>" * 1000 + "danach", ["tief", "danach"]),
        ("", []),
        ("<!-- nur das -->", []),
    ],
)
def test_a_page_s_lines(source: str, shown: list[str]) -> None:
    assert lines(source) == shown


def test_headings_are_headings_and_text() -> None:
    text = PlainText()
    text.add_html("<h2>Ziel &amp; <b>Zweck</b></h2><p>Der Text.</p><h4>Ende</h4>")
    assert text.headings == ["Ziel & Zweck", "Ende"]
    assert text.paragraphs == ["Ziel & Zweck", "Der Text.", "Ende"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a < b und c > d", ["a < b und c > d"]),
        ("Bürger*innen kommen", ["Bürger*innen kommen"]),
        # Two of them are emphasis to Markdown, on the page as well: what is shown is what is found.
        ("Bürger*innen und Besucher*innen", ["Bürgerinnen und Besucherinnen"]),
        ("Die Datei `a_b_c.txt` und snake_case_name", ["Die Datei a_b_c.txt und snake_case_name"]),
        ("- Beleuchtung\n    - Wallring\n- Bänke", ["Beleuchtung", "Wallring", "Bänke"]),
        ("# Ziel\n\nMehr **Licht** am [Wall](/wall/).", ["Ziel", "Mehr Licht am Wall."]),
        ("| Tag | Ort |\n|---|---|\n| Mo | Rathaus |", ["Tag", "Ort", "Mo", "Rathaus"]),
        ("Nr. 5 - 7 | offen", ["Nr. 5 - 7 | offen"]),
    ],
)
def test_markdown_goes_through_the_renderer_of_the_page(written: str, shown: list[str]) -> None:
    block = BodyBlock()
    stream = block.to_python([{"type": "markdown", "value": written}])
    stored = block.to_python(block.get_prep_value(stream))
    text = PlainText()
    text.add_body(stored)
    assert text.paragraphs == shown


WORDS = st.lists(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1, max_size=6
)


@given(
    words=WORDS, tags=st.lists(st.sampled_from(["b", "p", "li", "td", "h3", "br", "x"]), max_size=6)
)
def test_no_word_is_lost_or_joined(words: list[str], tags: list[str]) -> None:
    pairs = [(word, tags[number % len(tags)] if tags else "p") for number, word in enumerate(words)]
    source = " ".join(f"<{tag}>{word}</{tag}>" for word, tag in pairs)
    assert " ".join(lines(source)).split() == " ".join(words).split()

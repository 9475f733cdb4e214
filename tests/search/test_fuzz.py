"""Whatever stands in an address, the search answers: without an error, without what is hidden, within a second.

Texts are put together from what breaks query languages, patterns, encodings and analysis, and from anything at all.
"""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from django.conf import settings as configured
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from search import outbox
from search.engines.base import SearchEngine
from search.indexer import drain
from tests.conftest import Cast
from tests.properties import examples
from tests.search.shelf import ShelfSource, Thing

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HIDDEN = "Kanarienvogel"
MAX_S = 1.0
TRIES = 3  # other tests may run beside this one: the quickest counts

NASTY = [
    # Query languages
    '"', "'", "„", "“", "«", "»", ":", "(", ")", "[", "]", "{", "}", "-", "--", "+", "*", "?", "~", "~2", "^9", "\\",
    "/", "|", "&&", "||", "!", "=", "<", ">", "OR", "ODER", "AND", "NOT", "TO", "[a TO z]", "{!join}", "_exists_:x",
    "title:", "key:", "space_id:2", "path:0001*", "audience:",
    # Ours
    "typ:", "art:", "org:", "bereich:", "feld:", "bezirk:", "jahr:", "nach:", "vor:", "von:",
    "typ:,,,", "nach:99.99.9999",
    'typ:"', "von:\x00", "jahr:-1", "vor:2025-13-45", "nach:heute", "-typ:artikel", "org:a,b,c,d,e,f", "ODER ODER",
    # Patterns and other languages
    ".*", "(a+)+$", "a{1,9999}", "[[:alpha:]]", "^$", "<script>alert(1)</script>", "{{ 7*7 }}",
    "{% now %}", "' OR 1=1 --",
    "%00", "%s", "../../etc/passwd", "\r\nSet-Cookie: x=y",
    # Encodings
    "\x00", "\x01", "\x7f", "\x85", "\u00ad", "\u200b", "\u200d", "\u2028", "\u202e", "\ufeff", "\ufffe", "\uffff",
    "\ud800", "\udfff", "\U000e0001", "\U0010ffff", "\u0308", "\u0308" * 40, "M\u0308", "e\u0301" * 30,
    # Letters that change their number or direction
    "ß", "ẞ", "İ", "ı", "ﬃ", "Ǆ", "Ⅻ", "９", "٣", "१२", "🏳️‍🌈", "👨‍👩‍👧‍👦",
    "💥" * 20, "שלום", "مرحبا", "漢字かな", "ｆｕｌｌ",
    # Words
    "Müllabfuhr", "Hafen", "§ 34a", "§§ 1, 2 und 3", "M 12", "Maßnahme", "Dr.-Ing.",
    "AG-Protokoll", "für", "der", "a", "aa",
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "a" * 300, "ä" * 300, "ab" * 200, "müll" * 60, "x-" * 150,
    "1" * 300, "1.2.3.4.5.6.7.8.9", "-" * 300, '"' * 99, "(" * 300, "\n" * 50, "\t ",
]  # fmt: skip

pieces = st.one_of(st.sampled_from(NASTY), st.text(max_size=15))
short_texts = st.builds(
    lambda parts, glue: glue.join(parts), st.lists(pieces, max_size=40), st.sampled_from(["", " "])
)
long_texts = st.builds(
    lambda part, glue: (part + glue) * (10_000 // max(len(part + glue), 1)),
    pieces.filter(bool),
    st.sampled_from(["", " ", '" ', " OR "]),
)
texts = st.one_of(short_texts, short_texts, long_texts)

DAYS = [
    "",
    "heute",
    "2025",
    "2025-02-30",
    "31.12.9999",
    "0000-00-00",
    "99999999",
    "1.1.1",
    "-1",
    "2025-01-01T00:00",
    "٢٠٢٥",
]
NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "500",
    "501",
    "999999",
    "9" * 40,
    "1e9",
    "0x1",
    "٣",
    "½",
    "NaN",
    " 1",
    "1,5",
]
values = st.one_of(st.sampled_from([*DAYS, *NUMBERS, "article", "relevance", "date"]), pieces)
NAMES = [
    "q", "kind", "org", "space", "field", "district", "year", "after", "before", "sort", "page", "x", "q[]", "",
]  # fmt: skip
parameters = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=14)
headers = st.sampled_from([{}, {"HX-Request": "true", "HX-Target": "search-answer"}])


@pytest.fixture
def site(index: SearchEngine, shelf: ShelfSource, cast: Cast, client: Client) -> Client:
    for number in range(25):
        shelf.things[str(number)] = Thing(
            cast.space_a.pk,
            f"Buch {number}",
            "Die Müllabfuhr im Hafen, § 34a, M 12. " * 20,
            organisations=("amt-a",),
        )
    shelf.things["geheim"] = Thing(cast.space_b.pk, f"{HIDDEN} Hafen", HIDDEN)
    outbox.enqueue("shelf", shelf.things)
    drain()
    client.force_login(cast.reader_a)
    client.get("/suche/", {"q": "Hafen"})  # what is read once a process
    return client


def encoded(text: str) -> str:
    """Return text for an address; lone surrogates become the bytes that no decoder takes."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def clock() -> float:
    """Return the processor's time of this process; beside it Elasticsearch works, whose time counts as well."""
    return time.process_time() if configured.SEARCH_ENGINE == "tantivy" else time.monotonic()


def answered(site: Client, address: str, **kwargs: dict[str, str]) -> str:
    """Ask for the address and return the page."""
    taken_s = []
    while True:
        started = clock()
        response = site.get(address, **kwargs)
        taken_s.append(clock() - started)
        assert response.status_code == 200, address[:300]
        if taken_s[-1] < MAX_S:
            break
        assert len(taken_s) < TRIES, (taken_s, address[:300])
    html = response.content.decode()
    assert HIDDEN not in html
    assert "Traceback" not in html
    return html


QUIETLY = examples(60)


@QUIETLY
@given(texts, headers)
@example("\ud800 \udfff", {})
@example("(" * 10_000, {})
@example("Müllabfuhr OR " * 700, {})
@example("typ:a,b " * 1200, {})
@example(f'"{HIDDEN[:4]}" ' * 900, {})
def test_any_text_is_answered(site: Client, text: str, head: dict[str, str]) -> None:
    answered(site, f"/suche/?q={encoded(text)}", headers=head)


@QUIETLY
@given(texts)
def test_any_beginning_gets_suggestions(site: Client, text: str) -> None:
    answered(site, f"/suche/vorschlaege/?q={encoded(text)}")


@QUIETLY
@given(short_texts, parameters, headers)
@example("Hafen", [("page", "500"), ("page", "501"), ("sort", "date"), ("year", "٢٠٢٥")], {})
@example("Hafen", [("org", "x")] * 400, {})
@example("", [("kind", "article"), ("after", "9999-12-31"), ("before", "0001-01-01")], {})
def test_any_parameters_are_answered(
    site: Client, text: str, given_parameters: list[tuple[str, str]], head: dict[str, str]
) -> None:
    pairs = [("q", text), *given_parameters]
    address = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
    answered(site, f"/suche/?{address}", headers=head)


@QUIETLY
@given(st.binary(max_size=200))
def test_any_bytes_as_an_address_are_answered(site: Client, raw: bytes) -> None:
    answered(site, f"/suche/?q={quote(raw, safe='')}")
    answered(site, f"/suche/?{quote(raw, safe='=&;+%')}")

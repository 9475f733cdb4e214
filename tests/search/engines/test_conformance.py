"""What every engine does, tested on both with one index of a few documents."""

from __future__ import annotations

import datetime as dt

import pytest

from access.scope import AccessScope, SharedSubtree
from search.analysis.vocabulary import Vocabulary
from search.documents import Attachment, SearchDocument
from search.engines.base import Query, SearchEngine, SearchResult
from search.facet import facet_names
from tests.search.engines.conftest import EngineFactory

OPEN, GROUP, INTERNAL = 1, 2, 3
POLICE, HOUSING = 11, 12

DOCUMENTS = [
    SearchDocument(
        key="measure:16",
        space_id=OPEN,
        path="000100010001",
        kind="measure",
        title="Ermittlungsdienst Abfall (Müllpolizei)",
        url="/m/16/",
        headings=("Ziel", "Maßnahme 16"),
        organisations=("edg", "ordnungsamt"),
        facets={"field_of_action": ("sauberkeit",), "district": ("innenstadt-nord",)},
        dated_on=dt.date(2025, 3, 1),
        body="Die Müllpolizei ermittelt gegen wilde Müllkippen.\nGraffitibeseitigung gehört nicht dazu.",
    ),
    SearchDocument(
        key="measure:12",
        space_id=OPEN,
        path="000100010002",
        kind="measure",
        title="Angsträume beseitigen",
        url="/m/12/",
        headings=("M 12",),
        organisations=("stadtplanungsamt",),
        facets={
            "field_of_action": ("sicherheit",),
            "district": ("innenstadt-nord", "innenstadt-west"),
        },
        dated_on=dt.date(2024, 12, 31),
        body="Beleuchtung an Haltestellen und in der Nordstadt. Treu und Glauben.",
    ),
    SearchDocument(
        key="minutes:1",
        space_id=GROUP,
        path="000100020001",
        kind="minutes",
        title="AG-Protokoll vom Januar",
        url="/p/1/",
        organisations=("edg",),
        dated_on=dt.date(2025, 1, 1),
        people=("Dr.-Ing. Aylin Yıldız",),
        body="Die Sicherheitskonferenz tagt. Bewachung nach § 34a der Gewerbeordnung.",
        attachments=(
            Attachment("a", "Lageplan", "/d/a", ("Seite eins", "Der Drogenkonsumraum zieht um.")),
        ),
    ),
    SearchDocument(
        key="minutes:1#2",
        space_id=GROUP,
        path="000100020001",
        kind="minutes",
        title="TOP 2 vertraulich",
        url="/p/1/#2",
        audience=frozenset({POLICE}),
        dated_on=dt.date(2025, 1, 1),
        body="Razzia in der Glauben und Treu Straße geplant.",
    ),
    SearchDocument(
        key="article:1",
        space_id=INTERNAL,
        path="000100030001",
        kind="article",
        title="Wohnungsübergabe",
        url="/a/1/",
        body="Die Müllpolizei kommt. Schlüssel bitte im Büro abgeben.",
        tags=("Kanarienvogel",),
    ),
    SearchDocument(
        key="article:1.1",
        space_id=INTERNAL,
        path="0001000300010001",
        kind="article",
        title="Schlüsselbund",
        url="/a/2/",
        body="Der Hausmeister verwahrt Schlüssel.",
        language="de",
    ),
]

ALL = AccessScope(user_id=1, organisation_id=POLICE, spaces=frozenset({OPEN, GROUP, INTERNAL}))
READER = AccessScope(user_id=2, organisation_id=HOUSING, spaces=frozenset({OPEN, GROUP}))


@pytest.fixture(scope="module")
def engine(new_engine: EngineFactory) -> SearchEngine:
    engine = new_engine()
    engine.rebuild(DOCUMENTS)
    return engine


def words(text: str, **options: object) -> Query:
    return Query(words=tuple(text.split()), **options)  # type: ignore[arg-type]  # options are the query's own


def keys(result: SearchResult) -> list[str]:
    return [hit.key for hit in result.hits]


def test_a_hit_says_where_it_stands(engine: SearchEngine) -> None:
    hit = engine.search(words("Lageplan"), ALL).hits[0]
    assert (hit.key, hit.space_id, hit.path) == ("minutes:1", GROUP, "000100020001")
    assert hit.score > 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("müllpolizei", "measure:16"),
        ("Muellpolizei", "measure:16"),
        ("mu\u0308llpolizei", "measure:16"),
        ("MÜLLPOLIZEI", "measure:16"),
        ("Ermittlungsdienste", "measure:16"),
        ("Graffiti beseitigen", "measure:16"),
        ("Müllkippe", "measure:16"),
        ("M12", "measure:12"),
        ("M 12", "measure:12"),
        ("Maßnahme 12", "measure:12"),
        ("Massnahme Nr. 12", "measure:12"),
        ("Angstraum", "measure:12"),
        ("Haltestelle", "measure:12"),
        ("Konferenz", "minutes:1"),
        ("Sicherheitskonferrenz", "minutes:1"),
        ("§ 34a", "minutes:1"),
        ("§34a", "minutes:1"),
        ("AG-Protokoll", "minutes:1"),
        ("AG Protokoll", "minutes:1"),
        ("AG‑Protokolle", "minutes:1"),
        ("Dr.-Ing.", "minutes:1"),
        ("Drogenkonsumräume", "minutes:1"),
        ("TOP 2", "minutes:1#2"),
        ("Hausmeisters", "article:1.1"),
        ("Kanarienvögel", "article:1"),
    ],
)
def test_words_find_their_document_first(engine: SearchEngine, typed: str, expected: str) -> None:
    assert keys(engine.search(words(typed), ALL))[:1] == [expected]


def test_documents_with_all_words_come_before_those_with_some(engine: SearchEngine) -> None:
    found = keys(engine.search(words("Müllpolizei Schlüssel"), ALL))
    assert found[0] == "article:1"
    assert set(found) == {"article:1", "article:1.1", "measure:16"}


def test_stop_words_never_score(engine: SearchEngine) -> None:
    assert engine.search(words("der für und"), ALL).total == 0
    assert keys(engine.search(words("die Razzia in der"), ALL)) == ["minutes:1#2"]


def test_a_phrase_stands_in_this_order(engine: SearchEngine) -> None:
    assert keys(engine.search(Query(phrases=("Treu und Glauben",)), ALL)) == ["measure:12"]
    assert keys(engine.search(Query(phrases=("Glauben und Treu",)), ALL)) == ["minutes:1#2"]
    # Lines of a text may be broken anywhere; a heading ends where the next one begins.
    assert keys(engine.search(Query(phrases=("Müllkippen Graffitibeseitigung",)), ALL)) == [
        "measure:16"
    ]
    assert engine.search(Query(phrases=("Ziel Maßnahme",)), ALL).total == 0


def test_exclusions_remove_words_and_phrases(engine: SearchEngine) -> None:
    assert keys(engine.search(words("Müllpolizei", excluded=("Schlüssel",)), ALL)) == ["measure:16"]
    assert keys(engine.search(words("Müllpolizei", excluded=("wilde Müllkippen",)), ALL)) == [
        "article:1"
    ]


def test_one_of_the_alternatives_is_enough(engine: SearchEngine) -> None:
    found = engine.search(Query(any_of=(("Drogenkonsumraum", "Hausmeister"),)), ALL)
    assert set(keys(found)) == {"minutes:1", "article:1.1"}
    assert keys(engine.search(words("Schlüssel", any_of=(("Büro", "Lageplan"),)), ALL)) == [
        "article:1"
    ]


def test_without_words_everything_in_scope_is_listed(engine: SearchEngine) -> None:
    assert engine.search(Query(), ALL).total == len(DOCUMENTS)
    assert keys(engine.search(Query(filters={"kind": ("article",)}), READER)) == []


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("kind", ("measure",), {"measure:12", "measure:16"}),
        ("kind", ("measure", "article"), {"measure:12", "measure:16", "article:1", "article:1.1"}),
        ("organisation", ("edg",), {"measure:16", "minutes:1"}),
        ("space", ("3",), {"article:1", "article:1.1"}),
        ("field_of_action", ("sicherheit",), {"measure:12"}),
        ("district", ("innenstadt-nord",), {"measure:12", "measure:16"}),
        ("year", ("2025",), {"measure:16", "minutes:1", "minutes:1#2"}),
        ("kind", ("nothing", "\ud800"), set()),
        ("colour", ("red",), set()),
    ],
)
def test_filters(
    engine: SearchEngine, name: str, values: tuple[str, ...], expected: set[str]
) -> None:
    assert set(keys(engine.search(Query(filters={name: values}), ALL))) == expected


def test_dates_bound_the_hits(engine: SearchEngine) -> None:
    new_year = dt.date(2025, 1, 1)
    assert set(keys(engine.search(Query(after=new_year), ALL))) == {
        "measure:16",
        "minutes:1",
        "minutes:1#2",
    }
    assert keys(engine.search(Query(before=new_year), ALL)) == ["measure:12"]
    assert engine.search(Query(after=new_year, before=new_year), ALL).total == 0


def test_newest_first(engine: SearchEngine) -> None:
    found = keys(engine.search(Query(sort="date"), ALL))
    assert found[0] == "measure:16"
    assert set(found[1:3]) == {"minutes:1", "minutes:1#2"}
    assert found[3] == "measure:12"


def test_pages_do_not_overlap_and_the_total_stays(engine: SearchEngine) -> None:
    pages = [engine.search(Query(offset=offset, limit=2), ALL) for offset in (0, 2, 4, 6)]
    assert [page.total for page in pages] == [6, 6, 6, 6]
    assert sorted(key for page in pages for key in keys(page)) == sorted(
        one.key for one in DOCUMENTS
    )


def test_facets_count_the_hits(engine: SearchEngine) -> None:
    assert engine.search(words("Müllpolizei"), ALL).facets == {}
    facets = engine.search(words("Müllpolizei", facets=facet_names()), ALL).facets
    assert list(facets["kind"]) == [("article", 1), ("measure", 1)]
    assert list(facets["organisation"]) == [("edg", 1), ("ordnungsamt", 1)]
    assert list(facets["space"]) == [("1", 1), ("3", 1)]
    assert list(facets["year"]) == [("2025", 1)]


def test_a_facet_is_counted_without_its_own_filter(engine: SearchEngine) -> None:
    chosen = {"kind": ("measure",), "organisation": ("edg",)}
    result = engine.search(Query(filters=chosen, facets=("kind", "organisation", "year")), ALL)
    assert keys(result) == ["measure:16"]
    assert result.total == 1
    assert list(result.facets["kind"]) == [("measure", 1), ("minutes", 1)]
    assert list(result.facets["organisation"]) == [
        ("edg", 1),
        ("ordnungsamt", 1),
        ("stadtplanungsamt", 1),
    ]
    assert list(result.facets["year"]) == [("2025", 1)]


def test_the_scope_hides_spaces(engine: SearchEngine) -> None:
    assert keys(engine.search(words("Müllpolizei"), READER)) == ["measure:16"]
    assert engine.search(Query(), AccessScope()).total == 0


def test_an_audience_narrows_and_never_widens(engine: SearchEngine) -> None:
    police = AccessScope(organisation_id=POLICE, spaces=frozenset({GROUP}))
    assert keys(engine.search(words("Razzia"), police)) == ["minutes:1#2"]
    assert engine.search(words("Razzia"), READER).total == 0
    assert (
        engine.search(
            words("Razzia"), AccessScope(organisation_id=POLICE, spaces=frozenset({OPEN}))
        ).total
        == 0
    )
    assert engine.search(words("Razzia"), AccessScope(spaces=frozenset({GROUP}))).total == 0


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (SharedSubtree("000100030001", include_descendants=True), {"article:1", "article:1.1"}),
        (SharedSubtree("000100030001", include_descendants=False), {"article:1"}),
        (SharedSubtree("0001000300010001", include_descendants=False), {"article:1.1"}),
        (SharedSubtree("00010003", include_descendants=False), set()),
        (
            SharedSubtree("0001000", include_descendants=True),
            {one.key for one in DOCUMENTS if not one.audience},
        ),
    ],
)
def test_shares_open_one_page_or_its_subtree(
    engine: SearchEngine, share: SharedSubtree, expected: set[str]
) -> None:
    assert set(keys(engine.search(Query(), AccessScope(shared=(share,))))) == expected


def test_a_misspelt_word_is_corrected_from_what_may_be_read(engine: SearchEngine) -> None:
    result = engine.search(words("Drogenkonsumram Umzug"), READER)
    assert result.did_you_mean == "Drogenkonsumraum Umzug"
    assert keys(result) == ["minutes:1"]
    assert result.near_words == {"drogenkonsumram": ("drogenkonsumraum",)}
    hidden = engine.search(words("Hausmeistr"), READER)
    assert (hidden.did_you_mean, hidden.total) == ("", 0)
    assert hidden.unknown == ("hausmeistr",)


def test_suggestions_come_from_what_may_be_read(engine: SearchEngine) -> None:
    found = engine.suggest("müll", ALL)
    assert ("Ermittlungsdienst Abfall (Müllpolizei)", "measure:16") in [
        (one.text, one.key) for one in found
    ]
    assert [one.text for one in engine.suggest("Schlüs", ALL)][:1] == ["Schlüsselbund"]
    assert "Schlüssel" in [one.text for one in engine.suggest("schlues", ALL)]
    assert engine.suggest("Schlüs", READER) == []
    assert engine.suggest("s", ALL) == []
    assert engine.suggest("", ALL) == []


@pytest.mark.parametrize("limit", [1, 2])
def test_suggestions_are_bounded(engine: SearchEngine, limit: int) -> None:
    assert len(engine.suggest("sch", ALL, limit=limit)) == limit


def test_synonyms_work_at_the_next_query(engine: SearchEngine) -> None:
    words_of_the_house = Vocabulary(
        synonyms=(("DKR", "Drogenkonsumraum"), ("Wächter der Tonnen", "Müllpolizei"))
    )
    assert keys(engine.search(words("DKR"), ALL, vocabulary=words_of_the_house)) == ["minutes:1"]
    assert "measure:16" in keys(
        engine.search(words("Wächter der Tonnen"), ALL, vocabulary=words_of_the_house)
    )
    assert engine.search(words("DKR"), ALL, vocabulary=Vocabulary()).total == 0


def test_words_never_split_or_stemmed_work_at_the_next_query(engine: SearchEngine) -> None:
    whole = Vocabulary(never_split=frozenset({"Müllkippenpolizei"}))
    typed = words("Müllkippenpolizei")
    assert keys(engine.search(typed, ALL, vocabulary=Vocabulary())) == ["measure:16"]
    assert engine.search(typed, ALL, vocabulary=whole).total == 0
    assert engine.search(words("Schlüssels"), ALL, vocabulary=Vocabulary()).total == 2
    assert (
        engine.search(
            words("Schlüssels"), ALL, vocabulary=Vocabulary(never_stem=frozenset({"Schlüssels"}))
        ).total
        == 0
    )


HOUSE = Vocabulary().extended(
    synonyms=(
        ("DKR", "Drogenkonsumraum"),
        ("MPOL", "Müllpolizei"),
        ("Tonnenwächter", "Müllpolizei"),
        ("WKB", "Graffitibeseitigung"),
        ("GVV", "Angsträume beseitigen"),
    ),
    never_stem=("MPOL",),
)


def test_an_abbreviation_finds_its_long_form_and_the_reverse(engine: SearchEngine) -> None:
    assert keys(engine.search(words("GVV"), ALL, vocabulary=HOUSE)) == ["measure:12"]
    assert keys(engine.search(words("WKB Lageplan"), ALL, vocabulary=HOUSE)) == [
        "minutes:1",
        "measure:16",
    ]
    abbreviated = Vocabulary(synonyms=(("AG", "Arbeitsgemeinschaft"), ("TOP", "Sitzungspunkt")))
    assert keys(engine.search(words("Sitzungspunkt"), ALL, vocabulary=abbreviated)) == [
        "minutes:1#2"
    ]


def test_an_abbreviation_may_stand_before_a_number(engine: SearchEngine) -> None:
    law = Vocabulary(synonyms=(("BWG", "Bewachung"),))
    assert keys(engine.search(words("BWG 34a"), ALL, vocabulary=law)) == ["minutes:1"]
    assert engine.search(words("BWG 34a"), ALL, vocabulary=Vocabulary()).total == 0
    assert engine.search(words("BWG 35"), ALL, vocabulary=law).total == 0


def test_a_word_that_is_never_stemmed_keeps_its_synonyms(engine: SearchEngine) -> None:
    assert "measure:16" in keys(engine.search(words("MPOL"), ALL, vocabulary=HOUSE))


def test_the_house_s_own_synonyms_come_before_the_shipped_ones(engine: SearchEngine) -> None:
    shipped = Vocabulary(synonyms=tuple(("DKR", f"Nirgendwort{n}") for n in "abcdefghijk"))
    house = shipped.extended(synonyms=[("DKR", "Drogenkonsumraum")])
    assert keys(engine.search(words("DKR"), ALL, vocabulary=house)) == ["minutes:1"]


def test_a_word_of_the_vocabulary_is_not_taken_for_a_misspelling(engine: SearchEngine) -> None:
    mistaken = engine.search(words("Drogenkonsumtraum"), ALL, vocabulary=Vocabulary())
    assert mistaken.did_you_mean == "Drogenkonsumraum"
    known = Vocabulary(synonyms=(("Drogenkonsumtraum", "Hausmeister"),))
    result = engine.search(words("Drogenkonsumtraum"), ALL, vocabulary=known)
    assert (keys(result), result.did_you_mean) == (["article:1.1"], "")


def test_a_right_word_is_taken_for_a_misspelling_only_where_nothing_is_found(
    engine: SearchEngine,
) -> None:
    alone = engine.search(words("Beachtung"), ALL)
    assert (alone.did_you_mean, keys(alone)) == ("Bewachung", ["minutes:1"])
    result = engine.search(words("Beachtung Hausmeister"), ALL)
    assert (result.did_you_mean, keys(result)) == ("", ["article:1.1"])
    assert result.unknown == ("beachtung",)
    compound = engine.search(words("Drogenkonsumtraum Hausmeister"), ALL)
    assert compound.did_you_mean == "Drogenkonsumraum Hausmeister"


def test_a_misspelt_word_of_the_vocabulary_is_corrected_and_found(engine: SearchEngine) -> None:
    assert engine.search(words("Tonnenwechter"), READER, vocabulary=Vocabulary()).total == 0
    result = engine.search(words("Tonnenwechter"), READER, vocabulary=HOUSE)
    assert (keys(result), result.did_you_mean) == (["measure:16"], "Tonnenwächter")
    assert result.near_words == {"tonnenwechter": ("tonnenwachter",)}


def test_suggestions_follow_the_vocabulary_inside_the_scope(engine: SearchEngine) -> None:
    def texts(typed: str, scope: AccessScope, vocabulary: Vocabulary) -> list[str]:
        found = engine.suggest(typed, scope, vocabulary=vocabulary)
        return [one.text for one in found]

    assert texts("GVV", READER, Vocabulary()) == []
    assert texts("GVV", READER, HOUSE) == ["Angsträume beseitigen"]
    assert texts("DKR", READER, HOUSE) == ["Drogenkonsumraum"]
    assert texts("GVV", AccessScope(spaces=frozenset({INTERNAL})), HOUSE) == []
    assert len(engine.suggest("mpol", ALL, vocabulary=HOUSE, limit=1)) == 1


def test_documents_holding_a_word_are_found_for_indexing_again(engine: SearchEngine) -> None:
    assert set(engine.holding("mullpolizei")) == {"measure:16", "article:1"}
    assert set(engine.holding("razzia")) == {"minutes:1#2"}
    assert list(engine.holding("gibtesnicht")) == []
    assert list(engine.holding("\ud800")) == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "*",
        "🙂",
        "a" * 10_000,
        "x " * 5_000,
        "*?*" * 500,
        "((((",
        "AND OR NOT",
        "title:x",
        "\\",
        "\ud800",
        "\x00",
        "~1^9",
        "müll* -",
        "[1 TO *]",
        "/.*/",
        "{}",
        "ß" * 3_000,
        "§" * 500,
        "1.2.3.4",
        "´`'",
        "Straße–Weg",
        "e\u0301" * 200,
    ],
)
def test_any_input_is_answered_at_once(engine: SearchEngine, typed: str) -> None:
    query = Query(
        words=tuple(typed.split(" ")),
        phrases=(typed,),
        excluded=(typed,),
        any_of=((typed, "x"),),
        facets=facet_names(),
    )
    for one in (query, Query(words=(typed,)), Query(phrases=(typed,)), Query(excluded=(typed,))):
        assert engine.search(one, ALL).total >= 0
    assert isinstance(engine.suggest(typed, ALL), list)


def test_far_pages_are_empty(engine: SearchEngine) -> None:
    result = engine.search(Query(offset=9_000, limit=100), ALL)
    assert (keys(result), result.total) == ([], 6)


def test_words_with_many_synonyms_stay_within_the_engines_limits(engine: SearchEngine) -> None:
    rich = (
        "Gaststättenerlaubnis Bewohnerparkausweis Wohnungslosenhilfe Schankwirtschaft Bildschirmfoto Autokennzeichen "
        "Schwerbehindertenausweis Parkausweis Sicherungskopie Personenkraftwagen Parkerlaubnis Wohnsitzwechsel "
        "Strafanzeige Sicherheitsdienst Notarztwagen Mietwagen Kraftwagen Gefängnis"
    )
    every = tuple(rich.split())
    query = Query(
        words=every, any_of=(every,) * 8, phrases=every[:8], excluded=every, facets=facet_names()
    )
    for one in (query, Query(words=every, facets=facet_names()), Query(any_of=(every,) * 8)):
        assert engine.search(one, ALL).total == 0

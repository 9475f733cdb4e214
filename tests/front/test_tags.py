"""Filters and tags of templates: what people read."""

import datetime as dt

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from web.templatetags.components import (
    colon,
    column_heads,
    fact,
    german_date,
    icon,
    not_stated,
    page_numbers,
    paired_with,
)


@pytest.fixture(autouse=True)
def _german() -> None:
    translation.activate("de")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("long", "5. März 2026"),
        ("short", "05.03.2026"),
        ("month", "März 2026"),
        ("weekday", "Donnerstag, 5. März 2026"),
        ("iso", "2026-03-05"),
        ("time", "5. März 2026"),
    ],
)
def test_date_is_written_the_german_way(style: str, expected: str) -> None:
    assert german_date(dt.date(2026, 3, 5), style) == expected


def test_moment_is_shown_in_berlin_time() -> None:
    just_before_midnight_utc = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    assert german_date(just_before_midnight_utc) == "2. Juli 2026"
    assert german_date(just_before_midnight_utc, "time") == "2. Juli 2026, 00:30"


@pytest.mark.parametrize("nothing", [None, "", "kein Datum", 7])
def test_what_is_no_date_gives_an_empty_text(nothing: object) -> None:
    assert german_date(nothing) == ""


def test_unknown_date_style_is_named() -> None:
    with pytest.raises(ValueError, match="'lang'"):
        german_date(dt.date(2026, 3, 5), "lang")


@pytest.mark.parametrize("nothing", [None, "", "  \n", [], ()])
def test_missing_fact_reads_nicht_angegeben(nothing: object) -> None:
    assert "nicht angegeben" in str(not_stated(nothing))


@pytest.mark.parametrize("something", [0, False, "0", ["x"]])
def test_zero_and_no_are_facts(something: object) -> None:
    assert not_stated(something) == something


def test_fact_escapes_what_people_wrote() -> None:
    html = fact("Ort", "<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_fact_lists_links_and_plain_texts() -> None:
    html = fact("Zuständig", [{"title": "A & B", "url": "/a/?x=1&y=2"}, "EDG"])
    assert '<a class="kern-link" href="/a/?x=1&amp;y=2">A &amp; B</a>' in html
    assert "<li>EDG</li>" in html


@pytest.mark.parametrize("nothing", ["", None, [], iter(())])
def test_fact_without_value_reads_nicht_angegeben(nothing: object) -> None:
    assert "nicht angegeben" in fact("Ort", nothing)


def test_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("search")
    assert 'role="img" aria-label="Suche"' in icon("search", "default", "Suche")


@pytest.mark.parametrize(
    ("number", "num_pages", "expected"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_page_numbers_name_ends_and_neighbours(
    number: int, num_pages: int, expected: list[int | None]
) -> None:
    assert page_numbers(number, num_pages) == expected


def test_row_with_a_cell_too_many_is_an_error() -> None:
    assert paired_with(["a"], ["1"]) == [("a", "1")]
    with pytest.raises(ValueError, match="longer"):
        paired_with(["a"], ["1", "2"])


def test_tags_render_inside_a_template() -> None:
    template = Template('{% load components %}{% fact "Datum" day %}{{ ""|not_stated }}')
    html = template.render(Context({"day": dt.date(2026, 3, 5)}))
    assert "5. März 2026" in html
    assert "nicht angegeben" in html


def test_every_month_is_written_in_german() -> None:
    # A text of ours may bear the English name of a month: "May" was once the head of a column.
    months = [german_date(dt.date(2026, month, 1), "month").split()[0] for month in range(1, 13)]
    assert months == [
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ]  # fmt: skip


def test_a_question_is_followed_by_no_colon() -> None:
    assert colon("Welcher Eintrag?") == ""
    assert colon("Bis") == ":"


def test_a_column_without_a_head_says_unseen_what_it_is_for() -> None:
    assert column_heads("<Name>", unseen="Entfernen") == (
        '<thead><tr><th scope="col">&lt;Name&gt;</th>'
        '<th scope="col"><span class="kern-sr-only">Entfernen</span></th></tr></thead>'
    )


def test_what_is_alike_is_rendered_once_and_knows_nothing_of_the_request() -> None:
    template = Template(
        "{% load components i18n %}{{ name }}: "
        '{% alike %}{{ name }}{{ request.path }}{% translate "Search" context "verb" %}{% endalike %}'
    )
    request = RequestFactory().get("/geheim/")
    shown = [template.render(RequestContext(request, {"name": name})) for name in ("Eins", "Zwei")]
    assert shown == ["Eins: Suchen", "Zwei: Suchen"]
    with translation.override("en"):
        assert template.render(RequestContext(request, {"name": "Drei"})) == "Drei: Search"


def test_what_other_templates_replace_is_not_alike() -> None:
    with pytest.raises(TemplateSyntaxError, match="take the block out"):
        Template("{% load components %}{% alike %}{% block title %}{% endblock %}{% endalike %}")

"""Markdown is rendered once, at saving, within limits; what is shown can't imitate the platform or call others."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from api.page_contents import texts_of
from knowledge.articles.models import ArticlePage
from knowledge.pages import markdown_text
from knowledge.pages.blocks import BodyBlock
from knowledge.pages.markdown_text import (
    MAX_CHARS,
    MAX_SECONDS_TOGETHER,
    LeftOut,
    MarkdownText,
    TooMuch,
    render,
)
from knowledge.text import PlainText
from tests.conftest import Cast
from tests.factories import make_article
from tests.properties import examples

BRACKETS = "[a](" * 5_000  # took 20 seconds at each view
SLOW = {
    "links": BRACKETS,
    "open brackets": "[" * 20_000,
    "pictures": "![" * 10_000,
    "references": "[a][" * 5_000,
    "tags that never end": "<a " * 9_900,
    "sections": "<![CDATA[" * 3_300,
    "abbreviations": "*[a]: b\n" * 1_800 + "a " * 7_400,
}
SIGNS = st.text(alphabet="[]()<>*_`~#>|-!&;:\"'=/\\ \n\tab1^{}.@\x00\x02\x03", max_size=300)


@pytest.mark.parametrize("source", SLOW.values(), ids=list(SLOW))
def test_what_takes_too_long_is_refused_in_time(source: str) -> None:
    started = time.thread_time()
    with pytest.raises(TooMuch, match="vereinfachen"):
        render(source)
    assert time.thread_time() - started < 2 * markdown_text.MAX_SECONDS


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 500,
        ">" * 500 + " a",
        "\n".join(f"{'    ' * deep}- a" for deep in range(60)),
        "<b>" * 9_000,
    ],
)
def test_what_is_too_deep_is_refused(source: str) -> None:
    with pytest.raises(TooMuch, match="tief"):
        render(source)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(TooMuch, match="30000"):
        render("a" * (MAX_CHARS + 1))
    assert render("Ein Satz mit **Nachdruck**.\n\n" * 1_000).html.startswith("<p>Ein Satz")


@examples(60)
@given(SIGNS, st.integers(1, 100))
def test_any_signs_are_rendered_or_refused_in_time(signs: str, times: int) -> None:
    started = time.thread_time()
    try:
        html = render((signs * times)[:MAX_CHARS]).html
    except TooMuch:
        html = ""
    assert time.thread_time() - started < 2 * markdown_text.MAX_SECONDS
    assert "<script" not in html
    assert "style=" not in html.replace("&quot;", "")


def test_all_texts_of_a_page_have_one_time_between_them() -> None:
    block = BodyBlock()
    body = block.to_python([{"type": "markdown", "value": BRACKETS} for _number in range(50)])
    started = time.thread_time()
    with pytest.raises(ValidationError):
        block.clean(body)
    assert time.thread_time() - started < MAX_SECONDS_TOGETHER + 5


@pytest.mark.parametrize(
    ("source", "html", "left_out"),
    [
        ('<div class="alert">Amtlich</div>', "<div>Amtlich</div>", {LeftOut.LOOK}),
        ('<p id="main" style="color:red">x</p>', "<p>x</p>", {LeftOut.LOOK}),
        ("![Plan](https://zaehler.example/x.png)", "<p>Plan</p>", {LeftOut.PICTURE}),
        ("![Plan](//zaehler.example/x.png)", "<p>Plan</p>", {LeftOut.PICTURE}),
        (r"![Plan](/\zaehler.example/x.png)", "<p>Plan</p>", {LeftOut.PICTURE}),
        ("![Plan](data:image/png;base64,AAAA)", "<p>Plan</p>", set()),
        ('![a"b>c<](https://zaehler.example/x)', '<p>a&quot;b&gt;c&lt;</p>', {LeftOut.PICTURE}),
        ('<img src="https://zaehler.example/x.png">', "<p></p>", {LeftOut.PICTURE}),
        ("![Plan](/bilder/images/plan.png)", '<p><img alt="Plan" src="/bilder/images/plan.png"></p>', set()),
        ("[x](javascript:alert(1))", '<p><a rel="noreferrer">x</a></p>', set()),
        ("<script>alert(1)</script>Text", "<p>Text</p>", set()),
        ("Titel {: .alert }", "<p>Titel {: .alert }</p>", set()),
        ("~~alt~~", "<p><del>alt</del></p>", set()),
        ("```python\nx\n```", "<pre><code>x\n</code></pre>", set()),
    ],
)  # fmt: skip
def test_only_what_the_platform_stands_for_is_shown(
    source: str, html: str, left_out: set[LeftOut]
) -> None:
    rendered = render(source)
    assert rendered.html.strip() == html
    assert rendered.left_out == left_out


def test_footnotes_lead_there_and_back_and_cells_keep_their_side() -> None:
    html = render("Text[^1]\n\n[^1]: Quelle").html
    assert 'href="#fn:1"' in html
    assert 'id="fn:1"' in html
    assert "class=" not in html
    assert '<td align="right">1</td>' in render("|a|\n|-:|\n|1|").html


@pytest.fixture
def article(cast: Cast) -> Any:
    """Return an article of A whose Markdown says more than is shown."""
    page = make_article(cast.space_a, "Seite")
    page.body = [
        ("markdown", '# Kopf\n\n**fett** ![Plan](https://zaehler.example/x.png) <b class="alert">!</b>')
    ]  # fmt: skip
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=page.pk)


@pytest.mark.django_db
def test_no_view_parses(article: Any, cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    with patch.object(markdown_text, "_parser", side_effect=AssertionError("parsed")):
        page = client.get(article.url)
        answer = client.get(f"/api/v3/pages/{article.pk}/")
        text = PlainText()
        text.add_body(article.body)
    for html in (page.content.decode(), answer.content.decode(), texts_of(article)[0].html):
        assert "fett" in html
        assert "zaehler.example" not in html
    assert text.headings == ["Kopf"]
    assert "fett Plan !" in text.body


@pytest.mark.django_db
def test_what_nobody_can_correct_is_shown_as_it_was_written(cast: Cast) -> None:
    page = make_article(cast.space_a, "Eingespielt")
    page.body = [{"type": "markdown", "value": BRACKETS}]
    page.save()
    (block,) = ArticlePage.objects.get(pk=page.pk).body
    assert block.value == BRACKETS
    assert block.value.html.startswith("<pre>[a](")


def fields(**body: Any) -> dict[str, Any]:
    """Return the admin's form of an article with one Markdown block."""
    return nested_form_data(
        {
            "title": "Seite",
            "slug": "seite",
            "classification": "internal",
            "owning_organisation": "",
            "review_by": "",
            "body": streamfield([("markdown", body["markdown"])]),
            "attachments": inline_formset([]),
        }
    )


@pytest.mark.django_db
def test_the_writer_is_told_what_is_not_shown(article: Any, cast: Cast, client: Client) -> None:
    client.force_login(cast.publisher_a)
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    source = '![Plan](https://zaehler.example/x.png) <b class="alert">!</b>'
    told = client.post(address, fields(markdown=source), follow=True).content.decode()
    assert "Bilder anderer Webseiten" in told
    assert "„class“" in told
    told = client.post(address, fields(markdown="Schlicht"), follow=True).content.decode()
    assert "Bilder anderer Webseiten" not in told


@pytest.mark.django_db
def test_the_form_says_what_is_too_much_and_keeps_the_text(
    article: Any, cast: Cast, client: Client
) -> None:
    client.force_login(cast.publisher_a)
    before = article.latest_revision_id
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    answer = client.post(address, fields(markdown=BRACKETS))
    assert answer.status_code == 200
    assert "vereinfachen" in answer.content.decode()
    assert BRACKETS in answer.content.decode()
    article.refresh_from_db()
    assert article.latest_revision_id == before


def test_a_text_is_the_same_in_every_shape() -> None:
    text = MarkdownText("*a*")
    assert markdown_text.from_stored(text.stored()) == text == "*a*"
    assert markdown_text.from_stored(text.stored()).html == "<p><em>a</em></p>"

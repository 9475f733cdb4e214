"""The search and its proposals, with the answers of the search page."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError

from api.readable import is_program
from api.responses import refuse_unknown_parameters
from api.search_schemas import SearchOut, SearchParameters, SuggestionList
from search import service
from search.pace import wait_to_search_s, wait_to_suggest_s
from search.registry import split_key
from search.requests import SearchRequest
from search.results import SearchPage, ShownHit

router = Router(tags=["search"])

PAGE_SOURCE = "page"
_MARK = re.compile(r"</?mark>")


@router.get("/", response=SearchOut, url_name="search", operation_id="search")
def search(request: HttpRequest, parameters: Query[SearchParameters]) -> Any:
    """Search what the reader may see.

    While the search engine is away it answers 200 with `is_degraded`, like the page: the hits are right but fewer than
    usual, and a program for which that isn't enough sees the flag.
    """
    refuse_unknown_parameters(request, SearchParameters)
    _keep_pace(wait_to_search_s(request.user.pk))
    found = service.search(request.user, SearchRequest.from_address(request.GET))
    return _answer(found, without_confidential=is_program(request))


@router.get(
    "/suggestions/", response=SuggestionList, url_name="search_suggestions",
    operation_id="search_suggestions",
)  # fmt: skip
def suggestions(request: HttpRequest, q: str = "") -> Any:
    """Propose titles and words that begin like `q`, from what the reader may see."""
    refuse_unknown_parameters(request, {"q"})
    _keep_pace(wait_to_suggest_s(request.user.pk))
    proposals = [
        one
        for one in service.suggest(request.user, q)
        if not (one.is_confidential and is_program(request))
    ]
    return {
        "items": [{"text": one.text, "url": one.url, "kind": one.kind_label} for one in proposals]
    }


def _keep_pace(wait_s: int) -> None:
    if wait_s:
        raise HttpError(429, _("Too many searches within a minute. Please try again later."))


def marked(marked_html: str) -> dict[str, Any]:
    """Split an escaped text with `<mark>` into the plain text and the marked parts."""
    text, marks, start = "", [], 0
    for number, part in enumerate(_MARK.split(marked_html)):
        text += html.unescape(part)
        if number % 2 and len(text) > start:
            marks.append((start, len(text)))
        start = len(text)
    return {"text": text, "marks": marks}


def _answer(page: SearchPage, *, without_confidential: bool) -> dict[str, Any]:
    explanation = page.explanation
    hits = [hit for hit in page.hits if not (hit.confidential and without_confidential)]
    return {
        "query": page.request.text,
        "url": page.request.address(),
        "total": page.total,
        "page": page.page_obj.number if page.page_obj else 1,
        "pages": page.page_obj.paginator.num_pages if page.page_obj else 1,
        "hits": [_hit(hit) for hit in hits],
        "facets": [
            {
                "name": facet.name,
                "label": facet.legend,
                "options": [
                    {
                        "value": option.value,
                        "label": option.label,
                        "count": option.count,
                        "selected": option.selected,
                    }
                    for option in facet.options
                ],
            }
            for facet in page.facets
        ],
        "did_you_mean": _proposal(page),
        "problems": list(page.problems),
        "is_degraded": page.is_degraded,
        "explanation": explanation
        and {
            "words": [{"word": one.word, "total": one.total} for one in explanation.words],
            "relaxed": [{"filter": one.label, "total": one.total} for one in explanation.relaxed],
            "total_without_filters": explanation.total_unfiltered,
        },
    }


def _proposal(page: SearchPage) -> dict[str, str] | None:
    if not page.did_you_mean:
        return None
    _path, _question_mark, query = page.did_you_mean_url.partition("?")
    return {"text": page.did_you_mean, "api_url": f"{reverse('api:search')}?{query}"}


def _hit(hit: ShownHit) -> dict[str, Any]:
    source, number = split_key(hit.key)
    return {
        "key": hit.key,
        "title": marked(hit.title_marked),
        "url": hit.url,
        "api_url": reverse("api:page", args=[int(number)]) if source == PAGE_SOURCE else None,
        "kind": hit.kind,
        "space": hit.space,
        "organisation": hit.organisation,
        "date": hit.date,
        "is_sample": hit.is_sample,
        "is_confidential": hit.confidential,
        "passages": [marked(passage) for passage in hit.passages],
        "attachments": [
            {
                "title": marked(file.title),
                "url": file.url,
                "page": file.page,
                "passages": [marked(passage) for passage in file.passages],
            }
            for file in hit.attachments
        ],
    }

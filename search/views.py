"""Show the search page, and proposals while typing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signed_in import signed_in
from audit.context import acting_as
from search import service
from search.pace import wait_to_search_s, wait_to_suggest_s
from search.requests import SORTS, SearchRequest
from search.saved.selectors import saved_as
from search.saved.services import normalised
from search.words.counting import count_later

RESULTS_ID = "search-answer"
FILTERS_ID = "search-filters"


@require_GET
@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show the form and the answer; htmx gets only the answer, and the permanent address to show."""
    if wait_s := wait_to_search_s(request.user.pk):
        return _too_many(request, wait_s)
    asked = SearchRequest.from_address(request.GET)
    answer = service.search(request.user, asked)
    count_later(request, asked, answer)
    is_self, query = not acting_as(request), normalised(asked)
    context = {
        "answer": answer,
        "search_query": asked.text,
        "sorts": SORTS,
        "results_id": RESULTS_ID,
        "save_url": f"{reverse('saved_search_new')}?{query}" if is_self else "",
        "saved": saved_as(signed_in(request), query) if is_self and answer.asked else None,
        # The filters fold on a phone: not while somebody is choosing.
        "filters_open": request.headers.get("HX-Trigger") == FILTERS_ID,
    }
    is_part = request.headers.get("HX-Target") == RESULTS_ID
    template = "search/_answer_renewed.html" if is_part else "search/search.html"
    response = render(request, template, context)
    if is_part:
        response["HX-Push-Url"] = asked.address()
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_GET
@never_cache
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """List proposals for the text typed so far, as options of a combobox."""
    if wait_s := wait_to_suggest_s(request.user.pk):
        return _too_many(request, wait_s)
    proposals = service.suggest(request.user, request.GET.get("q", ""))
    return render(request, "search/_suggestions.html", {"proposals": proposals})


def _too_many(request: HttpRequest, wait_s: int) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(wait_s)
    return response

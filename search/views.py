"""The search page, and proposals while typing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.context import acting_as
from search import service
from search.requests import SORTS, SearchRequest
from search.saving import normalised
from search.words.counting import count_later

RESULTS_ID = "search-answer"


@require_GET
@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show the form and the answer; htmx gets the answer alone and the permanent address to show for it."""
    asked = SearchRequest.from_address(request.GET)
    answer = service.search(request.user, asked)
    count_later(request, asked, answer)
    context = {
        "answer": answer,
        "search_query": asked.text,
        "sorts": SORTS,
        "results_id": RESULTS_ID,
        "save_url": ""
        if acting_as(request)
        else f"{reverse('saved_search_new')}?{normalised(asked)}",
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
    """List proposals for what was typed so far, as the options of a combobox."""
    proposals = service.suggest(request.user, request.GET.get("q", ""))
    return render(request, "search/_suggestions.html", {"proposals": proposals})

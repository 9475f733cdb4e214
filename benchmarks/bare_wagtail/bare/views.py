"""The search that `wagtail start` makes."""

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from wagtail.models import Page


def search(request: HttpRequest) -> TemplateResponse:
    """Show what Wagtail finds, ten a page."""
    query = request.GET.get("query")
    found = Page.objects.live().search(query) if query else Page.objects.none()
    paginator = Paginator(found, 10)
    try:
        results = paginator.page(request.GET.get("page", 1))
    except PageNotAnInteger:
        results = paginator.page(1)
    except EmptyPage:
        results = paginator.page(paginator.num_pages)
    context = {"search_query": query, "search_results": results}
    return TemplateResponse(request, "bare/search.html", context)

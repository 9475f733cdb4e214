"""Pages on one's saved searches; closed while one sees the site as somebody else."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from audit.context import acting_as
from search import conf
from search.models import SavedSearch
from search.requests import SearchRequest
from search.saved import services
from search.saved.forms import SavedSearchForm
from search.saved.selectors import new_matches, search_of, searches_of

PAGE_SIZE = 10
NAME_CHARS = 60  # of the words that a new search is called by until somebody says otherwise

REASONS: Mapping[type[services.CannotSave], str | Promise] = {
    services.NameTaken: gettext_lazy(
        "Another saved search of yours has this name. Please choose another one."
    ),
    services.TooManySearches: gettext_lazy(
        "You have %(count)d saved searches, more are not possible. Remove one that you don't need any more."
    ),
    services.AsksNothing: gettext_lazy(
        "This search has nothing to look for. Please search for words or choose a filter first."
    ),
    services.HasUnknownFilter: gettext_lazy(
        "A filter of this search is not known. Please correct it on the search page first."
    ),
}


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or acting_as(request) is not None:
        raise Http404
    return request.user


def _hers(request: HttpRequest, pk: int) -> SavedSearch:
    saved = search_of(_person(request), pk)
    if saved is None:
        raise Http404
    return saved


@require_safe
@never_cache
def saved_searches(request: HttpRequest) -> HttpResponse:
    """List one's saved searches with what is new in them."""
    person = _person(request)
    page = Paginator(searches_of(person), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"rows": new_matches(person, page.object_list), "page_obj": page}
    return render(request, "search/saved_searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Keep the search in the address, under a name."""
    person, asked = _person(request), SearchRequest.from_address(request.GET)
    if request.method != "POST":
        form = SavedSearchForm(initial={"name": " ".join(asked.text.split())[:NAME_CHARS]})
        return _show_form(request, form, asked=asked)
    form = SavedSearchForm(request.POST)
    if form.is_valid():
        try:
            services.save_search(owner=person, request=asked, **form.cleaned_data)
        except services.CannotSave as error:
            _say(form, error)
        else:
            messages.success(
                request,
                _("The search “%(name)s” is saved. New matches are shown on the start page.")
                % {"name": form.cleaned_data["name"]},
            )
            return redirect(asked.address())
    return _show_form(request, form, asked=asked)


@require_safe
@never_cache
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the search, and remember that what was new in it has been seen."""
    saved = _hers(request, pk)
    if request.method == "GET":
        services.mark_looked_at(saved)
    return redirect(saved.request.address())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name of a saved search, or how one is told."""
    saved = _hers(request, pk)
    initial = {"name": saved.name, "tell": saved.tell}
    if request.method != "POST":
        return _show_form(request, SavedSearchForm(initial=initial), saved=saved)
    form = SavedSearchForm(request.POST, initial=initial)
    if form.is_valid():
        try:
            services.change_search(saved, **form.cleaned_data)
        except services.CannotSave as error:
            _say(form, error)
        else:
            messages.success(request, _("The change is saved."))
            return redirect("saved_searches")
    return _show_form(request, form, saved=saved)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved search."""
    saved = _hers(request, pk)
    services.remove_search(saved)
    messages.success(request, _("The search “%(name)s” is removed.") % {"name": saved.name})
    return redirect("saved_searches")


def _say(form: SavedSearchForm, error: services.CannotSave) -> None:
    field = "name" if isinstance(error, services.NameTaken) else None
    form.add_error(field, str(REASONS[type(error)]) % {"count": conf.SAVED_SEARCHES_A_PERSON})


def _show_form(
    request: HttpRequest,
    form: SavedSearchForm,
    *,
    asked: SearchRequest | None = None,
    saved: SavedSearch | None = None,
) -> HttpResponse:
    shown = saved.request if saved else asked
    context = {"form": form, "asked": shown, "saved": saved}
    return render(request, "search/saved_form.html", context)

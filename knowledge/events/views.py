"""Make a page of an event's results."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.consequence.confirmation import Refused
from access.handling import Classification
from accounts.signed_in import signed_in
from knowledge.articles.models import ArticleIndexPage
from knowledge.events.forms import ResultsForm
from knowledge.events.models import EventPage
from knowledge.events.results import may_take_over, results_page_of
from knowledge.pages.editors import lists_for
from web.forms import refused_to


@require_http_methods(["GET", "POST"])
def results_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an article of an event's results, and go on to write it.

    Raises:
        Http404: If there is no event with results that the reader may copy, or the reader writes no articles anywhere.
    """
    user = signed_in(request)
    event = EventPage.objects.visible_to(user).filter(pk=pk).select_related("space").first()
    lists = lists_for(user, ArticleIndexPage)
    if event is None or not may_take_over(event, user) or not lists:
        raise Http404
    form = ResultsForm(
        request.POST or None,
        lists=lists,
        initial={
            "title": (_("Results: %(event)s") % {"event": event.title})[:255],
            "place": next((one.pk for one in lists if one.space_id == event.space_id), None),
            "mark": event.classification,
        },
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        index = next(one for one in lists if one.pk == said["place"])
        try:
            made = results_page_of(
                event, index, actor=user, title=said["title"], mark=Classification(said["mark"])
            )
        except PermissionDenied:
            raise Http404 from None
        except Refused as refused:
            form.add_error("place", str(refused))
        except ValidationError as error:
            refused_to(form, error)
        else:
            messages.success(
                request,
                _("The results are there, as a draft. Shorten them if need be, then publish."),
            )
            return redirect("editing:edit", made.pk)
    return render(request, "events/results_page.html", {"page": event, "form": form})

"""Load a map of districts and look at it before everybody sees it. For those who operate the platform."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.rights import can
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.plots.areas import areas
from knowledge.taxonomy.forms import MapForm
from knowledge.taxonomy.maps import load_map, remove_map, show_map, shown_map
from knowledge.taxonomy.models import District, DistrictMap
from web.forms import refused_to


def keeps_map(request: HttpRequest) -> bool:
    """Tell whether the reader chooses the map of districts."""
    return can(request.user, Action.OPERATE)


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Load a GeoJSON; it is looked at before anybody else sees it.

    Raises:
        Http404: If the reader doesn't operate the platform.
    """
    if not keeps_map(request):
        raise Http404
    form = MapForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            loaded = load_map(
                said["file"], named_by=said["named_by"], source=said["source"], licence=said["licence"],
                actor=signed_in(request),
            )  # fmt: skip
        except ValidationError as error:
            refused_to(form, ValidationError({"file": error.messages}))
        else:
            return redirect("districts:preview", loaded.pk)
    return render(request, "taxonomy/load_map.html", {"form": form, "shown": shown_map()})


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a loaded map with what matches and what doesn't; show it to everybody, or forget it.

    Raises:
        Http404: If there is none, or the reader doesn't operate the platform.
    """
    # unscoped: whoever operates the platform sees what waits
    found = DistrictMap.objects.filter(pk=pk).first() if keeps_map(request) else None
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("deed") == "remove":
        remove_map(found, actor=signed_in(request))
        messages.success(request, _("The map is removed. Districts stay as a table."))
        return redirect("districts:map")
    if request.method == "POST":
        show_map(found, actor=signed_in(request))
        messages.success(request, _("The map is shown in the overview of measures now."))
        return redirect("districts:map")
    # unscoped: names of districts are for everybody
    districts = list(District.objects.all())
    context = {
        "map": found,
        "matching": [one.name for one in districts if one.slug in found.outlines],
        "missing": [one.name for one in districts if one.slug not in found.outlines],
        "plot": areas(
            "district",
            _("Districts"),
            found.outlines,
            {one.slug: (one.name, 0) for one in districts},
        ),
    }
    return render(request, "taxonomy/preview_map.html", context)

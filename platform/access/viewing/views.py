"""The pages with which a steward begins and ends seeing the site as somebody else (`access.viewing.services`)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from access.granting.forms import ViewAsForm
from access.models import Space
from access.rights import own_rights_of
from access.roles import Role
from access.viewing.services import end_view, start_view
from accounts.models import User
from accounts.signed_in import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def view_as(request: HttpRequest) -> HttpResponse:
    """Ask as whom a steward wants to see the site, and begin.

    Raises:
        Http404: For everybody but stewards, and if the space is not one of theirs.
    """
    actor, space = _steward_and_space(request)
    if request.method != "POST":
        form = ViewAsForm(initial={"principal": request.GET.get("principal", "")})
        return _show(request, form, space)
    form = ViewAsForm(request.POST)
    if not form.is_valid():
        return _show(request, form, space)
    wanted = _address_here(request, request.POST.get("weiter", ""))
    try:
        start_view(
            request,
            form.cleaned_data["principal"],
            actor=actor,
            space=space,
            reason=form.cleaned_data["reason"],
            back_to=_address_here(request, request.POST.get("zurueck", "")),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, space)
    return redirect(wanted)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the view and go back to where it was begun; without a view, to the start page."""
    return redirect(_address_here(request, end_view(request, actor=signed_in(request))))


def view_as_url(space: Space, *, first: str, back: str) -> str:
    """Return the address of `view_as`, ending so that the key of a principal may follow.

    Args:
        space: The space that it is asked from.
        first: Address to look at first.
        back: Address to come back to at the end.
    """
    asked = urlencode({"bereich": space.slug, "weiter": first, "zurueck": back, "principal": ""})
    return f"{reverse('access:view_as')}?{asked}"


def _steward_and_space(request: HttpRequest) -> tuple[User, Space | None]:
    user = signed_in(request)
    stewarded = own_rights_of(user).spaces_with(Role.STEWARD)
    slug = request.POST.get("bereich") or request.GET.get("bereich")
    space = Space.objects.filter(slug=slug, pk__in=stewarded).first() if slug else None
    if not stewarded or (slug and space is None):
        raise Http404
    return user, space


def _show(request: HttpRequest, form: ViewAsForm, space: Space | None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        "form": form,
        "space": space,
        "next_url": _address_here(request, asked.get("weiter", "")),
        "back_url": _address_here(request, asked.get("zurueck", "")),
        "minutes": settings.VIEW_AS_MINUTES,
    }
    return render(request, "access/view_as.html", context)


def _address_here(request: HttpRequest, address: str) -> str:
    """Return the address if it leads to a path of this site, else the start page's."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts=None, require_https=request.is_secure()
    )
    return address if is_ours and address.startswith("/") else "/"

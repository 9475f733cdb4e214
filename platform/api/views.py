"""Pages on access keys: a person's own, and all of them for those who operate the platform."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.rights import can
from access.roles import Action
from accounts.models import User
from accounts.reauthentication import require_fresh_sign_in
from api.forms import KeyForm
from api.keys import MAX_KEYS, TooManyKeys, create_key, every_key, key_of_id, keys_of, revoke_key
from audit.context import acting_as

PAGE_SIZE = 50


def _person(request: HttpRequest) -> User:
    """Return who is signed in; while seeing the site as somebody else, there are no keys."""
    if not isinstance(request.user, User) or acting_as(request) is not None:
        raise Http404
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("secret")
def own_keys(request: HttpRequest) -> HttpResponse:
    """List the person's keys and make new ones; only this answer ever holds the secret of a new one."""
    person, secret = _person(request), ""
    if request.method == "POST":
        require_fresh_sign_in(request)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _key, secret = create_key(owner=person, **form.cleaned_data)
            form = KeyForm()
        except TooManyKeys:
            text = _("You have %(count)d valid access keys. Revoke one that is no longer needed.")
            form.add_error(None, text % {"count": MAX_KEYS})
    context = {
        "form": form,
        "secret": secret,
        "keys": keys_of(person),
        "api_address": request.build_absolute_uri("/api/v3/"),
        "can_see_all": can(person, Action.OPERATE),
    }
    return render(request, "api/own_keys.html", context)


@require_safe
@never_cache
def all_keys(request: HttpRequest) -> HttpResponse:
    """List everybody's keys for the administrators, without their secrets."""
    if not can(_person(request), Action.OPERATE):
        raise Http404
    page = Paginator(every_key(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "api/all_keys.html", {"keys": page.object_list, "page_obj": page})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key: one's own, or any for the administrators."""
    person, key = _person(request), key_of_id(pk)
    is_own = key is not None and key.user_id == person.pk
    if key is None or not (is_own or can(person, Action.OPERATE)):
        raise Http404
    revoke_key(key, actor=person)
    messages.success(
        request, _("The access key “%(name)s” is no longer valid.") % {"name": key.name}
    )
    return redirect("access_keys" if is_own else "all_access_keys")

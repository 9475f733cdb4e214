"""Who gets to the pages of the words: curators. For everybody else there is no such page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from access.rights import can
from access.roles import Action
from accounts.models import User

Parameters = ParamSpec("Parameters")


def curators_only(
    view: Callable[Concatenate[HttpRequest, User, Parameters], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
    """Let only curators through, and hand them to the view as its second argument.

    Raises:
        Http404: For everybody else.
    """

    @never_cache
    @functools.wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponse:
        user = request.user
        if not (isinstance(user, User) and can(user, Action.CURATE)):
            raise Http404
        return view(request, user, *args, **kwargs)

    return guarded

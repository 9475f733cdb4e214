"""Answers to a script that saves by itself: what is refused has a sentence, as JSON, and what was typed stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused, sentence_of
from knowledge.editing.lines import Unreadable

LONGEST_BYTES = 4 * 1024 * 1024  # of one save: the text as it was and as it is


class TooLong(Exception):
    """More came than one save may hold."""


def answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer what is refused with its sentence, as JSON: the editor shows it and keeps what was typed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            return refusal(
                404,
                _(
                    "This page is no longer here for you: it was deleted or moved, or you may not edit it any more. "
                    "What you wrote is still in this window; copy it before you close it."
                ),
            )
        except TooLong:
            return refusal(
                413,
                _(
                    "The text is too long to be saved as one page. It is still in this window: move a part of it to a "
                    "page of its own, or attach it as a file."
                ),
            )
        except Unreadable as error:
            return refusal(422, str(error))
        except ValidationError as error:
            return refusal(422, sentence_of(error))
        except Refused as error:
            return refusal(409, sentence_of(error))

    return answer


def refusal(status: int, message: str) -> JsonResponse:
    """Return a refusal with its sentence."""
    return JsonResponse({"message": message}, status=status)


def read_json(request: HttpRequest) -> Any:
    """Return what was sent as JSON; None if it is none.

    Raises:
        TooLong: If it is more than one save may hold. Django's own limit would answer without a word to the writer.
    """
    body = request.read(LONGEST_BYTES + 1)
    if len(body) > LONGEST_BYTES:
        raise TooLong
    try:
        return json.loads(body)
    except ValueError:
        return None

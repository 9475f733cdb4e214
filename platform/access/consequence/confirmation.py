"""The one confirm step: what follows from a deed is shown and confirmed before it counts.

Two ways lead here, with one answer, `Question.ask`:

- Whoever knows the consequence beforehand (roles, members, shares, confirmations of rights, moves) describes it; it is
  asked about until `is_confirmed`, then the deed is done (`Question.settle`).
- Who reads pages can change by many deeds: writing, publishing, moving, copying. Those are done inside `one_question`;
  it compares who reads the pages before and after, and raises `NotConfirmed` if somebody outside can read more than
  before and nobody confirmed exactly this. Then nothing was done. Every door ends in `KnowledgePage`, which opens one.

A consequence carries a fingerprint of what it says; what is confirmed is that fingerprint, not the deed. If something
changed meanwhile, the new consequence is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequence.of_roles import Consequence
from access.consequence.state import Outdated
from access.consequence.widening import Widening
from accounts.models import User
from audit.context import acting, current_actor, current_request

STATE = "state"  # name of the field that confirms: a consequence's fingerprint
_CONFLICT = 409
_FORBIDDEN = 403

_question: ContextVar[Widening | None] = ContextVar("access_question", default=None)
_confirmed: ContextVar[str | None] = ContextVar("access_confirmed", default=None)


class NotConfirmed(Exception):
    """Who reads something would grow, and nobody confirmed that; everything was undone."""

    def __init__(self, consequence: Consequence) -> None:
        super().__init__(
            "Not confirmed; do it again within access.consequence.confirmation.confirmed(fingerprint)."
        )
        self.consequence = consequence


class Refused(Exception):
    """Something that nobody may do, whatever is confirmed; the message is a sentence for people."""


def sentence_of(error: ValidationError | Refused) -> str:
    """Return what is said to whoever was refused something."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


@contextmanager
def confirmed(fingerprint: str) -> Iterator[None]:
    """Take the consequence with this fingerprint as confirmed until the block ends; for doors that aren't forms."""
    token = _confirmed.set(fingerprint)
    try:
        yield
    finally:
        _confirmed.reset(token)


def is_confirmed(consequence: Consequence) -> bool:
    """Tell whether the person of the request, or whoever called `confirmed`, saw exactly this consequence."""
    return _state() == consequence.fingerprint


def current_question() -> Widening | None:
    """Return what is being watched, if a person acts inside `one_question`."""
    return _question.get()


@contextmanager
def one_question(actor: User | None = None) -> Iterator[Widening | None]:
    """Do everything inside or nothing: all of it is one deed with one consequence.

    Blocks inside one another are one. The installation itself is asked nothing: it acts where no person does.

    Args:
        actor: Who acts, if that isn't the person of the request.

    Raises:
        NotConfirmed: At the end, if who reads the pages grew and this wasn't confirmed.
    """
    if _question.get() is not None or (actor or current_actor()) is None:
        with transaction.atomic():
            yield _question.get()
        return
    watched = Widening()
    token = _question.set(watched)
    try:
        with transaction.atomic(), acting(actor or current_actor()):
            yield watched
            consequence = watched.consequence()
            if consequence is not None and not is_confirmed(consequence):
                raise NotConfirmed(consequence)
    finally:
        _question.reset(token)


@dataclass(frozen=True, slots=True)
class Question:
    """What stands around a consequence when a person is asked about it.

    Attributes:
        request: What the person sent.
        title: Heading, where a form of our own is confirmed; by default what is about to happen.
        hidden: Fields that say the same deed again; by default what was sent.
        errors: Rows in which something is wrong; then nothing is asked.
        notes: Sentences that stand beside every consequence of this kind.
        cancel_url: Where "no" leads; to the form by default.
    """

    request: HttpRequest
    title: str = ""
    hidden: Mapping[str, str | Sequence[str]] | None = None
    errors: Sequence[Any] = ()
    notes: Sequence[str] = ()
    cancel_url: str = ""

    def ask(self, consequence: Consequence | None) -> HttpResponse:
        """Return the page, or the part of one, that shows a consequence; None if nothing would change."""
        request = self.request
        if consequence is not None and _wants_json(request):
            return _as_json(consequence)
        again = self.hidden if self.hidden is not None else _posted(request)
        sent = {name: _listed(one) for name, one in again.items()}
        drafting = {name: values for name, values in sent.items() if name != "action-publish"}
        state = consequence.fingerprint if consequence is not None else ""
        context = {
            "question": self,
            "title": self.title or (consequence.items[0].label if consequence is not None else ""),
            "consequence": consequence,
            "errors": self.errors,
            "hidden": sent | {STATE: [state]},
            # Whoever meant to publish may keep what was typed as a draft instead: nobody else reads it.
            "as_draft": drafting if len(drafting) < len(sent) else None,
            "is_outdated": bool(request.POST.get(STATE)),
            "cancel_url": self.cancel_url or request.get_full_path(),
        }
        template = "access/consequence.html" if is_part(request) else _template(request, "question")
        response = TemplateResponse(request, template, context)
        response["Vary"] = "HX-Request"
        return response

    def settle(
        self,
        *,
        describe: Callable[[], Consequence | None],
        save: Callable[[str], None],
        show: Callable[[], HttpResponse],
    ) -> HttpResponse | None:
        """Show what follows, or save it if exactly that was confirmed.

        Args:
            describe: Returns the consequence; None if nothing was changed.
            save: Saves if the state that it is given still holds; raises `Outdated` otherwise.
            show: Returns the whole page, with what is wrong in it.

        Returns:
            The answer; None if it was saved.
        """
        if self.errors:
            return self.ask(None) if is_part(self.request) else show()
        consequence = describe()
        if consequence is None or not is_confirmed(consequence):
            return self.ask(consequence)
        try:
            save(consequence.fingerprint)
        except Outdated:
            return self.ask(describe())
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return show()
        return None


def answer_to(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    """Return what the person is told when a deed was undone; None for problems that aren't ours."""
    if not isinstance(problem, NotConfirmed | Refused):
        return None
    vars(request)["_messages"] = default_storage(request)  # what was said of the deed didn't happen
    if isinstance(problem, NotConfirmed):
        return Question(request).ask(problem.consequence)
    if _wants_json(request):
        answer = {"success": False, "error_code": "refused", "error_message": str(problem)}
        return JsonResponse(answer, status=_FORBIDDEN)
    template = _template(request, "refused")
    return TemplateResponse(request, template, {"sentence": str(problem)}, status=_FORBIDDEN)


def _state() -> str:
    told = _confirmed.get()
    if told is not None:
        return told
    request = current_request()
    return request.POST.get(STATE, "") if request is not None and request.method == "POST" else ""


def is_part(request: HttpRequest) -> bool:
    """Tell whether a script asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"


def say_saved(request: HttpRequest, count: int) -> None:
    """Say how many changes count from now on."""
    said = ngettext(
        "%(count)d change was saved. It counts from now on.",
        "%(count)d changes were saved. They count from now on.",
        count,
    )
    messages.success(request, said % {"count": count})


def _as_json(consequence: Consequence) -> JsonResponse:
    answer = {
        "success": False,
        "error_code": "needs_confirmation",
        "error_message": _(
            "More people could then read this. Nothing was changed; please confirm it first."
        ),
        "items": [[one.label, one.change, *one.effects] for one in consequence.items],
        STATE: consequence.fingerprint,
    }
    return JsonResponse(answer, status=_CONFLICT)


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _posted(request: HttpRequest) -> dict[str, list[str]]:
    if request.method != "POST":
        return {}
    left_out = {STATE, "csrfmiddlewaretoken"}
    return {name: values for name, values in request.POST.lists() if name not in left_out}


def _wants_json(request: HttpRequest) -> bool:
    return "json" in request.headers.get("Accept", "") or request.content_type == "application/json"


def _template(request: HttpRequest, name: str) -> str:
    match: Any = request.resolver_match
    is_admin = match is not None and match.view_name.startswith("wagtail")
    return f"access/{name}{'_in_admin' if is_admin else ''}.html"

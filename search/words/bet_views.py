"""The curator's pages about best bets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from search import service
from search.registry import HitCard
from search.requests import SearchRequest
from search.words import selectors, services
from search.words.doors import curators_only
from search.words.forms import BestBetForm
from search.words.models import MAX_EXPRESSION_CHARS, BestBet

BETS_A_PAGE = 50
OFFERED_TARGETS = 10


@curators_only
@require_safe
def bet_list(request: HttpRequest, user: User) -> HttpResponse:
    """List the recommendations with their targets, as far as the curator may see them."""
    page = Paginator(selectors.best_bets(), BETS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": selectors.with_targets(user, page.object_list)}
    return render(request, "search/words/bet_list.html", context)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bet_add(request: HttpRequest, user: User) -> HttpResponse:
    """Recommend something, perhaps for the word that the address names."""
    if request.method == "POST":
        return _handle(request, user, bet=None)
    word = request.GET.get("wort", "")[:MAX_EXPRESSION_CHARS]
    form = BestBetForm(initial={"expressions": word, "find": word}, targets=[])
    return _show(request, form, bet=None)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bet_edit(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Change a recommendation."""
    bet = selectors.best_bet_of(pk)
    if bet is None:
        if request.method != "POST":
            raise Http404
        return _show_conflict(request, _bound(request, user, None), None)
    if request.method == "POST":
        return _handle(request, user, bet=bet)
    initial = {
        "expressions": "\n".join(bet.expressions),
        "target": bet.target,
        "sentence": bet.sentence,
        "version": bet.version,
    }
    form = BestBetForm(initial=initial, targets=_cards(user, [bet.target]), kept=bet.target)
    return _show(request, form, bet=bet)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bet_remove(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Ask before a recommendation is taken back."""
    bet = _bet(pk)
    is_conflict = False
    if request.method == "POST":
        version = request.POST.get("version", "")
        is_number = version.isascii() and version.isdigit() and len(version) < 10
        try:
            services.remove_best_bet(
                actor=user, bet_id=pk, version=int(version) if is_number else 0
            )
        except services.ChangedMeanwhile:
            is_conflict = True
        else:
            messages.success(request, _("The recommendation is removed."))
            return redirect("search_best_bets")
    (row,) = selectors.with_targets(user, [bet])
    context = {"row": row, "version": bet.version, "is_conflict": is_conflict}
    return render(request, "search/words/bet_remove.html", context)


def _bet(pk: int) -> BestBet:
    bet = selectors.best_bet_of(pk)
    if bet is None:
        raise Http404
    return bet


def _handle(request: HttpRequest, user: User, *, bet: BestBet | None) -> HttpResponse:
    """Save what was typed, or look for targets."""
    form = _bound(request, user, bet)
    if "search" in request.POST:
        form.fields["target"].required = False
        return _show_found(request, form, bet=bet)
    if not form.is_valid():
        return _show(request, form, bet=bet)
    try:
        _save(user, form, bet=bet)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, bet=bet)
    except services.ChangedMeanwhile as conflict:
        now = conflict.entry if isinstance(conflict.entry, BestBet) else None
        return _show_conflict(request, form, now)
    messages.success(request, _("The recommendation is saved and counts from the next search on."))
    return redirect("search_best_bets")


def _show_conflict(request: HttpRequest, form: BestBetForm, now: BestBet | None) -> HttpResponse:
    """Show what was typed beside what the recommendation is now, None if it was removed."""
    form.data = {**request.POST.dict(), "version": str(now.version) if now else ""}
    return _show(request, form, bet=now, is_conflict=True)


def _bound(request: HttpRequest, user: User, bet: BestBet | None) -> BestBetForm:
    """Return the form with the targets that may be chosen: found ones, the chosen one, the one so far."""
    kept = bet.target if bet else ""
    chosen = request.POST.get("target", "")[:200].replace("\x00", "")
    targets = {card.key: card for card in _cards(user, [kept, chosen])}
    find = request.POST.get("find", "")[:200]
    if find.strip():
        targets |= {card.key: card for card in _found(user, find)}
    return BestBetForm(request.POST, targets=list(targets.values()), kept=kept)


def _found(user: User, text: str) -> list[HitCard]:
    """Return what a search finds for the curator; titles alone while the engine is away."""
    hits = service.search(user, SearchRequest(text=text)).hits[:OFFERED_TARGETS]
    return _cards(user, [hit.key for hit in hits])


def _cards(user: User, keys: list[str]) -> list[HitCard]:
    cards = service.load_cards(user, dict.fromkeys(key for key in keys if ":" in key))
    return list(cards.values())


def _save(user: User, form: BestBetForm, *, bet: BestBet | None) -> None:
    values: dict[str, Any] = {
        "actor": user,
        "expressions": form.expression_list(),
        "target": form.cleaned_data["target"],
        "sentence": form.cleaned_data["sentence"],
    }
    if bet is None:
        services.add_best_bet(**values)
    else:
        version = form.cleaned_data["version"] or 0
        services.change_best_bet(bet_id=bet.pk, version=version, **values)


def _show_found(request: HttpRequest, form: BestBetForm, *, bet: BestBet | None) -> HttpResponse:
    """Show the targets that were found without calling anything else a mistake yet."""
    again = BestBetForm(
        initial={name: request.POST.get(name, "") for name in form.fields}, targets=[]
    )
    again.fields["target"] = form.fields["target"]
    found_none = bool(request.POST.get("find", "").strip()) and not form.has_targets
    return _show(request, again, bet=bet, found_none=found_none)


def _show(
    request: HttpRequest, form: BestBetForm, *, bet: BestBet | None, **more: Any
) -> HttpResponse:
    context = {"form": form, "bet": bet, **more}
    return render(request, "search/words/bet_form.html", context)

"""The curator's pages about words and about what people search for."""

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
from search.engines.base import EngineUnavailable
from search.words import checking, selectors, services
from search.words.counting import AskedWords, common_queries, common_queries_without_hits
from search.words.doors import curators_only
from search.words.forms import FORMS, WordForm
from search.words.house import Word
from search.words.models import MAX_EXPRESSION_CHARS, WordEntry, WordKind
from search.words.proposals import Proposal, proposals_for

ENTRIES_A_PAGE = 50
LISTED_QUERIES = 200


@curators_only
@require_safe
def word_list(request: HttpRequest, user: User) -> HttpResponse:
    """List the entries of the vocabulary, filtered by kind and text."""
    kind = request.GET.get("art", "")
    text = request.GET.get("wort", "")[:MAX_EXPRESSION_CHARS]
    found = selectors.entries(kind=kind, text=text)
    page = Paginator(found, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "kinds": WordKind.choices,
        "kind": kind,
        "text": text,
        "total": len(found),
    }
    return render(request, "search/words/word_list.html", context)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def word_add(request: HttpRequest, user: User) -> HttpResponse:
    """Add an entry of the kind that the address names, perhaps with words to begin with.

    Of several words, a proposal, the effect shows at once.
    """
    kind = request.GET.get("art", "")
    if kind not in FORMS:
        kind = WordKind.SYNONYMS
    if request.method == "POST":
        return _handle(request, user, FORMS[kind](request.POST), entry=None)
    words = [word[:MAX_EXPRESSION_CHARS] for word in request.GET.getlist("wort") if word]
    words = words[: checking.MAX_EXPRESSIONS]
    initial = {**FORMS[kind].values_of(words), "queries": words[0]} if words else {}
    proposed = Word(kind, checking.cleaned(words)) if len(words) > 1 else None
    effects = _effects(user, entry=None, word=proposed, typed=words[0]) if proposed else {}
    return _show(request, FORMS[kind](initial=initial), entry=None, **effects)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def word_edit(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Change an entry."""
    entry = selectors.entry_of(pk)
    if entry is None:
        return _show_removed(request)
    form_class = FORMS[entry.kind]
    if request.method == "POST":
        return _handle(request, user, form_class(request.POST), entry=entry)
    initial = {
        **form_class.values_of(entry.expressions),
        "note": entry.note,
        "version": entry.version,
    }
    return _show(request, form_class(initial=initial), entry=entry)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def word_remove(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Ask before an entry is removed, with the consequence in sight."""
    entry = _entry(pk)
    context: dict[str, Any] = {"entry": entry, "version": entry.version}
    if request.method == "POST":
        try:
            services.remove_word(
                actor=user, entry_id=pk, version=_number(request.POST.get("version"))
            )
        except services.ChangedMeanwhile:
            context["is_conflict"] = True
        except EngineUnavailable:
            context["is_engine_away"] = True
        else:
            messages.success(request, _("The entry is removed and no longer counts."))
            return redirect("search_words")
    context |= _effects(user, entry=entry, word=None)
    return render(request, "search/words/word_remove.html", context)


@curators_only
@require_safe
def counted_queries(request: HttpRequest, user: User) -> HttpResponse:
    """Show what several people searched for, or what found nothing."""
    without_hits = request.GET.get("liste") == "ohne-treffer"
    listed = common_queries_without_hits if without_hits else common_queries
    queries = listed(limit=LISTED_QUERIES)
    proposed = _proposals(user, queries) if without_hits else {}
    rows = [(query, proposed.get(query.text, ())) for query in queries]
    context = {"rows": rows, "without_hits": without_hits}
    return render(request, "search/words/counted_queries.html", context)


def _proposals(user: User, queries: list[AskedWords]) -> dict[str, list[Proposal]]:
    try:
        return proposals_for(user, queries)
    except EngineUnavailable:
        return {}  # the list is worth showing all the same


def _entry(pk: int) -> WordEntry:
    entry = selectors.entry_of(pk)
    if entry is None:
        raise Http404
    return entry


def _handle(
    request: HttpRequest, user: User, form: WordForm, *, entry: WordEntry | None
) -> HttpResponse:
    """Save what was typed, or show what it would do."""
    if not form.is_valid():
        return _show(request, form, entry=entry)
    word = Word(form.kind, checking.cleaned(form.word().expressions))
    if "preview" in request.POST:
        return _preview(request, user, form, word, entry=entry)
    try:
        _save(user, form, word, entry=entry)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, entry=entry)
    except services.ChangedMeanwhile as conflict:
        return _show_conflict(request, form, conflict)
    except EngineUnavailable:
        return _show(request, form, entry=entry, is_engine_away=True)
    messages.success(request, _saved_text(form.kind))
    return redirect("search_words")


def _save(user: User, form: WordForm, word: Word, *, entry: WordEntry | None) -> None:
    note = form.cleaned_data["note"]
    if entry is None:
        services.add_word(actor=user, word=word, note=note)
    else:
        version = form.cleaned_data["version"] or 0
        services.change_word(actor=user, entry_id=entry.pk, version=version, word=word, note=note)


def _saved_text(kind: str) -> str:
    text = _("The entry is saved and counts from the next search on.")
    if kind != WordKind.NEVER_SPLIT:
        return text
    return f"{text} " + _(
        "Pages with this word are being indexed again; until that is done they are still found by its parts."
    )


def _preview(
    request: HttpRequest, user: User, form: WordForm, word: Word, *, entry: WordEntry | None
) -> HttpResponse:
    try:
        checking.check_word(word, selectors.entries_beside(entry))
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, entry=entry)
    effects = _effects(user, entry=entry, word=word, typed=form.cleaned_data["queries"])
    return _show(request, form, entry=entry, **effects)


def _effects(
    user: User, *, entry: WordEntry | None, word: Word | None, typed: str = ""
) -> dict[str, Any]:
    try:
        return {"effects": selectors.effect_of(user, entry=entry, word=word, typed=typed)}
    except EngineUnavailable:
        return {"is_preview_away": True}


def _show_removed(request: HttpRequest) -> HttpResponse:
    """Keep what was typed about an entry that somebody else removed meanwhile."""
    kind = request.POST.get("kind", "")
    if kind not in FORMS:
        raise Http404
    return _show_conflict(request, FORMS[kind](request.POST), services.ChangedMeanwhile(None))


def _show_conflict(
    request: HttpRequest, form: WordForm, conflict: services.ChangedMeanwhile
) -> HttpResponse:
    """Show what was typed beside what the entry is now; the next time it is saved over that, or as a new entry."""
    now = conflict.entry if isinstance(conflict.entry, WordEntry) else None
    form.data = {**request.POST.dict(), "version": str(now.version) if now else ""}
    return _show(request, form, entry=now, is_conflict=True)


def _show(
    request: HttpRequest, form: WordForm, *, entry: WordEntry | None, **more: Any
) -> HttpResponse:
    context = {"form": form, "kind": WordKind(form.kind), "entry": entry, **more}
    return render(request, "search/words/word_form.html", context)


def _number(text: str | None) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text and is_number else 0

"""Notices of new matches, put into words within the recipient's rights when shown or mailed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.services import notify, withdraw
from search.models import SavedSearch, Tell
from search.registry import HitCard
from search.saved.selectors import NewMatches, new_matches

KINDS: Mapping[str, str] = {
    Tell.IN_APP.value: "search.saved_found",
    Tell.MAIL.value: "search.saved_found_daily",
}
"""Kind of notice by what the owner chose; two, so that each search has its own way."""

TITLES_IN_NOTICE = 5


# unscoped: tells the owner alone
def tell_owner(saved: SavedSearch) -> None:
    """Tell the owner in the chosen way that there is something new; replace what is still unread."""
    # Read anew: the owner may have chosen otherwise while the search ran.
    tell = SavedSearch.objects.filter(pk=saved.pk).values_list("tell", flat=True).get()
    if kind := KINDS.get(tell):
        notify([saved.owner], kind, key=_key(saved), details={"saved": saved.pk})


def withdraw_notices(saved: SavedSearch) -> None:
    """Withdraw what the owner was told and has not read."""
    for kind in KINDS.values():
        withdraw(kind, key=_key(saved))


def _key(saved: SavedSearch) -> str:
    return f"saved:{saved.pk}"


def render(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Say what is new to the recipient; None if it was seen, removed, or may no longer be seen."""
    numbers: list[int] = [one.details.get("saved", 0) for one in notices]
    saved = SavedSearch.objects.filter(owner=recipient, pk__in=numbers)
    news = {one.search.pk: one for one in new_matches(recipient, list(saved))}
    return [_words(news.get(number)) for number in numbers]


def _words(news: NewMatches | None) -> Rendered | None:
    if news is None or not news.cards:
        return None
    title = ngettext(
        "%(count)s new match for your search “%(name)s”",
        "%(count)s new matches for your search “%(name)s”",
        len(news.cards),
    ) % {"count": news.shown_count, "name": news.search.name}
    return Rendered(
        title=title,
        text="\n".join(_line(card) for card in news.cards[:TITLES_IN_NOTICE]),
        url=reverse("saved_search", args=[news.search.pk]),
        is_confidential=any(card.is_confidential for card in news.cards),
    )


def _line(card: HitCard) -> str:
    if card.dated_on is None:
        return card.title
    return _("%(title)s (%(day)s)") % {
        "title": card.title,
        "day": card.dated_on.strftime("%d.%m.%Y"),
    }


def register_kinds() -> None:
    """Register the kinds of notices; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            KINDS[Tell.IN_APP],
            gettext_lazy("New matches of saved searches, as a notice"),
            render,
        ),
        NoticeKind(
            KINDS[Tell.MAIL],
            gettext_lazy("New matches of saved searches, by mail"),
            render,
            Delivery.DAILY,
        ),
    )

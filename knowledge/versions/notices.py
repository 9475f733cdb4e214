"""What people are told of drafts that are handed in; words with the recipient's rights at that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import is_confidential
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.submitting import HANDED_IN, PUBLISHED, REMARKED, RETURNED
from notices.kinds import Delivery, NoticeKind, Render, Rendered, kinds
from notices.models import Notice

Url = Callable[[KnowledgePage], str]


def _review_url(page: KnowledgePage) -> str:
    return reverse("versions:review", args=[page.pk])


def _page_url(page: KnowledgePage) -> str:
    return str(page.url)


def _telling(sentence: Callable[[], str], needed: Action, url: Url) -> Render:
    """Return what puts notices of one kind into words: with `person` and `page`, for whoever may do `needed`."""

    # unscoped: asks for each page whether the recipient may
    def render(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
        numbers = {one.details.get("page", 0) for one in notices}
        pages = {
            page.pk: page
            for page in KnowledgePage.objects.filter(pk__in=numbers)
            if can(recipient, needed, page)
        }
        people = User.objects.in_bulk({one.details.get("by", 0) for one in notices})
        return [_words(one, pages.get(one.details.get("page", 0)), people) for one in notices]

    def _words(
        notice: Notice, page: KnowledgePage | None, people: dict[int, User]
    ) -> Rendered | None:
        if page is None:
            return None
        named = str(people.get(notice.details.get("by", 0)) or _("Somebody"))
        return Rendered(
            sentence()
            % {"person": named, "page": page.title if needed is Action.READ else page.draft_title},
            url=url(page),
            is_confidential=is_confidential(page),
        )

    return render


def register_notices() -> None:
    """Register the kinds; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            HANDED_IN,
            gettext_lazy("A draft was handed in for publication"),
            _telling(
                lambda: _("%(person)s hands in a draft for publication: %(page)s"),
                Action.PUBLISH,
                _review_url,
            ),
            Delivery.DAILY,
        ),
        NoticeKind(
            RETURNED,
            gettext_lazy("A draft of mine was returned"),
            _telling(
                lambda: _("%(person)s returns your draft with a reason: %(page)s"),
                Action.EDIT,
                _review_url,
            ),
            Delivery.AT_ONCE,
        ),
        NoticeKind(
            REMARKED,
            gettext_lazy("A remark on a draft that is handed in"),
            _telling(
                lambda: _("%(person)s has a remark on a draft: %(page)s"),
                Action.EDIT,
                _review_url,
            ),
            Delivery.DAILY,
        ),
        NoticeKind(
            PUBLISHED,
            gettext_lazy("A draft of mine was published"),
            _telling(
                lambda: _("%(person)s published your draft: %(page)s"), Action.READ, _page_url
            ),
            Delivery.DAILY,
        ),
    )

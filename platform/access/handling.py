"""How content must be handled, and what follows from its mark. No mark stands for a state secret.

Each page is `öffentlich`, `intern` (by default) or `vertraulich`; a file is handled like the strictest page that
attaches or shows it. Whatever takes content out of its page asks here: exports, mails, the API, all that leaves us.

| | öffentlich | intern | vertraulich |
|---|---|---|---|
| `may_export`: into a file, a print-out made by us, an API | yes | yes | no |
| `mail_excerpt_allowed`: title or text in a mail | yes | yes | no |
| `may_leave_platform`: for people without an account | yes | no | no |

For many objects at once: `.exportable_by(user)` and `.free_to_leave()` of the querysets of pages and files.
"""

from __future__ import annotations

import enum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from access.querysets import references_from_pages
from access.rights import Person, can
from access.roles import Action


class Mark(enum.StrEnum):
    """How something must be handled; the values are those of `KnowledgePage.classification`, mildest first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"

    @property
    def strictness(self) -> int:
        """Return 0 for the mildest mark, more for each stricter one."""
        return list(Mark).index(self)


def mark_of(obj: Model) -> Mark:
    """Return how a page or file must be handled; no query for a page, one for a file.

    A file is handled like the strictest of the pages of its own space that attach or show it, as internal if none does.

    Raises:
        TypeError: If `obj` is neither; ask for the page that it belongs to.
    """
    classification = getattr(obj, "classification", None)
    if classification is not None:
        return Mark(classification)
    if obj._meta.label not in {
        settings.WAGTAILDOCS_DOCUMENT_MODEL,
        settings.WAGTAILIMAGES_IMAGE_MODEL,
    }:
        raise TypeError(f"{obj._meta.label} has no mark; ask for the page that it belongs to.")
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    file: Any = obj
    pages = page_model.objects.filter(space=file.space_id)
    showing = references_from_pages(pages, type(file)).filter(to_object_id=str(file.pk))
    numbers = {int(pk) for pk in showing.values_list("object_id", flat=True)}
    marks = pages.filter(pk__in=numbers).values_list("classification", flat=True)
    return max(map(Mark, marks), key=lambda mark: mark.strictness, default=Mark.INTERNAL)


def is_confidential(obj: Model) -> bool:
    """Tell whether a page or file is `vertraulich`: its reading is recorded, and it stays in its space."""
    return mark_of(obj) is Mark.CONFIDENTIAL


def may_export(user: Person, obj: Model) -> bool:
    """Tell whether `user` may take a page or file out as a file: she may read it, and it isn't confidential."""
    return can(user, Action.READ, obj) and not is_confidential(obj)


def mail_excerpt_allowed(obj: Model) -> bool:
    """Tell whether a mail may name or quote the page or file; if not, it says that there is something and no more.

    That its receiver may read it is asked apart, by `can`.
    """
    return not is_confidential(obj)


def may_leave_platform(obj: Model) -> bool:
    """Tell whether people without an account may get it: it is published and `öffentlich`."""
    return mark_of(obj) is Mark.PUBLIC and getattr(obj, "live", True)


def check_mark(actor: Person, obj: Any, mark: Mark, *, before: Mark | None) -> None:
    """Refuse a milder mark from anybody but a steward of the space; a stricter one is open to whoever may edit.

    Whoever writes a page's mark asks here: forms, services, imports on somebody's behalf.

    Args:
        actor: Who sets the mark.
        obj: The page, or for a new page the one above it: both lie in the space whose stewards decide.
        mark: What it is to be.
        before: What it was; None for a new page, which is internal by default.

    Raises:
        ValidationError: With a sentence for the person.
    """
    if mark.strictness >= (before or Mark.INTERNAL).strictness:
        return
    if not can(actor, Action.LOWER_MARK, obj):
        raise ValidationError(
            _(
                "Only those responsible for the space may choose a milder handling. "
                "Leave it as it was, or ask one of them."
            )
        )

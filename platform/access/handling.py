"""How content must be handled, by its classification. None of them stands for a state secret.

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

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.querysets import references_from_pages
from access.rights import Person, can
from access.roles import Action
from access.tree import Page, page_model


class Classification(models.TextChoices):
    """How a page or file must be handled, mildest first. This is no classification of state secrets."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    CONFIDENTIAL = "confidential", _("confidential")

    @property
    def strictness(self) -> int:
        """Return 0 for the mildest, more for each stricter one."""
        return list(Classification).index(self)


def classification_of_new(space: Space | None) -> Classification:
    """Return how a new page of `space` is handled until its writer chooses."""
    if space is not None and space.new_pages_confidential:
        return Classification.CONFIDENTIAL
    return Classification.INTERNAL


def classification_of(obj: Model | Page) -> Classification:
    """Return how a page or file must be handled; no query for a page, one for a file.

    A file is handled like the strictest of the pages of its own space that attach or show it, as internal if none does;
    as confidential for good if the last confidential one went with the bin (`consequence.held_files.keep_closed`).

    Raises:
        TypeError: If `obj` is neither; ask for the page that it belongs to.
    """
    classification = getattr(obj, "classification", None)
    if classification is not None:
        return Classification(classification)
    if obj._meta.label not in {
        settings.WAGTAILDOCS_DOCUMENT_MODEL,
        settings.WAGTAILIMAGES_IMAGE_MODEL,
    }:
        raise TypeError(
            f"{obj._meta.label} has no classification; ask for the page that it belongs to."
        )
    file: Any = obj
    if file.stays_confidential:
        return Classification.CONFIDENTIAL
    pages = page_model().objects.filter(space=file.space_id)
    showing = references_from_pages(pages, type(file)).filter(to_object_id=str(file.pk))
    numbers = {int(pk) for pk in showing.values_list("object_id", flat=True)}
    found = pages.filter(pk__in=numbers).values_list("classification", flat=True)
    return max(
        map(Classification, found), key=lambda one: one.strictness, default=Classification.INTERNAL
    )


def confidential_among(condition: Q) -> Any:
    """Return pages that are confidential, as they are published or in their latest draft."""
    mark = Classification.CONFIDENTIAL.value
    return page_model().objects.filter(
        condition,
        Q(classification=mark) | Q(latest_revision__content__classification=mark),
    )


def strictest(*versions: Page | None) -> Classification:
    """Return the strictest mark among versions of a page, by which reading them is recorded."""
    return max(map(classification_of, filter(None, versions)), key=lambda mark: mark.strictness)


def is_confidential(obj: Model | Page) -> bool:
    """Tell whether a page or file is `vertraulich`: its reading is recorded, and it stays in its space."""
    return classification_of(obj) is Classification.CONFIDENTIAL


def may_export(user: Person, obj: Model | Page) -> bool:
    """Tell whether `user` may take a page or file out as a file: it may be read, and isn't confidential."""
    return can(user, Action.READ, obj) and not is_confidential(obj)


def mail_excerpt_allowed(obj: Model | Page) -> bool:
    """Tell whether a mail may name or quote the page or file; if not, it says that there is something and no more.

    That its receiver may read it is asked apart, by `can`.
    """
    return not is_confidential(obj)


def may_leave_platform(obj: Model | Page) -> bool:
    """Tell whether people without an account may get it: it is published and `öffentlich`."""
    return classification_of(obj) is Classification.PUBLIC and getattr(obj, "live", True)


def check_classification(
    actor: Person, obj: Any, chosen: Classification, *, before: Classification | None
) -> None:
    """Refuse a milder classification from anybody but a steward; whoever may edit may choose a stricter one.

    Whoever writes a page's classification asks here: forms, services, imports on somebody's behalf.

    Args:
        actor: Who chooses it.
        obj: The page, or for a new page the one above it: both lie in the space whose stewards decide.
        chosen: What it is to be.
        before: What it was; None for a new page, which is internal by default.

    Raises:
        ValidationError: With a sentence for the person.
    """
    if chosen.strictness >= (before or Classification.INTERNAL).strictness:
        return
    if not can(actor, Action.LOWER_CLASSIFICATION, obj):
        raise ValidationError(
            gettext(
                "Only those responsible for the space may choose a milder handling. "
                "Leave it as it was, or ask one of them."
            )
        )

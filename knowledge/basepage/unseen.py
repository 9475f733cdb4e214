"""Nobody moves or deletes what they don't see: passages that are narrowed to other organisations."""

from __future__ import annotations

from django.utils.translation import gettext as _

from access.audience import closed_to
from access.consequence.confirmation import Refused
from access.rights import Person
from access.tree import at_or_below
from audit.context import current_actor


def refuse_unseen(path: str, user: Person | None = None) -> None:
    """Refuse a deed with a page and all below it if a passage of any version there is hidden from who acts.

    The page says no more than its own neutral line does. Samples go as they came, whoever removes them; the
    installation itself sees everything.

    Args:
        path: Of the page.
        user: Who acts, if that isn't the person of the request or of the deed.

    Raises:
        Refused: If something there is for others only.
    """
    actor = user or current_actor()
    if actor is None:
        return
    here = at_or_below(path, field="pages__path")
    if closed_to(actor).filter(here, pages__is_sample=False).exists():
        raise Refused(
            _(
                "Parts of it are for some organisations only, and not for yours. Somebody of them has to do this. "
                "Nothing was changed."
            )
        )

"""What the pages with a sheet have in common: the consequence is shown, alone or in its place, and confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.changes import Outdated
from access.consequences import Consequence
from access.days import day_in_words
from access.selectors import Holding
from access.sheets import Sheet


def is_part(request: HttpRequest) -> bool:
    """Tell whether a script asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"


def facts_of(holding: Holding) -> tuple[str, ...]:
    """Return since when and by whom something is held, as far as that is known."""
    said = []
    if holding.since is not None:
        said.append(_("since %(day)s") % {"day": day_in_words(holding.since)})
    if holding.granted_by:
        said.append(_("granted by %(name)s") % {"name": holding.granted_by})
    return tuple(said)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The step between typing and saving.

    Attributes:
        request: The request with the sheet.
        title: Heading of the page if it stands alone.
        sheet: What was typed.
        notes: Sentences that stand beside every consequence of this kind.
    """

    request: HttpRequest
    title: str
    sheet: Sheet
    notes: Sequence[str] = ()

    def settle(
        self,
        *,
        changes: Sequence[Any],
        describe: Callable[[], Consequence],
        save: Callable[[str], None],
        show: Callable[[], HttpResponse],
    ) -> HttpResponse | None:
        """Show what follows from the sheet, or save it if that was confirmed.

        Args:
            changes: What was changed.
            describe: Returns the consequence.
            save: Saves the changes if the mark that it is given still holds; raises `Outdated` otherwise.
            show: Returns the whole page, with what is wrong in the sheet.

        Returns:
            The answer; None if the changes were saved.
        """
        if self.sheet.errors and not is_part(self.request):
            return show()
        if not changes or self.sheet.errors:
            return self._ask(None)
        if "confirmed" not in self.request.POST:
            return self._ask(describe())
        try:
            save(self.request.POST.get("state", ""))
        except Outdated:
            self._say_outdated()
            return self._ask(describe())
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return show()
        self._say_saved(len(changes))
        return None

    def _say_saved(self, count: int) -> None:
        said = ngettext(
            "%(count)d change was saved. It counts from now on.",
            "%(count)d changes were saved. They count from now on.",
            count,
        )
        messages.success(self.request, said % {"count": count})

    def _say_outdated(self) -> None:
        """Say why the confirmation was not enough."""
        messages.warning(
            self.request,
            _(
                "Somebody else has changed the rights here in the meantime. Nothing was saved; "
                "please check the consequence once more."
            ),
        )

    def _ask(self, consequence: Consequence | None) -> HttpResponse:
        """Show the consequence and ask for the confirmation.

        Args:
            consequence: What follows; None if nothing was changed.
        """
        part = is_part(self.request)
        template = "access/consequence.html" if part else "access/confirm_sheet.html"
        context = {
            "title": self.title,
            "consequence": consequence,
            "errors": self.sheet.errors,
            "hidden": self.sheet.hidden,
            "state": consequence.mark if consequence else "",
            "notes": self.notes,
        }
        response = render(self.request, template, context)
        response["Vary"] = "HX-Request"
        return response

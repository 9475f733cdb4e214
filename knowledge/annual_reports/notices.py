"""A report waits for a second person, or was decided on; put into words with the recipient's rights at that moment."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.annual_reports.models import Report, Stage
from notices.kinds import NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.services import notify, withdraw

WAITS, DECIDED = "annual_reports.waits", "annual_reports.decided"


def tell_of_submission(report: Report) -> None:
    """Tell those who may be the second person."""
    people = [
        one
        for one in responsible_for(report.space, Action.PUBLISH)
        if one.pk != report.submitted_by_id
    ]
    notify(people, WAITS, key=_key(report), details={"report": report.pk})


def tell_of_decision(report: Report, actor: User | None) -> None:
    """Tell whoever handed the report in what became of it."""
    withdraw(WAITS, key=_key(report))
    person = report.submitted_by
    if person is not None and person != actor:
        notify([person], DECIDED, key=_key(report), details={"report": report.pk})


def _key(report: Report) -> str:
    return f"report:{report.pk}"


def _render(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    pks = {one.details.get("report", 0) for one in notices}
    found = Report.objects.visible_to(recipient).in_bulk(pks)
    return [_words(found.get(one.details.get("report", 0))) for one in notices]


def _words(report: Report | None) -> Rendered | None:
    if report is None:
        return None
    said = {"title": report.title}
    if report.stage == Stage.WAITING:
        return Rendered(_("“%(title)s” waits for your approval.") % said, url=report.url)
    if report.is_frozen:
        return Rendered(_("“%(title)s” was approved and is frozen.") % said, url=report.url)
    return Rendered(
        _("“%(title)s” was given back.") % said, text=report.returned_reason, url=report.url
    )


def register_kinds() -> None:
    """Register both kinds; called once, when the app is ready."""
    kinds.register(
        NoticeKind(WAITS, gettext_lazy("An annual report waits for my approval"), _render),
        NoticeKind(DECIDED, gettext_lazy("My annual report was decided on"), _render),
    )

"""Reports that somebody made or approved, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.annual_reports.models import Choice, Report


# unscoped: that this person made or approved them, and the reasons this person wrote; not what the reports say
def _reports(person: User) -> Iterable[Row]:
    mine = Q(made_by=person) | Q(submitted_by=person) | Q(approved_by=person)
    for report in Report.objects.filter(mine).order_by("pk"):
        yield {
            _("Report"): f"{report.year}, {report.version}",
            _("Made by me"): report.made_by_id == person.pk,
            _("Approved by me"): report.approved_by_id == person.pk,
        }
    for choice in Choice.objects.filter(decided_by=person).exclude(reason="").order_by("pk"):
        yield {_("Reason"): choice.reason, _("Written at"): choice.decided_at}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "annual_reports",
            gettext_lazy("Annual reports I worked on"),
            collect=_reports,
            remains=gettext_lazy("Reports stay, without the name."),
        )
    )

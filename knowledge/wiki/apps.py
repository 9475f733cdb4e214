"""Configuration of the wiki app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 40)  # before the daily mails


class WikiConfig(AppConfig):
    """What makes pages a wiki that stays in order."""

    name = "knowledge.wiki"
    label = "wiki"
    verbose_name = _("Wiki")

    def ready(self) -> None:
        """Register parts of pages, panels, notices, job, actions, and what is held on people."""
        from accounts.leaving import parts
        from accounts.personal_data import sections
        from audit.actions import AuditAction, actions
        from knowledge.basepage.contexts import PageContext, page_contexts
        from knowledge.pages.parts import page_marks, page_parts
        from knowledge.wiki.missing import note_shown
        from knowledge.wiki.panels import DUE as DUE_PANEL
        from knowledge.wiki.panels import HAS_TAGS, IS_TEMPLATE, TAGS, TEMPLATE, UPKEEP
        from knowledge.wiki.personal_data import LEAVING, SECTION
        from knowledge.wiki.reminders import DUE, remind, render_due, render_outdated
        from knowledge.wiki.template_views import NEW_FROM_TEMPLATE
        from knowledge.wiki.upkeep import OUTDATED
        from notices.kinds import Delivery, NoticeKind, kinds
        from schedule.jobs import Job, jobs
        from web.menu import new_entries
        from web.panels import start_panels

        page_contexts.register(PageContext("wiki", note_shown))
        page_marks.register(HAS_TAGS, IS_TEMPLATE)
        page_parts.register(UPKEEP, TAGS, TEMPLATE)
        new_entries.register(NEW_FROM_TEMPLATE)
        start_panels.register(DUE_PANEL)
        kinds.register(
            NoticeKind(DUE, _("Pages are to be checked by me"), render_due, Delivery.DAILY),
            NoticeKind(
                OUTDATED,
                _("A page that I check may be out of date"),
                render_outdated,
                Delivery.DAILY,
            ),
        )
        jobs.register(Job("wiki.remind", remind, daily_at=REMIND_AT))
        actions.register(
            AuditAction(
                "page.review_planned", _("%(actor)s planned when %(object)s is to be checked.")
            ),
            AuditAction("page.reviewed", _("%(actor)s checked %(object)s.")),
            AuditAction("page.tagged", _("%(actor)s changed the tags of %(object)s.")),
            AuditAction("page.made_template", _("%(actor)s made %(object)s a template.")),
            AuditAction(
                "page.made_ordinary", _("%(actor)s made %(object)s an ordinary page again.")
            ),
            AuditAction(
                "page.begun_from_template", _("%(actor)s began %(object)s from a template.")
            ),
        )
        parts.register(LEAVING)
        sections.register(SECTION)

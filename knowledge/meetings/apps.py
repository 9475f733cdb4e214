"""Configuration of the meetings app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

APPROVE_AT = dt.time(0, 20)
MAIL_EVERY = dt.timedelta(minutes=1)


class MeetingsConfig(AppConfig):
    """Meetings, their minutes and decisions."""

    name = "knowledge.meetings"
    label = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Register the kind of page, panels, notices, words of the log and the job that approves by silence."""
        from knowledge.export.outputs import outputs
        from knowledge.meetings import findable
        from knowledge.meetings.circulating.approval import approve_by_silence
        from knowledge.meetings.kind import MINUTES
        from knowledge.meetings.making import EDITOR, NEW_MINUTES
        from knowledge.meetings.minuting.from_article import ON_ARTICLE
        from knowledge.meetings.notices import register_kinds
        from knowledge.meetings.papers import PAPERS
        from knowledge.meetings.planning.invitations import mail_invitations
        from knowledge.meetings.receivers import connect
        from knowledge.meetings.selectors import ON_GROUP, ON_START, PLAN_ON_GROUP
        from knowledge.meetings.vocabulary import register_all
        from knowledge.pages.editors import page_editors
        from knowledge.pages.kinds import register_kind
        from knowledge.pages.parts import page_parts
        from schedule.jobs import Job, jobs
        from web.menu import new_entries
        from web.panels import start_panels

        register_kind(MINUTES)
        page_editors.register(EDITOR)
        new_entries.register(NEW_MINUTES)
        register_all()
        register_kinds()
        connect()
        findable.connect()
        jobs.register(Job("meetings.invitations", mail_invitations, every=MAIL_EVERY))
        jobs.register(Job("meetings.silence", approve_by_silence, daily_at=APPROVE_AT))
        page_parts.register(PLAN_ON_GROUP, ON_GROUP, ON_ARTICLE)
        outputs.register(*PAPERS)
        start_panels.register(ON_START)

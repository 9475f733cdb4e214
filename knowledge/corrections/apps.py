"""Configuration of the corrections app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    """Hints of readers."""

    name = "knowledge.corrections"
    label = "corrections"
    verbose_name = _("Hints of readers")

    def ready(self) -> None:
        """Register the ways to a hint, and who is told of it."""
        from audit.actions import AuditAction, actions
        from knowledge.corrections.notices import render_hints, render_settled
        from knowledge.corrections.panels import ON_PAGE, ON_START
        from knowledge.corrections.personal_data import register_section
        from knowledge.corrections.services import HINT, SETTLED
        from knowledge.pages.parts import page_parts
        from notices.kinds import Delivery, NoticeKind, kinds
        from web.panels import start_panels

        register_section()
        page_parts.register(ON_PAGE)
        start_panels.register(ON_START)
        kinds.register(
            NoticeKind(HINT, _("A reader has a hint on a page"), render_hints, Delivery.DAILY),
            NoticeKind(SETTLED, _("My hint on a page is settled"), render_settled, Delivery.DAILY),
        )
        actions.register(
            AuditAction("page.hint", _("%(actor)s sent a hint on %(object)s.")),
            AuditAction("page.hint_settled", _("%(actor)s settled a hint on %(object)s.")),
        )

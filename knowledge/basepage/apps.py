"""Configuration of the basepage app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasePageConfig(AppConfig):
    """The base model of every page."""

    name = "knowledge.basepage"
    label = "basepage"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Ask about the handling in the admin's forms; connect what must happen around Wagtail's own writes."""
        from knowledge.basepage import signals
        from knowledge.basepage.forms import KnowledgePageForm
        from knowledge.basepage.models import KnowledgePage

        # Not in the class: Wagtail puts its own form there when its admin is ready, which is before us.
        KnowledgePage.base_form_class = KnowledgePageForm
        signals.connect()

"""Configuration of the schedule app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScheduleConfig(AppConfig):
    """Work that is due again and again, without cron and without a broker."""

    name = "schedule"
    verbose_name = _("Schedule")

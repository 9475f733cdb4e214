"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, organisations, circles, sign-in."""

    name = "accounts"
    verbose_name = _("People and organisations")

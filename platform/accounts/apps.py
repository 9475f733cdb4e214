"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, organisations, circles, sign-in."""

    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Say what ends here when somebody leaves, and what is kept on a person."""
        from accounts import leaving, personal_data

        leaving.register(leaving.OWN_PART)
        personal_data.register_own_sections()

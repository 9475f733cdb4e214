"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, organisations, circles, sign-in."""

    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Register what ends when somebody leaves and what is kept on a person; count attempts in the shared cache."""
        from accounts import (
            checks,  # noqa: F401 - importing registers them
            leaving,
            personal_data,
            second_factor,
            throttling,
        )

        throttling.count_together()
        user_logged_in.connect(second_factor.remind, dispatch_uid="accounts_second_factor")
        leaving.parts.register(leaving.OWN_PART)
        personal_data.register_own_sections()

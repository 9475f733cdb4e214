"""Configuration of the REST API."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The REST API, and the access keys of programs."""

    name = "api"
    verbose_name = _("REST API")

    def ready(self) -> None:
        """Register what the log says of access keys."""
        from accounts.credentials import Credentials, credentials
        from api import audit_words
        from api.keys import count_usable, revoke_every_key
        from people.account_panels import account_panels
        from web.panels import Panel, Place

        audit_words.register_all()
        credentials.register(Credentials("access_keys", count_usable, revoke_every_key))
        account_panels.register(
            Panel(
                name="api.keys",
                template="api/_on_account.html",
                place=Place.MAIN,
                order=50,
                context=_keys,
            )
        )


def _keys(request: HttpRequest) -> dict[str, Any]:
    from accounts.signed_in import signed_in
    from api.keys import count_usable

    return {"count": count_usable(signed_in(request))}

"""How allauth behaves here: nobody registers herself, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by the platform's administration only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse registration, always."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        """Go to the start page, unless `next` says otherwise (allauth checks that it is ours)."""
        return super().get_login_redirect_url(request)

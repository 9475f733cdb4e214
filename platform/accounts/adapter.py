"""Adapt allauth: nobody registers, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.network import client_address


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Leave making accounts to the platform's administration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse registration, always."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the same address that the audit log and axes use."""
        return client_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        """Go to the start page, unless `next` says otherwise (allauth checks that it is ours)."""
        return super().get_login_redirect_url(request)

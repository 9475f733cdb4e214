"""A mail server that doesn't answer."""

from __future__ import annotations

from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    """Refuse every connection."""

    def send_messages(self, email_messages: Any) -> int:
        """Refuse."""
        raise ConnectionRefusedError

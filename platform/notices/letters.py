"""Mail one letter at once: what people must be told whatever they chose, such as an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation


def send_letter(
    address: str,
    template: str,
    context: Mapping[str, Any],
    *,
    connection: BaseEmailBackend | None = None,
) -> None:
    """Hand one mail over to the mail server.

    Args:
        address: Of the recipient.
        template: Its first line is the subject, the rest is the text.
        context: What the template gets besides `base_url`.
        connection: To the mail server, for several letters.

    Raises:
        smtplib.SMTPException, OSError: If the server didn't take it.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(
            template, {"base_url": settings.WAGTAILADMIN_BASE_URL, **context}
        ).strip()
    subject, _blank, body = text.partition("\n")
    # A header must be one line; Django refuses more.
    mail = EmailMessage(
        " ".join(f"Stadtwissen: {subject}".split())[:200],
        body.strip() + "\n",
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection or get_connection(),
    )
    mail.send()

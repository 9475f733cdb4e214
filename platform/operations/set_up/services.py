"""Write what the set-up decides: name and mark of the city, initial data, the test mail."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from PIL import Image

from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.home.services import ensure_start_page
from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.models import SeedRecord
from notices.letters import send_letter
from web.models import InitialData, Installation, installation

MARK_BYTES = 2 * 1024 * 1024
MARK_PIXELS = 4_000  # of one side, as uploaded
MARK_SIZE = (480, 96)  # pixels, as kept
MARK_FORMATS = ("PNG", "JPEG", "WEBP")  # an SVG can hold a script


@transaction.atomic
def name_city(city: str, *, actor: User) -> None:
    """Set the name of the city, which the head of every page shows.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
    """
    row = _row(actor)
    row.city = city
    _save(row, actor=actor, changed="city")


@transaction.atomic
def choose_mark(file: UploadedFile[Any], *, actor: User) -> None:
    """Keep a picture as the city's mark, made small, without what cameras write into it.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
        ValidationError: If it is no picture of the known kinds, or too large.
    """
    row = _row(actor)
    row.mark = _small_picture(file)
    row.mark_digest = hashlib.sha256(row.mark.encode()).hexdigest()
    _save(row, actor=actor, changed="mark")


@transaction.atomic
def take_mark_away(*, actor: User) -> None:
    """Show the product's own mark again.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
    """
    row = _row(actor)
    row.mark = row.mark_digest = ""
    _save(row, actor=actor, changed="mark")


@transaction.atomic
def choose_initial_data(choice: InitialData, *, actor: User) -> None:
    """Decide what the platform begins with; load the council paper's facts in the background.

    Facts once loaded stay if the decision changes: people may have built on them.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
    """
    row = _row(actor)
    row.initial_data = choice
    _save(row, actor=actor, changed="initial_data")
    ensure_start_page()
    if choice == InitialData.PAPER:
        transaction.on_commit(lambda: load_paper.enqueue())


@task()
def load_paper() -> None:
    """Load the facts of the council paper; leave what is there already."""
    load_initial_data()


def try_mail(*, actor: User) -> None:
    """Send a mail to the actor's own address, now, and remember that the mail server took it.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
        smtplib.SMTPException, OSError: If it could not be handed over.
    """
    _require(actor)
    send_letter(actor.email, "operations/mails/test.txt", {"person": actor})
    with transaction.atomic():
        row = _row(actor)
        row.mail_tested_at = timezone.now()
        _save(row, actor=actor, changed="mail")


@transaction.atomic
def hide_set_up(*, actor: User) -> None:
    """Hide the set-up on the start page; its own page stays.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
    """
    row = _row(actor)
    row.set_up_hidden_at = timezone.now()
    _save(row, actor=actor, changed="set_up")


def _require(actor: User) -> None:
    if not can(actor, Action.OPERATE):
        raise PermissionDenied


def _row(actor: User) -> Installation:
    _require(actor)
    Installation.objects.get_or_create(pk=Installation.NUMBER)
    return Installation.objects.select_for_update().get(pk=Installation.NUMBER)


def _save(row: Installation, *, actor: User, changed: str) -> None:
    row.save()
    record("installation.changed", actor=actor, details={"changed": changed})


def _small_picture(file: UploadedFile[Any]) -> str:
    size = file.size or 0
    if size > MARK_BYTES:
        raise ValidationError(
            _("The picture is larger than 2 MB. Make it smaller; nothing was changed.")
        )
    try:
        picture = Image.open(file, formats=MARK_FORMATS)
        if max(picture.size) > MARK_PIXELS:
            raise ValidationError(
                _(
                    "The picture is wider or higher than 4,000 pixels. Make it smaller; nothing was changed."
                )
            )
        small = picture.convert("RGBA")
        small.thumbnail(MARK_SIZE)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is no picture of the kinds PNG, JPEG or WebP. Nothing was changed.")
        ) from error
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def is_loading() -> bool:
    """Tell whether the facts of the council paper were chosen but aren't there yet."""
    is_chosen = installation().initial_data == InitialData.PAPER
    return is_chosen and not SeedRecord.objects.exists()

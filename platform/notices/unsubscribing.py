"""Leave the mails of one kind by a link or a header of the mail itself, without signing in (RFC 8058)."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User
from notices.kinds import Delivery, NoticeKind, kinds
from notices.services import choose_delivery

_SALT = "notices.unsubscribe"


def unsubscribe_url(person: User, kind: str) -> str:
    """Return the address that ends the mails of a kind to `person`; it says nothing to anybody else."""
    signed = signing.dumps([person.pk, kinds[kind].name], salt=_SALT)
    return settings.WAGTAILADMIN_BASE_URL + reverse("notices:unsubscribe", args=[signed])


def meant_by(signed: str) -> tuple[User, NoticeKind] | None:
    """Return whose mails of which kind an address ends; None for one that we didn't write."""
    try:
        pk, name = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    kind = kinds.get(name)
    return (person, kind) if person is not None and kind is not None else None


def end_mails(person: User, kind: NoticeKind) -> None:
    """Tell `person` of this kind on the platform only, from now on."""
    choose_delivery(person, {kind.name: Delivery.IN_APP})

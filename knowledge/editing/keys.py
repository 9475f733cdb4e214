"""The key of the copy that a browser keeps of what isn't saved yet.

It is worked out anew each time and given only to whoever may edit the page at that moment: without the right, or signed
out, the copy can't be read any more.
"""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

from access.handling import is_confidential
from accounts.models import User
from knowledge.basepage.models import KnowledgePage


def copy_key(page: KnowledgePage, *, user: User) -> str | None:
    """Return the key, 256 bits in base64; None where nothing may be kept in a browser.

    Args:
        page: The page, which the user may edit. Of a confidential one nothing is kept, also if only its draft is.
        user: Whose copy it is.
    """
    draft = page.get_latest_revision_as_object()
    if is_confidential(page) or is_confidential(draft):
        return None
    # The password's hash is part of it: whoever sets another one leaves no readable copies behind.
    value = f"{user.pk}:{page.pk}:{user.password}"
    digest = salted_hmac("knowledge.editing.copy", value, algorithm="sha256").digest()
    return base64.b64encode(digest).decode()

"""Keep files sent with an unfinished form for the next attempt, for a day."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.models import UploadedFile

KEPT_FOR = dt.timedelta(days=1)
"""How long somebody may take from one attempt to the next."""


# unscoped: removes, shows nothing
def forget_kept_uploads() -> int:
    """Remove abandoned uploads with their files; return how many. A scheduled job.

    They are of our forms or of Wagtail's form for several files. The rows have no time, but the stored files do.
    """
    oldest = timezone.now() - KEPT_FOR
    count = 0
    for upload in UploadedFile.objects.order_by("pk").iterator():
        if not _was_stored_before(upload, oldest):
            continue
        with transaction.atomic():
            upload.delete()
            transaction.on_commit(partial(upload.file.storage.delete, upload.file.name))
        count += 1
    return count


def _was_stored_before(upload: UploadedFile, moment: dt.datetime) -> bool:
    """Tell whether the file is older, or missing."""
    try:
        return bool(upload.file.storage.get_modified_time(upload.file.name) < moment)
    except FileNotFoundError:
        return True

"""Find out what is wrong with the installation: one finding per part, with the cure.

The command speaks English, like everything in the terminal; the administrator's page speaks German.
"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks_db.models import DBTaskResult

from access.granting.matrix import spaces_without_steward
from accounts.models import PlatformRole, User
from audit.heads import contradiction, noted_heads
from audit.models import Log
from audit.triggers import missing_triggers
from audit.verification import is_wiped
from knowledge.council.oparl import sync as council_papers
from knowledge.council.oparl.configuration import is_configured as fetches_council_papers
from knowledge.importing.extraction.confined import conversion, recognition
from knowledge.importing.extraction.sniffing import CONVERTIBLE
from operations import assets, health
from operations.backup.services import last_backup_at
from search import maintenance
from search.models import OutboxEntry

FREE_BYTES_MIN = 1024**3  # a rebuild writes a second index beside the first
OUTBOX_AGE_MAX = timedelta(minutes=5)  # the longest pause after an outage is half a minute


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, what was found, and what to do; without a cure it is in order.

    `part` is its English name in the code; `advice` is for what works but could do more.
    """

    part: str
    found: str
    cure: str = ""
    advice: str = ""

    @property
    def is_healthy(self) -> bool:
        """Whether there is nothing to do."""
        return not self.cure

    @property
    def label(self) -> str:
        """The name of the part in the reader's language."""
        return _(self.part)


def examine() -> Iterator[Finding]:
    """Check every part in turn, even if one check fails.

    What needs the database is left out if the database doesn't answer.
    """
    yield _python()
    yield from _file_readers()
    yield from _file_writers()
    yield from _settings()
    yield _folder()
    yield _disk()
    yield _backup()
    yield _static_files()
    yield _german_texts()
    database = _database()
    yield database
    for part, look in _INSIDE_DATABASE.items() if database.is_healthy else ():
        try:
            yield look()
        except DatabaseError as error:
            yield Finding(part, _one_line(error), _("Apply the migrations: manage.py migrate"))


def _python() -> Finding:
    found = _("%(version)s in %(folder)s") % {
        "version": platform.python_version(),
        "folder": sys.prefix,
    }
    return Finding(gettext_noop("python"), found)


def _file_readers() -> Iterator[Finding]:
    """Name missing programs that read what Python can't; without them such files are listed as not searchable."""
    if recognition.is_available():
        yield Finding(gettext_noop("scanned pages"), _("read by Tesseract with German"))
    else:
        yield Finding(
            "scanned pages",
            _("not read"),
            advice=_("Install Tesseract: apt-get install tesseract-ocr tesseract-ocr-deu"),
        )
    missing = [kind for kind in sorted(CONVERTIBLE) if not conversion.is_possible(kind)]
    if not missing:
        yield Finding(gettext_noop("old office files"), _("read by LibreOffice"))
    else:
        yield Finding(
            "old office files",
            _("not read: %(kinds)s") % {"kinds": ", ".join(missing)},
            advice=_(
                "Install LibreOffice: apt-get install --no-install-recommends libreoffice-writer-nogui "
                "libreoffice-calc-nogui libreoffice-impress-nogui"
            ),
        )


def _file_writers() -> Iterator[Finding]:
    """Name the library that lays out PDF; without it pages are given out as DOCX and Markdown only."""
    if find_library("pangoft2-1.0"):
        yield Finding(gettext_noop("pages as PDF"), _("written with Pango"))
    else:
        yield Finding(
            "pages as PDF",
            _("not written"),
            advice=_("Install Pango: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"),
        )


def _settings() -> Iterator[Finding]:
    module = settings.SETTINGS_MODULE
    errors = [
        message for message in run_checks(databases=[DEFAULT_DB_ALIAS]) if message.level >= ERROR
    ]
    if not errors:
        found = _("%(module)s, no errors") % {"module": module}
        yield Finding(gettext_noop("settings"), found)
    for error in errors:
        yield Finding(
            "settings", f"{error.id}: {error.msg}", error.hint or _("See docs/operations.md.")
        )


def _folder() -> Finding:
    home = Path(settings.HOME_DIR)
    probe = home / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            gettext_noop("folder"),
            _one_line(error),
            _("Let the user who runs Stadtwissen write STADTWISSEN_HOME."),
        )
    return Finding("folder", _("%(folder)s may be written") % {"folder": home})


def _disk() -> Finding:
    free = shutil.disk_usage(settings.HOME_DIR).free
    found = _("%(free)s GiB free at %(folder)s") % {
        "free": number_format(free / 1024**3, 1),
        "folder": settings.HOME_DIR,
    }
    if free >= FREE_BYTES_MIN:
        return Finding(gettext_noop("disk"), found)
    return Finding(
        "disk", found, _("Free some space: uploads and index rebuilds need at least 1 GiB.")
    )


def _backup() -> Finding:
    made_at = last_backup_at()
    cure = (
        _("Make one: manage.py backup FILE (docs/operations.md)")
        if settings.BACKUP_MAX_AGE_DAYS
        else ""
    )
    if made_at is None:
        return Finding(gettext_noop("backup"), _("none was made here"), cure)
    age = timezone.now() - made_at
    found = _("the last one was made %(days)d days and %(hours)d hours ago") % {
        "days": age.days,
        "hours": age.seconds // 3600,
    }
    if age <= timedelta(days=settings.BACKUP_MAX_AGE_DAYS):
        return Finding("backup", found)
    return Finding("backup", found, cure)


def _static_files() -> Finding:
    cure = _("Collect them: manage.py prepare")
    if not assets.collected_fingerprint():
        found = _("none in %(folder)s") % {"folder": settings.STATIC_ROOT}
        return Finding(gettext_noop("static files"), found, cure)
    if assets.collected_fingerprint() != assets.assets_fingerprint():
        return Finding("static files", _("collected by another version"), cure)
    found = _("of this version, in %(folder)s") % {"folder": settings.STATIC_ROOT}
    return Finding("static files", found)


def _german_texts() -> Finding:
    source = Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES/django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return Finding(
            gettext_noop("German texts"),
            _("%(file)s is missing") % {"file": compiled.name},
            _("Compile them: scripts/setup run"),
        )
    return Finding("German texts", _("compiled"))


def _database() -> Finding:
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding(
            gettext_noop("database"),
            _one_line(error),
            _("Start it, and compare STADTWISSEN_DATABASE with its address, user and password."),
        )
    version = ".".join(str(number) for number in connection.get_database_version())
    found = _("%(name)s %(version)s answers") % {
        "name": connection.display_name,
        "version": version,
    }
    return Finding("database", found)


def _migrations() -> Finding:
    pending = health.pending_migrations()
    if not pending:
        return Finding("migrations", _("all applied"))
    return Finding(
        "migrations",
        _("%(count)d pending, first %(first)s") % {"count": len(pending), "first": pending[0]},
        _("Apply them: manage.py migrate"),
    )


def _outbox() -> Finding:
    waiting = OutboxEntry.objects.all()
    oldest = waiting.order_by("enqueued_at").first()
    if oldest is None:
        return Finding("changes to index", _("none waiting"))
    age = timezone.now() - oldest.enqueued_at
    found = _("%(count)d waiting, the oldest for %(seconds)d s") % {
        "count": waiting.count(),
        "seconds": age.total_seconds(),
    }
    if age <= OUTBOX_AGE_MAX:
        return Finding("changes to index", found)
    return Finding(
        "changes to index",
        _("%(found)s, last error: %(error)s") % {"found": found, "error": oldest.last_error}
        if oldest.last_error
        else found,
        _(
            "See that the worker runs (manage.py worker) and the search engine answers; nothing is lost."
        ),
    )


def _tasks() -> Finding:
    failed = DBTaskResult.objects.failed().count()
    ready = DBTaskResult.objects.ready().count()
    found = _("%(ready)d ready, %(failed)d failed") % {"ready": ready, "failed": failed}
    if not failed:
        return Finding("tasks", found)
    return Finding(
        "tasks",
        found,
        _("Read why in the worker's log; manage.py prune_db_task_results forgets them."),
    )


def _search_engine() -> Finding:
    name = settings.SEARCH_ENGINE
    index = maintenance.status().index
    if index is None:
        found = _("%(engine)s does not answer") % {"engine": name}
        return Finding("search engine", found, _engine_cure(name))
    found = _("%(engine)s answers with %(count)d documents in %(index)s") % {
        "engine": name,
        "count": index.documents,
        "index": index.index,
    }
    if index.documents or not maintenance.has_anything_to_index():
        return Finding("search engine", found)
    return Finding("search engine", found, _("Fill the index: manage.py search rebuild"))


def _responsible() -> Finding:
    """Name spaces without an active steward; nobody but the operator can see that of a space without curators."""
    spaces = [space for space in spaces_without_steward() if not space.is_sample]
    if not spaces:
        return Finding("stewards", _("every space has somebody"))
    return Finding(
        "stewards",
        _("nobody for %(spaces)s") % {"spaces": ", ".join(space.slug for space in spaces)},
        _("Let its organisation name somebody: manage.py name_steward SPACE PERSON --reason …"),
    )


def _administrators() -> Finding:
    """Tell whether somebody operates the platform; without them nobody gets an account."""
    people = User.objects.filter(platform_role=PlatformRole.ADMINISTRATOR, is_active=True)
    count = people.count()
    if count:
        return Finding("administrators", _("%(count)d with an open account") % {"count": count})
    return Finding(
        "administrators",
        _("nobody operates the platform"),
        _("Make the first account: manage.py create_administrator NAME --email MAIL"),
    )


def _council_papers() -> Finding:
    """Tell whether council papers are fetched, and whether that works."""
    if not fetches_council_papers():
        return Finding("council papers", _("not fetched over OParl"))
    trouble = council_papers.trouble()
    if trouble:
        return Finding(
            "council papers", trouble, _("See manage.py oparl --status, docs/council.md.")
        )
    found = _("up to date with OParl: %(count)d") % {"count": council_papers.count()}
    return Finding("council papers", found)


def _audit_log() -> Finding:
    """Compare the log's heads with those kept outside the database, and the triggers with the migration's."""
    noted = noted_heads()
    wiped = [_("the log is empty, though there are people")] if is_wiped(Log.CHANGES) else []
    problems = [
        *wiped,
        *(
            _("the trigger %(name)s is missing or altered") % {"name": name}
            for name in missing_triggers()
        ),
        *filter(None, (contradiction(log, noted.get(log)) for log in Log.values)),
    ]
    if not problems:
        found = _("holds the %(count)d heads that were noted elsewhere") % {"count": len(noted)}
        return Finding("audit log", found)
    return Finding(
        "audit log",
        "; ".join(problems),
        _("Somebody changed it in the database, or an older copy was put back: docs/audit.md."),
    )


def _engine_cure(name: str) -> str:
    if name == "elasticsearch":
        return _("Start it, and compare STADTWISSEN_ELASTICSEARCH_URL, _USER and _PASSWORD(_FILE).")
    return _("Rebuild the index in %(folder)s: manage.py search rebuild") % {
        "folder": settings.SEARCH_INDEX_DIR
    }


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


_INSIDE_DATABASE: dict[str, Callable[[], Finding]] = {
    gettext_noop("migrations"): _migrations,
    gettext_noop("changes to index"): _outbox,
    gettext_noop("tasks"): _tasks,
    gettext_noop("search engine"): _search_engine,
    gettext_noop("administrators"): _administrators,
    gettext_noop("stewards"): _responsible,
    gettext_noop("council papers"): _council_papers,
    gettext_noop("audit log"): _audit_log,
}

"""Serve a named handful of files out of `node_modules`, and nothing else of it.

No bundler is needed for them: `npm ci` fetches KERN and htmx, this finder gives their built files stable
addresses below `vendor/`. A file that is not named here cannot be asked for, so a new package
in `package-lock.json` never becomes public by itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage

_FIRA = "@kern-ux/native/dist/fonts/fira-sans"

VENDOR_FILES: Mapping[str, str] = {
    "vendor/kern/kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "vendor/kern/fonts/FiraSans-Regular.woff2": f"{_FIRA}/FiraSans-Regular.woff2",
    "vendor/kern/fonts/FiraSans-Italic.woff2": f"{_FIRA}/FiraSans-Italic.woff2",
    "vendor/kern/fonts/FiraSans-Medium.woff2": f"{_FIRA}/FiraSans-Medium.woff2",
    "vendor/kern/fonts/FiraSans-SemiBold.woff2": f"{_FIRA}/FiraSans-SemiBold.woff2",
    "vendor/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
}
"""Public address below STATIC_URL to path below `node_modules`."""


def node_modules_dir() -> Path:
    """Where npm put the packages: setting `NODE_MODULES_DIR`, else `node_modules` of the project."""
    configured = getattr(settings, "NODE_MODULES_DIR", None)
    return Path(configured) if configured else Path(settings.BASE_DIR) / "node_modules"


class NamedFilesStorage(FileSystemStorage):
    """A read-only view of `root` that knows only the names in `files`."""

    prefix = None  # collectstatic asks every storage for one

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        super().__init__(location=str(root))
        self._root = root
        self._files = files

    def path(self, name: str) -> str:
        """Return the file behind `name`.

        Raises:
            SuspiciousFileOperation: If `name` is not one of the named files.
        """
        try:
            return str(self._root / self._files[name])
        except KeyError as error:
            message = f"{name!r} is not a named vendor file (web/finders.py)."
            raise SuspiciousFileOperation(message) from error


class NodeModulesFinder(BaseFinder):
    """Finds the files of `VENDOR_FILES`; list it in `STATICFILES_FINDERS`."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        # Any: Django hands every finder the same loosely typed arguments.
        super().__init__(*args, **kwargs)
        self.storage = NamedFilesStorage(node_modules_dir(), VENDOR_FILES)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Name files that npm has not installed.

        A warning, not an error: a server that runs on collected files needs no `node_modules`.
        """
        missing = [name for name in VENDOR_FILES if not Path(self.storage.path(name)).is_file()]
        if not missing:
            return []
        return [
            checks.Warning(
                f"{len(missing)} front-end files are missing, first: {missing[0]}.",
                hint="Run `npm ci` in the project folder.",
                id="stadtwissen.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False) -> str | list[str]:  # type: ignore[override]  # see below
        """Return the file behind `path`, or an empty list.

        The stubs promise None for a file that is not there; Django's own finders return an empty list,
        and `finders.find` takes anything else, None included, for a file.
        """
        found = self.storage.path(path) if path in VENDOR_FILES else None
        if found is None or not Path(found).is_file():
            return []
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every named file for collectstatic."""
        for name in VENDOR_FILES:
            if not matches_patterns(name, ignore_patterns or ()):
                yield name, self.storage

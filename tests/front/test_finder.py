"""Only named files leave node_modules."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.test import Client

from web.finders import VENDOR_FILES, NodeModulesFinder, node_modules_dir


def test_every_named_file_is_installed_and_found() -> None:
    assert NodeModulesFinder().check() == []
    for name in VENDOR_FILES:
        found = finders.find(name)
        assert isinstance(found, str)
        assert Path(found).is_relative_to(node_modules_dir())


@pytest.mark.parametrize(
    "name",
    [
        "vendor/kern/package.json",
        "vendor/kern/../../package.json",
        "@kern-ux/native/package.json",
        "vendor/htmx/htmx.js",
        "package-lock.json",
    ],
)
def test_a_file_that_is_not_named_is_not_found(name: str) -> None:
    assert NodeModulesFinder().find(name) == []
    assert NodeModulesFinder().find(name, find_all=True) == []
    assert finders.find(name) is None
    with pytest.raises(SuspiciousFileOperation):
        NodeModulesFinder().storage.path(name)


def test_collectstatic_gets_the_named_files_and_no_others() -> None:
    listed = {name for name, _storage in NodeModulesFinder().list([])}
    assert listed == set(VENDOR_FILES)
    without_fonts = {name for name, _storage in NodeModulesFinder().list(["*.woff2"])}
    assert without_fonts == {"vendor/kern/kern.min.css", "vendor/htmx/htmx.min.js"}


def test_missing_packages_are_named_with_the_cure(
    settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings.NODE_MODULES_DIR = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    (warning,) = NodeModulesFinder().check()
    assert warning.id == "stadtwissen.W001"
    assert warning.hint is not None
    assert "npm ci" in warning.hint
    assert NodeModulesFinder().find("vendor/htmx/htmx.min.js") == []


@pytest.mark.django_db  # the error page has the name of the city
def test_signed_out_browser_gets_the_style_sheet_but_no_package_file(client: Client) -> None:
    assert client.get("/static/vendor/kern/kern.min.css").status_code == 200
    assert client.get("/static/vendor/kern/package.json").status_code != 200

"""Headers that every answer carries, and cookies that no other host can set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.conftest import Cast


@pytest.mark.parametrize(
    "path", ["/", "/gibt-es-nicht/", "/admin/", "/api/v3/pages", "/static/css/stadtwissen.css"]
)
def test_every_answer_says_what_browsers_may_do(cast: Cast, client: Client, path: str) -> None:
    assert finders.find("css/stadtwissen.css")
    client.force_login(cast.publisher_a)
    answer = client.get(path)
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = answer["Permissions-Policy"].split(", ")
    assert "camera=()" in policy
    assert "publickey-credentials-get=(self)" in policy


@pytest.mark.parametrize(
    ("https", "prefix"),
    [("1", "__Host-stadtwissen_"), ("0", "stadtwissen_")],
    ids=["https", "http"],
)
def test_cookies_are_bound_to_the_host_where_there_is_tls(
    tmp_path: Path, https: str, prefix: str
) -> None:
    code = (
        "import json, stadtwissen.settings.server as s; print(json.dumps("
        "[s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE]))"
    )
    environment = {
        **os.environ,
        "STADTWISSEN_HOME": str(tmp_path),
        "STADTWISSEN_HTTPS": https,
        "STADTWISSEN_SECRET_KEY": "x" * 50,
        "STADTWISSEN_DATABASE": "postgresql://nobody@localhost/nothing",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    session, csrf, *secure = json.loads(done.stdout)
    assert session == f"{prefix}session"
    assert csrf == f"{prefix}csrf"
    assert secure == [https == "1"] * 2

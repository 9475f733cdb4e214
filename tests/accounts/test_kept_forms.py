"""A session that ended loses nothing that was typed: the form comes back and is sent once more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import Cast

OURS = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
TYPED = {
    "phone": "0231 50-77",
    "note": "Erreichbar nach <b>Absprache</b>, sonst über die Leitstelle.",
}


def send(client: Client, address: str = "/gibt-es-nicht/?a=1", **headers: str) -> Any:
    data = {**TYPED, "old_password": "geheim", "csrfmiddlewaretoken": "x"}
    return client.post(address, data, headers=headers)


def test_what_was_sent_signed_out_comes_back(db: None, client: Client) -> None:
    answer = send(client, **OURS)
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    html = answer.content.decode()
    assert dict(answer.context["fields"]) == TYPED, "no password is put into a page"
    assert "&lt;b&gt;Absprache" in html
    assert 'action="/gibt-es-nicht/?a=1"' in html
    assert "Sie sind nicht mehr angemeldet. Verloren ist nichts" in html


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**OURS, "sec-fetch-site": "cross-site"},
        {**OURS, "sec-fetch-site": "same-site"},
        {**OURS, "sec-fetch-mode": "cors"},
    ],
)
def test_no_other_site_and_no_script_is_answered_so(
    cast: Cast, client: Client, headers: dict[str, str]
) -> None:
    assert send(client, **headers).url == "/anmelden/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.reader_a)
    refused = send(strict, **headers)
    assert refused.status_code == 403
    assert "0231 50-77" not in refused.content.decode()


def test_files_are_not_taken_from_whoever_is_signed_out(db: None, client: Client) -> None:
    file = SimpleUploadedFile("plan.txt", b"x" * 100)
    answer = client.post("/neu/", {**TYPED, "file": file}, headers=OURS)
    assert dict(answer.context["fields"]) == TYPED
    assert answer.context["had_files"]
    assert not answer.wsgi_request.FILES


def test_a_form_from_before_a_new_sign_in_is_sent_once_more(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.reader_a)
    again = send(strict, "/konto/", **OURS)
    assert dict(again.context["fields"]) == TYPED
    assert str(cast.reader_a) in again.content.decode()
    token = again.context["csrf_token"]
    data = {**dict(again.context["fields"]), "csrfmiddlewaretoken": str(token)}
    assert strict.post("/konto/", data, headers=OURS).status_code == 302
    cast.reader_a.refresh_from_db()
    assert cast.reader_a.phone == TYPED["phone"]

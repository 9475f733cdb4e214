"""An address that the web server can't read is answered with a page of ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from operations.web_worker import MAX_ADDRESS_BYTES
from tests.operations.conftest import ROOT

SETTINGS = ROOT / "deploy" / "gunicorn" / "embedded.py"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ask(port: int, address: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(
            f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer.decode()


def test_a_pasted_text_gets_our_sentence(tmp_path: Path) -> None:
    """1,300 umlauts are 7,800 characters of an address, 1,400 are too many."""
    port = free_port()
    own = tmp_path / "own.py"  # the installation's, without its background work
    own.write_text(
        f"import sys\nsys.path.insert(0, {str(SETTINGS.parent)!r})\nfrom embedded import *\n"
        "del post_worker_init, when_ready\npreload_app = False\n"
    )
    (tmp_path / "app.py").write_text(
        "import django\ndjango.setup()\n"
        "def application(environ, start):\n    start('200 OK', [])\n    return [b'read']\n"
    )
    environment = {
        **os.environ,
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "stadtwissen.settings.test",
        "STADTWISSEN_HOME": str(tmp_path),
    }
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(own),
            "--chdir",
            str(tmp_path),
            "app:application",
        ],
        env=environment,
    )
    try:
        for _ in range(150):
            try:
                assert "read" in ask(port, "/")
                break
            except ConnectionRefusedError:
                time.sleep(0.2)
        assert "read" in ask(port, f"/suche/?q={quote('ü' * 1300)}")
        refused = ask(port, f"/suche/?q={quote('ü' * 1400)}")
        assert refused.startswith("HTTP/1.1 414 ")
        assert "Die Adresse ist zu lang" in refused
        assert "suchen Sie nach einigen Wörtern daraus" in refused
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_what_the_form_takes_is_an_address_that_can_be_read() -> None:

    page = (ROOT / "templates/components/search_combobox.html").read_text()
    assert 'maxlength="500"' in page
    assert len(quote("ü" * 500)) < MAX_ADDRESS_BYTES / 2
    assert len(quote("€" * 500)) < MAX_ADDRESS_BYTES * 2 / 3

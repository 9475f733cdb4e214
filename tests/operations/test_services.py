"""The real servers that our scripts start: passwords, locks, ports, clean ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.operations.conftest import ROOT
from tests.operations.test_scripts import free_port

# The suite runs twice, on two stacks; servers are started in one of the runs only.
pytestmark = pytest.mark.skipif(
    settings.TEST_STACK != "server", reason="servers are started in the run on the server stack"
)


@pytest.fixture
def state():
    """A folder that the users to whom root drops can enter; pytest's own is closed to them."""
    folder = Path(f"/var/tmp/stadtwissen-test-{os.getpid()}")
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def processes_of(word: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word in (folder / "cmdline").read_bytes().decode(errors="ignore"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture
def postgresql(run, state):
    port = free_port()
    env = {"PG_LOCAL_PORT": str(port), "PG_LOCAL_RUN": str(state / "pg"), "PG_LOCAL_FSYNC": "off"}

    def call(verb, **more):
        return run("scripts/postgresql-local", verb, env={**env, **more}, timeout_s=120)

    yield call
    call("wipe")


@pytest.mark.postgresql
def test_postgresql_is_ours_sorts_german_and_ends(postgresql, state):
    # Two at once: one starts, the other waits and finds it.
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _n: postgresql("start"), range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    url = first.stdout.strip()
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select w from (values ('Zoo'), ('Äpfel'), ('apfel')) as t(w) order by w"
        ).fetchall()
        assert [word for (word,) in rows] == ["apfel", "Äpfel", "Zoo"]
        superuser = connection.execute("select usesuper from pg_user where usename = current_user")
        assert superuser.fetchone() == (False,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(re.sub(r":[^:@]+@", ":wrong@", url))
    assert (state / "pg/password").stat().st_mode & 0o077 == 0
    assert postgresql("stop").returncode == 0
    assert postgresql("status").returncode == 1
    assert processes_of(str(state / "pg/data")) == []
    # A second start finds the same cluster.
    assert postgresql("start").stdout.strip() == url


@pytest.mark.postgresql
def test_postgresql_loses_nothing_when_killed(postgresql, state):
    url = postgresql("start", PG_LOCAL_FSYNC="on").stdout.strip()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (n int)")
    os.kill(int((state / "pg/data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while processes_of(str(state / "pg/data")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert postgresql("start").returncode == 0
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


@pytest.mark.postgresql
def test_postgresql_names_a_taken_port(postgresql):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        answer = postgresql("start", PG_LOCAL_PORT=str(port))
    assert answer.returncode == 1
    assert f"port {port} is used by another program" in answer.stderr


@pytest.mark.long
@pytest.mark.elasticsearch
def test_elasticsearch_starts_once_asks_for_the_password_and_ends_whole(run, state):
    port = free_port()
    env = {"ES_LOCAL_PORT": str(port), "ES_LOCAL_RUN": str(state / "es"), "ES_LOCAL_HEAP": "256m"}

    def call(*arguments):
        return run("scripts/elasticsearch-local", *arguments, env=env, timeout_s=300)

    try:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda _n: call("start", "--security"), range(2)))
        assert [answer.returncode for answer in answers] == [0, 0], answers[0].stderr
        assert {answer.stdout.strip() for answer in answers} == {f"http://127.0.0.1:{port}"}
        # The launcher and the server, once.
        assert len(processes_of(str(state / "es"))) >= 1
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10)
        assert (state / "es/elastic-password").stat().st_mode & 0o077 == 0
        password = (state / "es/elastic-password").read_text().strip()
        assert password in call("env").stdout
        everything = subprocess.run(["ps", "axww"], capture_output=True, text=True, check=True)
        assert password not in everything.stdout
        # The other mode is refused instead of silently running without a password.
        assert "security on" in call("start").stderr
    finally:
        stopped = call("stop")
    assert stopped.returncode == 0
    assert processes_of(str(state / "es")) == []
    assert call("status").returncode == 1


@pytest.mark.elasticsearch
def test_elasticsearch_names_a_taken_port(run, state):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        env = {"ES_LOCAL_PORT": str(port), "ES_LOCAL_RUN": str(state / "es")}
        answer = run("scripts/elasticsearch-local", "start", env=env)
    assert answer.returncode == 1
    assert f"port {port} is used by another program" in answer.stderr


def test_scripts_explain_themselves(run):
    for name in ("services", "postgresql-local", "elasticsearch-local"):
        answer = run(f"scripts/{name}", "--help")
        assert answer.returncode == 2
        assert f"{name} start" in answer.stdout
    assert (ROOT / "scripts/services").exists()

"""The scripts behind `make`: what they say when something is missing, taken or mistyped."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import stat
import time
from pathlib import Path

import pytest

from tests.operations.conftest import ROOT

# What the scripts call before they look for Python and Node.
TOOLS = [
    "bash", "cat", "cksum", "cut", "dirname", "env", "find", "flock", "grep",
    "head", "id", "ls", "mkdir", "readlink", "sed", "sort", "tail", "tr",
]  # fmt: skip


@pytest.fixture
def bare_path(tmp_path):
    """A folder for PATH with the basic tools only; tests add commands to it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def command(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_port_in_use_is_one_sentence_before_anything_is_installed(run, taken_port, tmp_path):
    began = time.monotonic()
    answer = run("scripts/run", env={"PORT": str(taken_port)})
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        f"error: port {taken_port} is already in use; stop the program that uses it or choose "
        f"another one: PORT={taken_port + 1} make run"
    ]
    assert time.monotonic() - began < 5
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "80 80", "123456789012345678901"])
def test_odd_port_is_refused(run, port):
    answer = run("scripts/run", env={"PORT": port})
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"error: PORT={port} is not a port")


def test_folder_that_cannot_be_made_is_refused(run, tmp_path):
    (tmp_path / "file").touch()
    answer = run(
        "scripts/run", env={"PORT": str(free_port()), "STADTWISSEN_HOME": str(tmp_path / "file/x")}
    )
    assert answer.returncode == 1
    assert "cannot be made; choose a folder that you may write" in answer.stderr


def test_second_start_in_the_same_folder_is_refused(run, tmp_path):
    home = tmp_path / "home with space"
    home.mkdir()
    with (home / ".running").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = run("scripts/run", env={"PORT": str(free_port()), "STADTWISSEN_HOME": str(home)})
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        f"error: another Stadtwissen already runs in {home}; "
        "stop it or set STADTWISSEN_HOME to another folder"
    ]


def test_missing_python_is_named_with_the_way_to_get_it(run, bare_path):
    answer = run("scripts/setup", "run", env={"PATH": str(bare_path)})
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "error: Python 3.11, 3.12 or 3.13 is missing (no python3 found): "
        "apt-get install python3 python3-venv, or set STADTWISSEN_PYTHON to one"
    ]


def test_old_python_is_named_with_its_version(run, bare_path):
    command(bare_path, "python3", 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    answer = run("scripts/setup", "run", env={"PATH": str(bare_path)})
    assert answer.returncode == 1
    assert "(Python 3.9.2)" in answer.stderr


def test_python_without_venv_is_named(run, bare_path):
    # New enough, but Debian's python3-venv is missing.
    command(bare_path, "python3", "case $2 in *version_info*) exit 0 ;; *) exit 1 ;; esac")
    answer = run("scripts/setup", "run", env={"PATH": str(bare_path)})
    assert answer.returncode == 1
    assert "apt-get install python3-venv" in answer.stderr


def test_missing_node_is_named(run, bare_path):
    command(bare_path, "python3", "exit 0")
    answer = run("scripts/setup", "run", env={"PATH": str(bare_path)})
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: node is missing: Node.js 20 or newer")


def test_old_node_is_named_with_its_version(run, bare_path):
    command(bare_path, "python3", "exit 0")
    command(bare_path, "npm", "exit 0")
    command(bare_path, "node", "echo v18.20.4")
    answer = run("scripts/setup", "run", env={"PATH": str(bare_path)})
    assert answer.returncode == 1
    assert "Node.js v18.20.4 is too old; 20 or newer is needed" in answer.stderr


def test_clean_leaves_a_folder_alone_that_is_not_ours(run, tmp_path):
    precious = tmp_path / "documents"
    precious.mkdir()
    (precious / "letter.txt").touch()
    answer = run("scripts/clean", "var", env={"STADTWISSEN_HOME": str(precious), "CONFIRM": "yes"})
    assert answer.returncode == 1
    assert (precious / "letter.txt").exists()


def test_clean_deletes_an_installation_only_after_a_yes(run, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret-key").touch()
    assert run("scripts/clean", "var").returncode == 1
    assert home.exists()
    assert run("scripts/clean", "var", env={"CONFIRM": "yes"}).returncode == 0
    assert not home.exists()


def test_make_lists_its_targets(run):
    answer = run("make")
    assert answer.returncode == 0
    for target in ("run", "test", "check", "fix", "messages", "bench"):
        assert f"make {target} " in answer.stdout


def test_every_target_is_one_line_that_exists(run):
    recipes = [
        line.strip()
        for line in (ROOT / "Makefile").read_text().splitlines()
        if line.startswith("\t") and not line.startswith("\t@")
    ]
    assert recipes
    for recipe in recipes:
        script = ROOT / recipe.split()[0]
        assert os.access(script, os.X_OK), f"{script} is missing or not executable"


def test_secrets_are_made_once_and_kept(run, tmp_path):
    folder = tmp_path / "secrets"
    assert run("scripts/make-secrets", str(folder)).returncode == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(first) == {
        "secret_key",
        "database_password",
        "elasticsearch_password",
        "certificate.pem",
        "key.pem",
    }
    assert len(first["secret_key"]) >= 50
    assert first["database_password"] != first["elasticsearch_password"]
    assert run("scripts/make-secrets", str(folder)).returncode == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""docker-compose.yml, Dockerfile and .env.example are complete and agree with the rest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.operations.conftest import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
NEEDED = {
    "STADTWISSEN_ALLOWED_HOSTS": "wissen.example.org",
    "STADTWISSEN_BASE_URL": "https://wissen.example.org",
}


def compose_command() -> list[str]:
    """Find the plugin or the older program, whichever there is."""
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if plugin.returncode == 0:
            return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    return []


@pytest.fixture
def compose(run):
    command = compose_command()
    if not command:
        reason = "docker compose is missing: apt-get install docker-compose"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def call(*arguments, env):
        return run(*command, *arguments, env=env)

    return call


def test_compose_file_is_valid(compose):
    answer = compose("config", env=NEEDED)
    assert answer.returncode == 0, answer.stderr
    for service in ("postgresql", "elasticsearch", "prepare", "web", "worker", "proxy"):
        assert re.search(rf"^  {service}:", answer.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_compose_refuses_to_start_without_what_has_no_default(compose, name):
    answer = compose("config", env={**NEEDED, name: ""})
    assert answer.returncode != 0
    assert "set it to" in answer.stderr


def test_passwords_come_from_files_only():
    assert "POSTGRES_PASSWORD:" not in COMPOSE
    assert "ELASTIC_PASSWORD:" not in COMPOSE
    assert 'xpack.security.enabled: "true"' in COMPOSE
    assert set(re.findall(r"/run/secrets/(\w+)", COMPOSE)) == {
        "secret_key",
        "database_password",
        "elasticsearch_password",
    }


def test_only_the_proxy_is_published():
    assert COMPOSE.count("ports:") == 1
    assert COMPOSE.index("ports:") > COMPOSE.index("\n  proxy:")


def test_the_same_elasticsearch_is_used_by_hand():
    assert re.search(r"image: elasticsearch:9\.4\.\d+", COMPOSE)
    assert "release=9.4\n" in (ROOT / "scripts/elasticsearch-local").read_text()


def test_image_and_set_up_use_the_same_tools():
    dockerfile = (ROOT / "Dockerfile").read_text()
    project = (ROOT / "scripts/lib/project.sh").read_text()
    for tool in ("uv", "polib"):
        version = re.search(rf"^{tool}_version=(\S+)$", project, re.MULTILINE)
        assert version
        assert f"{tool}=={version[1]}" in dockerfile


def test_image_has_what_it_copies():
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line


def test_proxy_gets_every_variable_of_its_template():
    template = (ROOT / "deploy/nginx/stadtwissen.conf.template").read_text()
    local = (ROOT / "scripts/server-local").read_text()
    for name in set(re.findall(r"\$\{(\w+)\}", template)):
        assert f"      {name}:" in COMPOSE, f"docker-compose.yml does not set {name}"
        assert f"{name}=" in local, f"scripts/server-local does not set {name}"


# Set by one of our scripts for another one, never by people.
INTERNAL = {
    "STADTWISSEN_NGINX_RUN",
    "STADTWISSEN_NGINX_USER",
    "STADTWISSEN_PROXY_LISTEN",
    "STADTWISSEN_STATIC_DIR",
    "STADTWISSEN_STEPS",
    "STADTWISSEN_STEPS_AFTER_S",
    "STADTWISSEN_TLS_DIR",
    "STADTWISSEN_UPSTREAM",
}


def test_every_variable_is_documented_and_used():
    sources = [ROOT / "docker-compose.yml", ROOT / "Dockerfile"]
    for folder in ("platform", "search", "knowledge", "scripts", "deploy"):
        sources += [
            path
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
            and path.suffix in {"", ".py", ".sh", ".template"}
            and "secrets" not in path.parts
        ]
    text = "\n".join(path.read_text(errors="ignore") for path in sources)
    used = set(re.findall(r"\bSTADTWISSEN_[A-Z]+(?:_[A-Z]+)*\b", text)) - INTERNAL
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    # env_secret and postgresql_from_url read NAME_FILE and NAME_PASSWORD beside NAME.
    derived = {name for name in listed if re.search(r"_(FILE|PASSWORD)$", name)}
    assert used - listed == set()
    assert listed - used - derived - {"PORT"} == set()

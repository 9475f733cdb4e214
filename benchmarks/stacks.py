"""Both ways of running, each with data of its own that a second run finds again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "var/corpora/retrieval/corpus.jsonl"
SPACE = "sammlung"
SETTINGS = {"embedded": "benchmarks.settings_embedded", "server": "benchmarks.settings_server"}

PREPARE = f"""
from access.models import Space
from access.roles import Role
from access.granting.services import grant_role
from accounts.models import Organisation, User
from knowledge.home.services import create_space
if not Space.objects.filter(slug={SPACE!r}).exists():
    organisation = Organisation.objects.create(slug="stelle", name="Stelle", short_name="Stelle", kind="other")
    grant_role(create_space(slug={SPACE!r}, title="Sammlung"), organisation, Role.READER, actor=None)
    for number in range(20):
        space = create_space(slug=f"bereich-{{number}}", title=f"Bereich {{number}}")
        grant_role(space, organisation, Role.READER, actor=None)
    User.objects.create(username="leserin", organisation=organisation)
"""


def available() -> list[str]:
    """Name the stacks that can be measured here; the server's needs scripts/services."""
    if os.environ.get("STADTWISSEN_DATABASE") and os.environ.get("STADTWISSEN_ELASTICSEARCH_URL"):
        return ["embedded", "server"]
    print(
        'left out: PostgreSQL + Elasticsearch; start them: eval "$(scripts/services start)"',
        file=sys.stderr,
    )
    return ["embedded"]


def environment(stack: str, name: str = "") -> dict[str, str]:
    """Return the environment in which the stack's processes run; `name` tells several sets of data apart."""
    data = {"STADTWISSEN_BENCH": f"bench{name}"} if name else {}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS[stack], **data}


def manage(stack: str, *arguments: str, name: str = "") -> None:
    """Run a management command; what it prints goes to standard error."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(stack, name), check=True, stdout=sys.stderr)


def measure(stack: str, module: str, *arguments: str, name: str = "") -> dict[str, object]:
    """Run a benchmark module's own process on a stack and return the JSON object that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, "--stack", stack, *arguments],
        cwd=ROOT, env=environment(stack, name), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    figures: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def prepare(stack: str, *, name: str = "") -> None:
    """Migrate, collect what the pages show, make a space and a reader."""
    migrate(stack, name=name)
    manage(stack, "shell", "-v0", "-c", PREPARE, name=name)


def migrate(stack: str, *, name: str = "") -> None:
    """Make the stack's database, empty or as an earlier run left it, and its static files."""
    if stack == "server":
        create_database(environment(stack, name).get("STADTWISSEN_BENCH", "bench"))
    manage(stack, "migrate", "-v0", "--skip-checks", name=name)
    manage(stack, "collectstatic", "--noinput", "-v0", "--skip-checks", name=name)


def create_database(suffix: str) -> None:
    """Make the database of this name beside the services' own, unless it is there."""
    import psycopg

    url = os.environ["STADTWISSEN_DATABASE"]
    name = f"{urlsplit(url).path.strip('/')}_{suffix}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')

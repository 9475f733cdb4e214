"""A signed-in page view of ours against a bare Wagtail page with the same text, in the same run.

Both sites run in a gunicorn of their own, one worker each, on loopback and SQLite; requests alternate between them, so
that noise of the machine meets both. Ours checks rights and shows navigation, breadcrumbs and attachments; the bare
one is what `wagtail start` makes. Prints one JSON object: median and 95th percentile in ms, ratio of the medians.

    uv run python -m benchmarks.page_view [--requests 400]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Both sites get the same blocks: 12 sections of about 900 characters.
TEXT = (
    "<p>Die zuständigen Stellen stimmen sich <b>regelmäßig</b> ab: Ordnungsamt, Polizei und die städtischen "
    "Gesellschaften nennen je eine Ansprechperson, halten die Ergebnisse fest und prüfen nach einem halben Jahr, "
    "ob die vereinbarten Schritte wirken. Wer Hinweise aus der Nachbarschaft erhält, gibt sie an die gemeinsame "
    "Stelle weiter; dort werden sie gebündelt und nach Dringlichkeit geordnet.</p>"
    "<ul><li>Beleuchtung und Einsehbarkeit prüfen</li><li>Reinigung und Präsenz abstimmen</li>"
    "<li>Ergebnisse in der Arbeitsgruppe vorstellen</li></ul>"
    "<p>Für eilige Fälle gilt die Rufbereitschaft der jeweiligen Behörde. Die Zuständigkeit richtet sich nach dem "
    "Gesetz, nicht nach der Person, die zuerst vor Ort war.</p>"
)
BLOCKS = [
    block for n in range(12) for block in (("heading", f"Abschnitt {n + 1}"), ("paragraph", TEXT))
]

MAKE_OURS = """
import json
from django.test import Client
from access.roles import Role
from access.services import grant_role
from accounts.models import Organisation, User
from benchmarks.page_view import BLOCKS
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.home.services import create_space, ensure_start_page
organisation = Organisation.objects.create(slug="stelle", name="Stelle", short_name="Stelle", kind="other")
spaces = [create_space(slug=f"bereich-{n}", title=f"Bereich {n}") for n in range(8)]
for space in spaces:
    grant_role(space, organisation, Role.READER, actor=None)
user = User.objects.create(username="leserin", organisation=organisation)
home = spaces[0].pages.get(depth=3).specific
index = ArticleIndexPage(title="Artikel", slug="artikel")
home.add_child(instance=index)
page = ArticlePage(title="Abstimmung", slug="abstimmung", body=BLOCKS)
index.add_child(instance=page)
page.save_revision().publish()
client = Client()
client.force_login(user)
print(json.dumps({"path": page.url, "cookie": client.cookies.output(header="", attrs=[]).strip()}))
"""
MAKE_BARE = """
import json
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page, Site
from benchmarks.bare_wagtail.bare.models import BarePage
from benchmarks.page_view import BLOCKS
home = Page.objects.get(depth=2)
space = home.add_child(instance=BarePage(title="Bereich", slug="bereich-0"))
index = space.add_child(instance=BarePage(title="Artikel", slug="artikel"))
page = index.add_child(instance=BarePage(title="Abstimmung", slug="abstimmung", body=BLOCKS))
user = get_user_model().objects.create(username="leserin")
client = Client()
client.force_login(user)
print(json.dumps({"path": page.url, "cookie": client.cookies.output(header="", attrs=[]).strip()}))
"""


def manage(settings: str, env: dict[str, str], *arguments: str) -> str:
    """Run a management command of one of the sites and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments, f"--settings={settings}"],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextmanager
def served(settings: str, env: dict[str, str]) -> Iterator[int]:
    """Serve a site with one worker; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "import sys; from gunicorn.app.wsgiapp import run; "
        f"sys.argv = ['gunicorn', '-b', '127.0.0.1:{port}', '--log-level', 'error', '--threads', '2', "
        "'django.core.wsgi:get_wsgi_application()']; run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**env, "DJANGO_SETTINGS_MODULE": settings}
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


class Site:
    """A connection to one of the sites, and the times of its answers."""

    def __init__(self, port: int, made: str) -> None:
        page = json.loads(made.strip().splitlines()[-1])
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.path = page["path"]
        self.headers = {"Cookie": page["cookie"]}
        self.times_ms: list[float] = []

    def get(self) -> None:
        """Ask for the page once and note the time."""
        started = time.perf_counter()
        self.connection.request("GET", self.path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.times_ms.append((time.perf_counter() - started) * 1000)
        if answer.status != 200 or b"Abschnitt 12" not in body:
            raise RuntimeError(f"{self.path} answered {answer.status} without the text.")

    def figures(self) -> dict[str, float]:
        """Return median and 95th percentile in ms."""
        return {
            "p50_ms": round(statistics.median(self.times_ms), 2),
            "p95_ms": round(statistics.quantiles(self.times_ms, n=20)[-1], 2),
        }


def measure(requests: int) -> dict[str, object]:
    """Make both sites, ask them in turn, return the figures."""
    with tempfile.TemporaryDirectory(prefix="page-view-") as scratch:
        env = {**os.environ, "STADTWISSEN_HOME": f"{scratch}/ours", "BARE_HOME": f"{scratch}/bare"}
        env["STADTWISSEN_ALLOWED_HOSTS"] = "127.0.0.1,testserver"
        Path(env["BARE_HOME"]).mkdir()
        ours, bare = "stadtwissen.settings.embedded", "benchmarks.bare_wagtail.settings"
        for settings in (ours, bare):
            manage(settings, env, "migrate", "-v0")
            manage(settings, env, "collectstatic", "--noinput", "-v0")
        made_ours = manage(ours, env, "shell", "-v0", "-c", MAKE_OURS)
        made_bare = manage(bare, env, "shell", "-v0", "-c", MAKE_BARE)
        with served(ours, env) as port_ours, served(bare, env) as port_bare:
            sites = {"ours": Site(port_ours, made_ours), "bare_wagtail": Site(port_bare, made_bare)}
            for site in sites.values():
                for _ in range(20):
                    site.get()
                site.times_ms.clear()
            for _ in range(requests):
                for site in sites.values():
                    site.get()
        figures: dict[str, object] = {name: site.figures() for name, site in sites.items()}
    ratio = statistics.median(sites["ours"].times_ms) / statistics.median(
        sites["bare_wagtail"].times_ms
    )
    return {"benchmark": "page_view", "requests": requests, **figures, "ratio_p50": round(ratio, 2)}


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=400)
    print(json.dumps(measure(parser.parse_args().requests)))


if __name__ == "__main__":
    main()

"""A wrong configuration stops the start with a sentence."""

from __future__ import annotations

import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import Tags, run_checks

from tests.operations.conftest import ROOT

GOOD_KEY = "Zx3-" + "k9_Qw" * 9


@pytest.fixture
def ours(settings):
    """A good configuration, and the ids of our own errors in it."""
    settings.SECRET_KEY = GOOD_KEY
    settings.ALLOWED_HOSTS = ["wissen.example.org"]
    settings.ELASTICSEARCH = {**settings.ELASTICSEARCH, "password": "generated"}

    def ids(**kwargs):
        return [error.id for error in run_checks(**kwargs) if error.id.startswith("operations.")]

    return ids


def test_good_configuration_has_no_errors(ours):
    assert ours(tags=[Tags.security]) == []


def test_debug_is_refused(ours, settings):
    settings.DEBUG = True
    assert ours(tags=[Tags.security]) == ["operations.E001"]


@pytest.mark.parametrize("key", ["short", "change-me-" + "x" * 50, "django-insecure-" + "x" * 50])
def test_weak_or_placeholder_key_is_refused(ours, settings, key):
    settings.SECRET_KEY = key
    assert ours(tags=[Tags.security]) == ["operations.E002"]


@pytest.mark.parametrize("hosts", [[], ["*"], ["wissen.example.org", "*"]])
def test_open_host_names_are_refused(ours, settings, hosts):
    settings.ALLOWED_HOSTS = hosts
    assert ours(tags=[Tags.security]) == ["operations.E003"]


def test_elasticsearch_without_password_is_refused(ours, settings):
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH = {**settings.ELASTICSEARCH, "password": ""}
    assert ours(tags=[Tags.security]) == ["operations.E004"]


@pytest.mark.django_db
def test_sample_people_are_refused_unless_told_to(ours, settings):
    user = get_user_model().objects.create(username="probe", is_sample=True)
    settings.SAMPLES_ALLOWED = False
    assert ours(tags=[Tags.database], databases=["default"]) == ["operations.E005"]
    settings.SAMPLES_ALLOWED = True
    assert ours(tags=[Tags.database], databases=["default"]) == []
    settings.SAMPLES_ALLOWED = False
    user.is_active = False
    user.save()
    assert ours(tags=[Tags.database], databases=["default"]) == []


def test_gunicorn_refuses_to_start_with_a_weak_key(run):
    answer = run(
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        str(ROOT / "deploy/gunicorn/server.py"),
        "stadtwissen.wsgi",
        env={
            "DJANGO_SETTINGS_MODULE": "stadtwissen.settings.server",
            "STADTWISSEN_SECRET_KEY": "weak",
            "STADTWISSEN_ALLOWED_HOSTS": "localhost",
            "STADTWISSEN_DATABASE": "postgresql://someone:pw@127.0.0.1:9/nothing",
            "STADTWISSEN_ELASTICSEARCH_PASSWORD": "generated",
            "STADTWISSEN_BIND": "127.0.0.1:0",
        },
    )
    assert answer.returncode != 0
    assert "operations.E002" in answer.stderr
    assert "scripts/make-secrets" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_missing_key_is_said_in_a_sentence(run):
    answer = run(
        sys.executable,
        "manage.py",
        "check",
        env={
            "DJANGO_SETTINGS_MODULE": "stadtwissen.settings.server",
            "STADTWISSEN_DATABASE": "postgresql://someone:pw@127.0.0.1:9/nothing",
        },
    )
    assert answer.returncode != 0
    assert "STADTWISSEN_SECRET_KEY" in answer.stderr

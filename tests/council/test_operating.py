"""What the operator meets: settings, the command, the nightly job and doctor."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from knowledge.council.models import PaperPage, SourceList
from knowledge.council.oparl.configuration import (
    NotGiven,
    OParlProblem,
    check_configuration,
    configuration,
)
from knowledge.council.oparl.sync import register_job
from operations.doctor import examine
from schedule.jobs import jobs
from tests.council.test_oparl import add_paper


@pytest.fixture
def configured(settings):
    """Return the settings of a system that is never asked."""
    settings.OPARL_URL = "https://ris.example.org/oparl/system"
    settings.OPARL_HOSTS = ["dateien.example.org", "alt.example.org:8443"]
    settings.OPARL_LIST = "/rat/drucksachen/"
    return settings


def doctors_finding():
    with translation.override("en"):
        return next(one for one in examine() if one.part == "council papers")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://ris.example.org/paper/1", "https://ris.example.org/paper/1"),
        ("https://RIS.example.org:443/paper/1", "https://RIS.example.org:443/paper/1"),
        # Ids from the time before TLS are asked with it.
        ("http://ris.example.org/paper/1", "https://ris.example.org/paper/1"),
        ("https://dateien.example.org/1.pdf", "https://dateien.example.org/1.pdf"),
        ("https://alt.example.org:8443/1", "https://alt.example.org:8443/1"),
    ],
)
def test_configured_hosts_are_asked_with_tls(configured, url, asked):
    assert configuration().address(url) == asked


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://ris.example.org.evil.example/",
        "https://ris.example.org@evil.example/",
        "https://name:word@ris.example.org/",
        "https://ris.example.org:8443/",
        "https://alt.example.org/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::1/",
        "https://ris.example.org:99999/",
        "ftp://ris.example.org/",
        "file:///etc/passwd",
        "//ris.example.org/",
        "/paper/1",
        "",
    ],
)
def test_nothing_else_is_asked(configured, url):
    with pytest.raises(NotGiven):
        configuration().address(url)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OPARL_URL", "", "Es ist kein Ratsinformationssystem eingestellt"),
        ("OPARL_URL", "http://ris.example.org/", "muss mit https:// beginnen"),
        ("OPARL_URL", "ris.example.org", "keine Adresse"),
        ("OPARL_HOSTS", ["a b:c"], "keine Adresse"),
        ("OPARL_LIST", "", "STADTWISSEN_OPARL_LIST fehlt"),
    ],
)
def test_wrong_settings_are_said_in_german(configured, name, value, said):
    setattr(configured, name, value)
    with pytest.raises(OParlProblem, match=said):
        configuration()
    with pytest.raises(CommandError, match=said):
        call_command("oparl")


def test_wrong_settings_stop_the_start(configured):
    assert check_configuration(None) == []
    configured.OPARL_LIST = ""
    assert [one.id for one in check_configuration(None)] == ["council.E001"]
    configured.OPARL_URL = ""
    assert check_configuration(None) == []


def test_without_its_list_nothing_is_asked(index, source, settings):
    for place in ("rat/woanders", "rat", "nirgends/drucksachen"):
        settings.OPARL_LIST = place
        with pytest.raises(CommandError, match="keine veröffentlichte Liste"):
            call_command("oparl")
    assert source.asked == []


def test_the_command_says_what_it_did(index, source, capsys):
    add_paper(source, 1)
    add_paper(source, 2, mainFile=source.put_file("/file/1", b"x", fileName="x.exe"))
    call_command("oparl")
    said = capsys.readouterr()
    assert "      2  Seiten angelegt" in said.out
    assert "0002/2026: „x.exe“" in said.err
    call_command("oparl", "--anew")
    assert "      2  unverändert" in capsys.readouterr().out
    call_command("oparl", "--status")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("/body/1/paper: zu Ende gelesen: ") for line in lines)
    assert "Drucksachen: 2, davon mit wartenden Änderungen: 0, dort gelöscht: 0" in lines


def test_the_job_runs_where_a_system_is_configured(index, source, settings):
    add_paper(source, 1)
    with jobs.holding():
        register_job()
        assert jobs["council.oparl"].run() == 1
        assert jobs["council.oparl"].run() == 0
    assert PaperPage.objects.count() == 1
    settings.OPARL_URL = ""
    with jobs.holding():
        register_job()
        assert "council.oparl" not in jobs


def test_doctor_says_how_it_stands(index, source, settings):
    settings.OPARL_URL, url = "", settings.OPARL_URL
    assert doctors_finding().is_healthy
    settings.OPARL_URL = url
    assert "oparl --status" in doctors_finding().cure
    add_paper(source, 1)
    call_command("oparl")
    assert doctors_finding().is_healthy
    assert "1" in doctors_finding().found
    source.failures["/system"] = 3
    with pytest.raises(CommandError, match="500"):
        call_command("oparl")
    assert "500" in doctors_finding().found
    call_command("oparl")
    assert doctors_finding().is_healthy
    SourceList.objects.update(read_at=timezone.now() - dt.timedelta(days=3))
    assert not doctors_finding().is_healthy

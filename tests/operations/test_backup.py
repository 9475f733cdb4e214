"""A backup holds everything of one moment, and a restore brings back exactly that, or nothing."""

from __future__ import annotations

import contextlib
import io
import json
import random
import resource
import shutil
import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation
from wagtail.models import Revision

from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import User
from api.keys import create_key
from audit.models import Entry
from audit.verification import verify_all
from knowledge.articles.models import ArticlePage
from knowledge.files.models import KnowledgeDocument
from notices.models import Notice
from operations.backup import archive
from operations.backup.rehearsal import rehearse
from operations.backup.services import last_backup_at
from operations.doctor import examine
from search.requests import SearchRequest
from search.service import search
from tests.factories import make_article

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

IDENTITY = pyrage.x25519.Identity.generate()
PUBLIC = str(IDENTITY.to_public())


@pytest.fixture
def city(cast, client):
    """A space with a page, a file, rights, lines in the audit log, a session, a key and a waiting mail."""
    page = make_article(cast.space_a, "Müllpolizei", text="<p>Ermittlungsdienst &amp; Abfall</p>")
    document = KnowledgeDocument(title="Anlage", space=cast.space_a)
    document.file.save("größe.txt", ContentFile("Füße".encode()))
    client.force_login(cast.reader_a)
    create_key(owner=cast.reader_a, name="Programm")
    Notice.objects.create(recipient=cast.reader_a, kind="test")
    return page


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"# created: today\n{IDENTITY}\n", encoding="ascii")
    return file


def backup(file: Path, *options: str) -> str:
    """Run the command; return the checksum."""
    out = io.StringIO()
    call_command("backup", str(file), *options, stdout=out, stderr=io.StringIO())
    return checksum(out)


def restore(file: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("restore", str(file), *options, stdout=out, stderr=io.StringIO())
    return checksum(out)


def checksum(out: io.StringIO) -> str:
    line = out.getvalue().splitlines()[-1]
    assert line.startswith("content sha256: ")
    return line.removeprefix("content sha256: ")


def wipe() -> None:
    """Empty database and folder, as on a new machine."""
    empty_database()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def empty_database() -> None:
    # Numbers go on, as the fixtures of the next test expect.
    call_command(
        "flush", interactive=False, verbosity=0, inhibit_post_migrate=True, reset_sequences=False
    )


def test_a_restore_brings_back_what_was_backed_up(city, cast, client, tmp_path):
    before = backup(tmp_path / "b")
    wipe()
    assert restore(tmp_path / "b") == before

    page = ArticlePage.objects.get(title="Müllpolizei")
    assert "Ermittlungsdienst" in str(page.body)
    assert page.latest_revision == Revision.page_revisions.get(pk=page.latest_revision_id)
    reader = User.objects.get(username="reader_a")
    assert can(reader, Action.READ, page)
    assert not can(User.objects.get(username="reader_b"), Action.READ, page)
    document = KnowledgeDocument.objects.get()
    assert document.file.read() == "Füße".encode()
    assert all(verdict.problem is None and verdict.head for verdict in verify_all()[:1])


def test_new_rows_get_free_numbers_after_a_restore(city, cast, tmp_path):
    backup(tmp_path / "b")
    wipe()
    restore(tmp_path / "b")
    numbers = set(ArticlePage.objects.values_list("pk", flat=True))
    later = make_article(Space.objects.get(slug="bereich-a"), "Später")
    assert later.pk not in numbers
    assert verify_all()[0].problem is None


def test_the_search_finds_restored_pages(city, cast, tmp_path):
    backup(tmp_path / "b")
    wipe()
    restore(tmp_path / "b")
    found = search(User.objects.get(username="reader_a"), SearchRequest(text="Müllpolizei"))
    assert [hit.title for hit in found.hits] == ["Müllpolizei"]


def test_sessions_and_keys_end_and_mails_are_held_back(city, client, tmp_path):
    assert client.get("/").status_code == 200
    backup(tmp_path / "b")
    wipe()
    restore(tmp_path / "b")
    assert client.get("/").status_code == 302
    assert not User.objects.get(username="reader_a").api_tokens.exists()
    assert not Notice.objects.to_mail().exists()
    assert Notice.objects.unread().exists()


def test_a_backup_taken_while_people_write_is_of_one_moment(city, cast, tmp_path):
    index, stop, failed = city.get_parent().specific, threading.Event(), []

    def write() -> None:
        try:
            number = 0
            while not stop.is_set():
                number += 1
                page = ArticlePage(title=f"Nebenher {number}", slug=f"nebenher-{number}")
                index.add_child(instance=page)
                page.save_revision().publish()
                document = KnowledgeDocument(title=f"Datei {number}", space=cast.space_a)
                document.file.save(f"{number}.txt", ContentFile(b"x" * 1000))
                if number % 3 == 0:
                    document.delete()
        except Exception as error:  # noqa: BLE001 - looked at below
            failed.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sums = [backup(tmp_path / f"b{number}") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    assert not failed
    assert len(set(sums)) > 1  # it did write meanwhile
    wipe()
    assert restore(tmp_path / "b2") == sums[2]
    for document in KnowledgeDocument.objects.all():
        assert default_storage.exists(document.file.name)


def test_an_encrypted_backup_is_opened_by_its_key_alone(city, key_file, tmp_path):
    before = backup(tmp_path / "b", "--recipient", PUBLIC)
    assert b"reader_a" not in (tmp_path / "b").read_bytes()
    other = tmp_path / "other"
    other.write_text(str(pyrage.x25519.Identity.generate()), encoding="ascii")
    wipe()
    for options, sentence in (
        ((), "encrypted; name the key file"),
        (("--identity", str(other)), "the key is another one"),
    ):
        with pytest.raises(CommandError, match=sentence):
            restore(tmp_path / "b", *options)
        assert not User.objects.exists()
    assert restore(tmp_path / "b", "--identity", str(key_file)) == before


def places_with_content(file: Path, *, is_tar: bool) -> list[int]:
    """Return places that belong to a part; between two of them lies the padding of the tar format."""
    if not is_tar:
        return list(range(file.stat().st_size))
    with tarfile.open(file) as parts:
        return [part.offset_data + place for part in parts for place in range(0, part.size, 97)]


@pytest.mark.parametrize("options", [(), ("--recipient", PUBLIC)], ids=["plain", "encrypted"])
def test_a_cut_or_altered_backup_restores_nothing(city, key_file, tmp_path, options):
    whole = tmp_path / "b"
    backup(whole, *options)
    identity = ("--identity", str(key_file)) if options else ()
    wipe()
    content = whole.read_bytes()
    chance = random.Random(7)  # noqa: S311 - places, not secrets
    cuts = [0, 10, len(content) // 2, len(content) - 11_000]
    broken = [content[:cut] for cut in cuts]
    for place in chance.sample(places_with_content(whole, is_tar=not options), 6):
        broken.append(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    for number, damaged in enumerate(broken):
        file = tmp_path / f"broken{number}"
        file.write_bytes(damaged)
        with pytest.raises(CommandError, match="Nothing was restored"):
            restore(file, *identity)
        assert not User.objects.exists()
        assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def rewritten(file: Path, change) -> Path:
    """Write the backup again with another manifest, as another version would have written it."""
    target = file.with_name("rewritten")
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                manifest["sha256"] = archive.manifest_digest(manifest)
                content = json.dumps(manifest).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target


def test_another_versions_backup_is_refused_with_the_way_out(city, tmp_path):
    backup(tmp_path / "b")
    older = rewritten(tmp_path / "b", lambda manifest: manifest["migrations"].pop())
    wipe()
    with pytest.raises(CommandError, match=r"older version .* Restore it with that version"):
        restore(older)
    newer = rewritten(tmp_path / "b", lambda it: it["migrations"].append("access.9999_later"))
    with pytest.raises(CommandError, match=r"lacks access\.9999_later"):
        restore(newer)
    later = rewritten(tmp_path / "b", lambda it: it.update(format=2))
    with pytest.raises(CommandError, match="format 2"):
        restore(later)
    assert not User.objects.exists()


def test_content_that_is_not_the_backups_is_undone(city, tmp_path):
    backup(tmp_path / "b")
    lying = rewritten(tmp_path / "b", lambda it: it.update(content_sha256="0" * 64))
    wipe()
    with pytest.raises(CommandError, match="has the checksum"):
        restore(lying)
    assert not User.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_place_that_is_not_empty_is_refused(city, tmp_path):
    backup(tmp_path / "b")
    with pytest.raises(CommandError, match="people in the database"):
        restore(tmp_path / "b")
    empty_database()
    with pytest.raises(CommandError, match="There are files in"):
        restore(tmp_path / "b")


def test_a_full_disk_leaves_nothing_behind(city, tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(
            CommandError, match=r"The backup was not made: .* Nothing is left of it"
        ):
            backup(tmp_path / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.iterdir()) == []
    assert last_backup_at() is None


def test_a_backup_never_overwrites_a_file(city, tmp_path):
    (tmp_path / "b").write_text("older")
    with pytest.raises(CommandError, match="Name another file"):
        backup(tmp_path / "b")
    assert (tmp_path / "b").read_text() == "older"


def test_a_recipient_that_is_no_key_is_named(city, tmp_path):
    with pytest.raises(CommandError, match="'age2x' is no age recipient"):
        backup(tmp_path / "b", "--recipient", "age2x")
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_in_a_backup(city, tmp_path, monkeypatch):
    monkeypatch.setenv("STADTWISSEN_MAIL_HOST", "mail.example.org")
    monkeypatch.setenv("STADTWISSEN_MAIL_PASSWORD", "geheim-1")
    monkeypatch.setenv("STADTWISSEN_DATABASE", "postgresql://name:geheim-2@host/db")
    backup(tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        kept = json.load(tar.extractfile("settings.json"))
    assert kept["STADTWISSEN_MAIL_HOST"] == "mail.example.org"
    assert "geheim" not in json.dumps(kept)
    assert settings.SECRET_KEY.encode() not in (tmp_path / "b").read_bytes()


def test_a_lost_file_is_named_and_the_rest_is_there(city, tmp_path):
    Path(KnowledgeDocument.objects.get().file.path).unlink()
    err = io.StringIO()
    call_command("backup", str(tmp_path / "b"), stdout=io.StringIO(), stderr=err)
    assert "was lost before" in err.getvalue()
    wipe()
    restore(tmp_path / "b")
    assert KnowledgeDocument.objects.exists()


def test_the_doctor_knows_the_age_of_the_last_backup(city, tmp_path, settings):
    settings.BACKUP_MAX_AGE_DAYS = 2
    assert "manage.py backup" in finding().cure
    backup(tmp_path / "b")
    assert finding().is_healthy
    note = Path(settings.HOME_DIR) / "last-backup.json"
    made_at = (timezone.now() - timedelta(days=3)).isoformat()
    note.write_text(json.dumps({"made_at": made_at}))
    assert "3 days" in finding().found
    assert not finding().is_healthy


def finding():
    with translation.override("en"):
        return next(found for found in examine() if found.part == "backup")


def test_a_rehearsal_restores_the_same_content_and_leaves_nothing(city):
    entries = Entry.objects.count()
    tried = rehearse()
    assert tried.restore_s > 0
    assert Entry.objects.count() == entries
    assert not list(Path(settings.HOME_DIR).glob("rehearsal-*"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'rehearsal%%'")
            assert cursor.fetchone() == (0,)


@pytest.fixture(autouse=True)
def _no_note_of_other_tests():
    yield
    with contextlib.suppress(FileNotFoundError):
        (Path(settings.HOME_DIR) / "last-backup.json").unlink()

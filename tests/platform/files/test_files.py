"""Files: what is kept, under which name and type, and who gets it back."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.platform import access, files, records
from rapport.platform.access import Actor, NotFound, Rights
from rapport.platform.events.models import Event
from rapport.platform.files.kinds import content_type
from rapport.platform.files.places import folder, place_of
from rapport.platform.objects import registry

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")
CLASSES = {"*": dict.fromkeys(("public", "standard", "personal"), "write")}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def make(key: str, **values: object) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def make_actor(name: str, **grants: dict[str, str]) -> Actor:
    user = make("user", name=name)
    everywhere = {"*": {"read": "own", "create": "all", "edit": "own"}, **grants}
    return Actor(user.pk, name, "web", Rights((everywhere,), (CLASSES,)))


def put(actor: Actor, content: bytes = b"hello", name: str = "note.txt", **rest: Any) -> Any:
    return files.store(actor, io.BytesIO(content), name, **rest)


def test_a_file_is_kept_under_its_hash_and_comes_back_as_it_was() -> None:
    content = bytes(range(256)) * 5000
    file = put(SYSTEM, content, "big.bin")
    assert file.size == len(content)
    assert (
        place_of(file.sha256).relative_to(folder()).as_posix() == f"{file.sha256[:2]}/{file.sha256[2:4]}/{file.sha256}"
    )
    with files.open_stored(file) as stream:
        assert stream.read() == content


def test_the_same_bytes_twice_lie_once_on_the_disk() -> None:
    put(SYSTEM, name="a.txt")
    put(SYSTEM, name="b.txt")
    assert len([path for path in folder().rglob("*") if path.is_file()]) == 1


def test_a_file_that_is_too_large_is_refused_in_words_and_nothing_stays(settings: LazySettings) -> None:
    settings.UPLOAD_BYTES = 1_000_000
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        put(SYSTEM, b"x" * 1_000_001)
    assert [path for path in folder().rglob("*") if path.is_file()] == []
    assert not registry.get("file").model._default_manager.exists()


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="0 bytes"):
        put(SYSTEM, b"")


def test_a_stream_that_breaks_leaves_nothing() -> None:
    class Broken:
        def read(self, size: int = -1) -> bytes:
            raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        files.store(SYSTEM, Broken(), "x.txt")
    assert [path for path in folder().rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\offer.pdf", "offer.pdf"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("  .. ", "unnamed"),
        ("", "unnamed"),
        ("Prüfbericht “neu”.pdf", "Prüfbericht “neu”.pdf"),
    ],
)
def test_a_name_loses_its_path_and_its_control_characters(given: str, kept: str) -> None:
    assert files.clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = files.clean_name("ä" * 400 + ".pdf")
    assert name.endswith("ä.pdf") and len(name.encode()) <= 255


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "picture.png", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "x.txt", "image/png"),
        (b"<html><script>alert(1)</script>", "x.txt", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'>", "x.txt", "image/svg+xml"),
        ("Größe;Preis".encode(), "x.csv", "text/csv"),
        ("Gr\u00f6\u00dfe".encode()[:3], "x", "text/plain"),
        (b"PK\x03\x04" + b"\x00" * 40, "x.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04" + b"\x00" * 40, "x.png", "application/zip"),
        (b"\x00\x01\x02\x03", "x.html", "application/octet-stream"),
    ],
)
def test_its_type_is_what_its_content_says(head: bytes, name: str, kind: str) -> None:
    assert content_type(head, name) == kind


def test_whoever_may_read_the_record_reads_the_file_and_nobody_else() -> None:
    ana, ben, eva = make_actor("Ana"), make_actor("Ben"), make_actor("Eva", toy={"read": "all"})
    toy = make("toy", name="Train", owner=ana.user_id)
    file = put(ana, on=toy)
    assert files.find(ana, file.pk) == files.find(ana, str(file.uid)) == files.find(eva, file.pk) == file
    with pytest.raises(NotFound):
        files.find(ben, file.pk)
    with pytest.raises(NotFound):
        files.find(ben, 999_999)


def test_a_file_in_a_field_is_read_with_the_record() -> None:
    ana, ben = make_actor("Ana"), make_actor("Ben")
    file = put(SYSTEM)
    make("toy", name="Train", owner=ana.user_id, manual=file.pk)
    assert files.find(ana, file.pk) == file
    with pytest.raises(NotFound):
        files.find(ben, file.pk)


def test_the_uploader_reads_it_before_it_hangs_anywhere() -> None:
    ana, ben = make_actor("Ana"), make_actor("Ben")
    file = put(ana)
    assert files.find(ana, file.pk) == file
    with pytest.raises(NotFound):
        files.find(ben, file.pk)


@pytest.mark.parametrize("ident", ["", "abc", -1, True, None, 2**70, "../../x", "9" * 40])
def test_an_id_that_is_none_is_not_found(ident: object) -> None:
    with pytest.raises(NotFound):
        files.find(make_actor("Ana"), ident)


def test_a_record_one_may_not_edit_takes_no_file_and_nothing_is_written() -> None:
    ana, ben = make_actor("Ana"), make_actor("Ben", toy={"read": "all", "edit": "own"})
    toy = make("toy", name="Train", owner=ana.user_id)
    with pytest.raises(NotFound):
        put(ben, on=toy)
    assert files.on_record(SYSTEM, toy) == []
    assert not folder().exists()


def test_who_may_not_create_files_uploads_none() -> None:
    with pytest.raises(PermissionDenied):
        put(make_actor("Ana", file={"read": "all"}))


def test_attaching_and_detaching_is_told_on_the_record_and_leaves_its_version() -> None:
    toy = make("toy", name="Train")
    file = put(SYSTEM, name="plan.pdf", on=toy)
    files.attach(SYSTEM, file, toy)
    assert files.on_record(SYSTEM, toy) == [file]
    files.detach(SYSTEM, file, toy)
    assert files.on_record(SYSTEM, toy) == []
    told = Event.objects.filter(object="toy", record_id=toy.pk).exclude(action="create").order_by("id")
    assert [(event.kind, event.reason, event.version) for event in told] == [
        ("toy.file_attached", "plan.pdf", 1),
        ("toy.file_detached", "plan.pdf", 1),
    ]
    with pytest.raises(NotFound):
        files.detach(SYSTEM, file, toy)


def test_a_hash_that_is_none_names_no_place() -> None:
    for text in ("", "../" * 20, "A" * 64, "0" * 63, "0" * 64 + "/.."):
        with pytest.raises(ValueError, match="SHA-256"):
            place_of(text)


def test_the_list_of_files_shows_only_those_one_may_read() -> None:
    ana, eva = make_actor("Ana"), make_actor("Eva", file={"read": "all", "create": "all"})
    toy = make("toy", name="Train", owner=ana.user_id)
    file = put(SYSTEM, on=toy)
    own = put(eva, b"mine")
    assert list(access.visible(eva, registry.get("file"))) == [own]
    records.update(SYSTEM, toy, {"owner": eva.user_id})
    assert set(access.visible(eva, registry.get("file"))) == {own, file}

"""The import wizard, as a new user walks through it."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.base.money import Money
from rapport.parties.party import Party
from rapport.platform import access
from rapport.platform.transfer import run
from rapport.platform.transfer.models import Import, SavedMapping, State
from tests.platform.views.site import make_user, visit, visit_as

pytestmark = pytest.mark.django_db
FIRMS = "Firma;Branche;Umsatz;Mitarbeiter;Ort\nMüller & Söhne;IT;1.234,50;12;Köln\nBolt;Retail;99,00;3;Bonn\n"
HOSTILE = "<script>alert(1)</script>"


def drop(client: Client, text: str | bytes, name: str = "firmen.csv", **more: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post("/import", {"file": SimpleUploadedFile(name, data), **more})


def finish(found: Import) -> Import:
    """What the worker does with a run in the queue."""
    found.refresh_from_db()
    assert found.state == State.QUEUED
    actor = access.actor_for(found.user_id, "import") if found.user_id else None
    assert actor is not None
    return run.go(found, actor)


def form_of(found: Import, **answers: str) -> dict[str, Any]:
    return {
        "to_0": "name",
        "to_1": "industry",
        "to_2": "revenue",
        "to_3": "employees",
        "to_4": "address.city",
        "keys": "name",
        "currency_2": "EUR",
        "mode": "both",
        "blank": "keep",
        **answers,
    }


def test_from_the_dropped_file_to_the_records_and_back() -> None:
    client = visit_as("owner")
    answer = drop(client, FIRMS)
    found = Import.objects.get()
    assert answer.headers["Location"] == f"/import/{found.pk}/file"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Müller &amp; Söhne" in page and "Semicolon" in page
    answer = client.post(
        f"/import/{found.pk}/file",
        {"object": "organisation", "separator": ";", "encoding": "utf-8", "header_row": "1", "decimal_comma": "yes"},
    )
    assert answer.headers["Location"] == f"/import/{found.pk}/columns"
    found.refresh_from_db()
    suggested = found.mapping["record"][0]["fields"]
    assert suggested == {
        "name": "Firma",
        "industry": "Branche",
        "revenue": "Umsatz",
        "employees": "Mitarbeiter",
        "address.city": "Ort",
    }
    answer = client.post(f"/import/{found.pk}/columns", form_of(found))
    assert answer.headers["Location"] == f"/import/{found.pk}/check"
    page = client.get(f"/import/{found.pk}/check").content.decode()
    assert "“IT” is not one of" in page and "Not known" in page and not Party.objects.exists()
    unknown = next(iter(Import.objects.get().trial["notes"]["unknown"]))
    client.post(f"/import/{found.pk}/check", {f"is_{unknown}": "Software"})
    assert Import.objects.get().trial == {} or "unknown" not in Import.objects.get().trial["notes"]
    assert client.get(f"/import/{found.pk}/check").status_code == 200
    assert Import.objects.get().trial["counts"]["rows"] == {"created": 2}
    client.post(f"/import/{found.pk}")
    assert "Waiting" in client.get(f"/import/{found.pk}").content.decode()
    assert client.get(f"/import/{found.pk}/progress", headers={"HX-Request": "true"}).status_code == 200
    finish(found)
    firm = Party.objects.get(name="Müller & Söhne")
    assert firm.revenue == Money(Decimal("1234.5"), "EUR")
    assert (firm.industry, firm.address.city) == ("software", "Köln")
    assert client.get(f"/import/{found.pk}/progress", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(f"/import/{found.pk}").content.decode()
    assert "Undo this import" in page and "IT → Software" in page
    report = b"".join(client.get(f"/import/{found.pk}/report").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert report.splitlines()[1].startswith("2,Created,") and "Müller & Söhne" in report
    client.post(f"/import/{found.pk}/undo")
    assert not Party.objects.exists()
    assert "This import was undone" in client.get(f"/import/{found.pk}").content.decode()
    assert "firmen.csv" in client.get("/import").content.decode()


def test_a_mapping_is_kept_and_used_again() -> None:
    client = visit_as("owner")
    drop(client, FIRMS)
    found = Import.objects.get()
    client.post(f"/import/{found.pk}/file", {"object": "organisation", "header_row": "1"})
    client.post(f"/import/{found.pk}/columns", form_of(found, aliases_1="IT = Software"))
    client.post(f"/import/{found.pk}/save", {"name": "Firms of the fair"})
    client.post(f"/import/{found.pk}/save", {"name": "Firms of the fair"})
    assert SavedMapping.objects.get().version == 2
    text = b"".join(client.get(f"/import/{found.pk}/mapping").streaming_content).decode()  # type: ignore[attr-defined]
    assert 'industry = { column = "Branche", aliases = { IT = "Software" } }' in text
    answer = drop(client, FIRMS, saved="Firms of the fair")
    again = Import.objects.latest("pk")
    assert answer.headers["Location"] == f"/import/{again.pk}/check"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert Import.objects.latest("pk").trial["counts"]["rows"] == {"created": 2}


def test_a_mapping_file_dropped_beside_goes_straight_to_the_try() -> None:
    client = visit_as("owner")
    mapping = SimpleUploadedFile(
        "m.toml", b'version = 1\n[[record]]\nobject = "organisation"\nkeys = ["name"]\nfields = { name = "Firma" }\n'
    )
    answer = drop(client, FIRMS, mapping=mapping)
    assert answer.headers["Location"].endswith("/check")
    wrong = SimpleUploadedFile(
        "m.toml", b'version = 1\n[[record]]\nobject = "organisation"\nfields = { name = "Frma" }\n'
    )
    answer = drop(client, FIRMS, mapping=wrong)
    page = client.get(answer.headers["Location"]).content.decode()
    assert answer.headers["Location"].endswith("/columns") and "Frma" in page


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, b"PK\x03\x04rubbish", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n"]
)
def test_a_bad_file_is_refused_in_words_on_the_page(data: bytes) -> None:
    answer = drop(visit_as("owner"), data)
    assert answer.status_code == 422 and b"The file was not taken" in answer.content
    assert not Import.objects.exists()


def test_no_file_at_all_is_told() -> None:
    assert visit_as("owner").post("/import", {}).status_code == 422


def test_what_the_file_holds_is_never_markup() -> None:
    client = visit_as("owner")
    drop(client, f"name,{HOSTILE}\n{HOSTILE},{HOSTILE}\nB,x\n", name=f"{HOSTILE}.csv")
    found = Import.objects.get()
    client.post(f"/import/{found.pk}/file", {"object": "organisation", "header_row": "1"})
    client.post(f"/import/{found.pk}/columns", {"to_0": "name", "to_1": "industry", "keys": "name"})
    for page in ("/import", f"/import/{found.pk}/file", f"/import/{found.pk}/columns", f"/import/{found.pk}/check"):
        answer = client.get(page)
        assert answer.status_code == 200 and HOSTILE not in answer.content.decode(), page


def test_wrong_answers_come_back_with_the_form() -> None:
    client = visit_as("owner")
    drop(client, FIRMS)
    found = Import.objects.get()
    for wrong in (
        {"object": "nothing"},
        {"object": "organisation", "separator": "ab"},
        {"object": "organisation", "encoding": "klingon", "separator": ";"},
    ):
        assert client.post(f"/import/{found.pk}/file", wrong).status_code == 422
    client.post(
        f"/import/{found.pk}/file", {"object": "organisation", "separator": ";", "encoding": "utf-8", "header_row": "1"}
    )
    assert client.post(f"/import/{found.pk}/columns", {"to_0": "no_such"}).status_code == 422
    assert client.post(f"/import/{found.pk}/columns", {"text": "[[record"}).status_code == 422
    assert client.post(
        f"/import/{found.pk}/columns", {"to_2": "revenue", "scale_2": "1e99", "currency_2": "XXXX"}
    ).status_code in {303, 422}


def test_an_import_of_others_answers_like_one_that_does_not_exist() -> None:
    mine = visit_as("sales")
    drop(mine, FIRMS)
    found = Import.objects.get()
    other = visit(make_user("sales"))
    for address in ("", "/file", "/columns", "/check", "/report", "/mapping", "/progress"):
        theirs, missing = other.get(f"/import/{found.pk}{address}"), other.get(f"/import/999999{address}")
        assert theirs.status_code == missing.status_code == 404, address
    assert other.post(f"/import/{found.pk}/undo").status_code == 404


def test_who_may_bring_in_nothing_sees_no_form() -> None:
    assert b"Read the file" not in visit_as("read_only").get("/import").content


def test_a_draft_can_be_thrown_away() -> None:
    client = visit_as("owner")
    drop(client, FIRMS)
    client.post(f"/import/{Import.objects.get().pk}/forget")
    assert not Import.objects.exists()

"""Privacy over the API: what is held, the file, the erasure and its receipt, the suppression list."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from rapport.platform.audit.models import AuditEntry
from rapport.platform.jobs import queue
from rapport.platform.jobs.run import perform
from tests.make import make, make_person, make_purpose
from tests.platform.api.caller import Caller, caller


def test_what_is_held_allowed_and_asked(owner: Caller) -> None:
    ana = make_person("Ana Berg")
    make("consent", party=ana, purpose=make_purpose(), state="given", source="fair")
    url = f"/people/{ana.uid}/privacy"
    told = owner("GET", url).json
    assert told["restricted"] is False
    assert {"object": "consent", "count": 1, "goes": True} in [
        {key: line[key] for key in ("object", "count", "goes")} for line in told["held"]
    ]
    line = next(part for part in told["parts"] if part["key"] == "consents")["lines"][0]
    assert (line["text"], line["state"], line["record"]["object"]) == ("Newsletter", "allowed", "consent")
    then = owner("GET", f"{url}?on=2020-02-02").json["parts"][0]["lines"][0]
    assert (then["state"], then["record"]) == ("not allowed", None)
    assert owner("GET", f"{url}?on=2020-02-31").status == 400


def test_everything_as_a_file(owner: Caller) -> None:
    ana = make_person("Ana Berg")
    reply = owner("GET", f"/people/{ana.uid}/privacy/bundle")
    with ZipFile(BytesIO(reply.content)) as archive:
        assert b"Ana Berg" in archive.read("data.json")
    assert AuditEntry.objects.filter(kind="bundled", record_id=ana.pk, surface="api").count() == 1


def test_an_erasure_and_its_receipt(owner: Caller) -> None:
    ana = make_person("Ana Berg")
    url = f"/people/{ana.uid}/privacy/erasure"
    assert owner("POST", url, {}).status == 422
    made = owner("POST", url, {"reason": "Art. 17"})
    assert made.status == 202 and made.json["done_at"] is None
    while (job := queue.claim("test")) is not None:
        perform(job)
    told = owner("GET", made.headers["Location"].removeprefix("/api/v1")).json
    assert told["done_at"] and {"store": "records emptied", "count": 1} in told["receipt"]
    assert owner("GET", "/privacy/erasures").json["items"][0]["id"] == told["id"]


def test_the_suppression_list(owner: Caller) -> None:
    made = owner("POST", "/privacy/suppressed", {"value": "Ana@acme.example", "reason": "asked"})
    assert (made.status, made.json["because"]) == (201, "objected")
    asked = owner("GET", "/privacy/suppressed?value=ana%40acme.example").json
    assert [one["id"] for one in asked["items"]] == [made.json["id"]]
    assert owner("GET", "/privacy/suppressed?value=bob%40acme.example").json["items"] == []
    assert owner("POST", "/privacy/suppressed", {"value": "what"}).status == 422
    assert owner("DELETE", f"/privacy/suppressed/{made.json['id']}").status == 200
    assert owner("DELETE", f"/privacy/suppressed/{made.json['id']}").status == 404


def test_it_is_for_who_handles_privacy(owner: Caller) -> None:
    ana, task = make_person(), make("task", subject="x")
    sales = caller("Sam", "sales")
    for method, url, body in (
        ("GET", f"/people/{ana.uid}/privacy", None),
        ("GET", f"/people/{ana.uid}/privacy/bundle", None),
        ("POST", f"/people/{ana.uid}/privacy/erasure", {"reason": "x"}),
        ("GET", "/privacy/erasures", None),
        ("GET", "/privacy/suppressed", None),
        ("POST", "/privacy/suppressed", {"value": "a@b.example"}),
    ):
        assert sales(method, url, body).status == 403, url
    assert owner("GET", f"/tasks/{task.uid}/privacy").status == 404

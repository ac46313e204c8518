"""What the API lets nobody see or do: bad tokens, foreign records, hidden fields, refused writes leaving no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from rapport.base.clock import now
from rapport.base.ids import uuid7
from rapport.platform import records
from rapport.platform.access import roles
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role, Share
from rapport.platform.accounts import scopes, tokens
from rapport.platform.accounts.models import Token
from rapport.platform.objects import registry
from tests.platform.api.caller import SYSTEM, Caller, Reply, caller

OWN = {"read": "own", "create": "own", "edit": "own", "delete": "own", "export": "own"}


@pytest.fixture
def alone(db: Any) -> Caller:
    """Reads and writes their own records only, and no sensitive or personal field."""
    role = Role.objects.create(key="alone", name="Alone")
    Grant.objects.bulk_create(
        [Grant(role=role, object="*", action=action, scope=scope) for action, scope in OWN.items()]
    )
    FieldRule.objects.bulk_create(
        [FieldRule(role=role, object="*", sensitivity=name, level="write") for name in ("public", "standard")]
    )
    rights_changed()
    return caller("Alan", "alone")


@pytest.fixture
def foreign(owner: Caller) -> Any:
    maker = records.create(
        SYSTEM,
        registry.get("maker"),
        {"name": "Needle & Sons", "tax_number": "needle-9", "owner": owner.user.pk, "tags": ["needle"]},
    )
    return records.create(SYSTEM, registry.get("toy"), {"name": "Needle", "maker": maker.pk, "owner": owner.user.pk})


def database() -> dict[str, list[Any]]:
    """Every row of every table, but for when a token was last used and what the audit trail tells of refusals."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in ("platform_token", "platform_auditentry", "sqlite_sequence"):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # names from the database itself
                found[table] = sorted(cursor.fetchall(), key=repr)
    return found


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_whoever_holds_a_token_that_counted_is_told_why_it_does_not(owner: Caller) -> None:
    expired, expired_secret = tokens.make(owner.user, "old", expires_at=now() - timedelta(days=1))
    revoked, revoked_secret = tokens.make(owner.user, "revoked")
    tokens.revoke(revoked)
    gone = caller("Gone", "owner")
    records.update(SYSTEM, gone.user, {"is_active": False})
    holders = (Caller(owner.user, expired, expired_secret), Caller(owner.user, revoked, revoked_secret), gone)
    for who, word in zip(holders, ("expired", "revoked", "sign in"), strict=True):
        reply = who("GET", "/me")
        assert (reply.status, reply.json["code"], word in reply.json["detail"]) == (401, "unauthorised", True)
        assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


def test_last_use_is_written_once_a_minute(owner: Caller) -> None:
    for _twice in range(2):
        owner("GET", "/me")
    owner.token.refresh_from_db()
    first = owner.token.last_used_at
    owner("GET", "/me")
    owner.token.refresh_from_db()
    assert first is not None
    assert owner.token.last_used_at == first
    Token.objects.filter(pk=owner.token.pk).update(last_used_at=first - timedelta(minutes=2))
    owner("GET", "/me")
    owner.token.refresh_from_db()
    assert owner.token.last_used_at >= first


def test_scopes_name_actions_and_objects(owner: Caller) -> None:
    uid = owner("POST", "/makers", {"name": "Holz"}).json["id"]
    narrow = Caller(owner.user, *tokens.make(owner.user, "edits makers", scopes=("read", "edit:maker")))
    assert narrow("PATCH", f"/makers/{uid}", {"people": 3}, if_match="*").status == 200
    assert narrow("POST", "/makers", {"name": "x"}).status == 403
    assert narrow("DELETE", f"/makers/{uid}").status == 403
    assert narrow("GET", "/toys").status == 200
    assert narrow("GET", "/makers/export.csv").status == 403
    with pytest.raises(ValidationError):
        scopes.check(["read", "fly:maker"])
    with pytest.raises(ValidationError):
        scopes.check(["read:nothing"])
    assert scopes.check(["write:maker", "read", "read"]) == ("read", "write:maker")


def test_no_token_and_every_unknown_one_get_the_same_answer(owner: Caller) -> None:
    client, answers = owner.client, []
    for secret in ("rpt_unknown", "x" * 5_000, "\u00e4", ""):
        response = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        answers.append((response.status_code, response.content, response.headers["WWW-Authenticate"]))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    bare = client.get("/api/v1/me")
    assert (bare.status_code, bare.content, bare.headers["WWW-Authenticate"]) == (
        401,
        answers[0][1],
        'Bearer realm="Rapport"',
    )


def test_a_session_is_no_token(owner: Caller) -> None:
    owner.client.force_login(owner.user)
    assert owner.client.post("/api/v1/makers", b"{}", content_type="application/json").status_code == 401
    assert owner.client.get("/api/v1/makers").status_code == 401


def test_losing_a_role_a_token_or_the_account_acts_on_the_next_request(owner: Caller) -> None:
    other = caller("Otto", "owner")
    assert other("POST", "/makers", {"name": "A"}).status == 201
    roles.take(other.user.pk, "owner")
    assert other("POST", "/makers", {"name": "B"}).status == 403
    assert other("GET", "/makers").json["items"] == []
    tokens.revoke(owner.token)
    assert owner("GET", "/me").status == 401


def test_a_token_of_limited_scope_does_only_that(owner: Caller) -> None:
    limited = Caller(owner.user, *tokens.make(owner.user, "read toys", scopes=("read:toy",)))
    owner("POST", "/toys", {"name": "Bus"})
    assert len(limited("GET", "/toys").json["items"]) == 1
    assert limited("POST", "/toys", {"name": "Car"}).status == 403
    assert limited("GET", "/makers").json["items"] == []
    assert set(limited("GET", "/me").json["may"]) == {"toy"}


# --- foreign records --------------------------------------------------------------------------------------------------

BODIES: list[tuple[str, str, Any, dict[str, str]]] = [
    ("GET", "", None, {}),
    ("PATCH", "", {"name": "x"}, {"if_match": '"1"'}),
    ("PATCH", "", {"nonsense": "x"}, {}),
    ("DELETE", "", None, {}),
    ("POST", "/restore", None, {}),
    ("GET", "/timeline", None, {}),
    ("GET", "/events", None, {}),
    ("POST", "/events/1/undo", None, {}),
    ("GET", "/files", None, {}),
    ("POST", "/files?name=a", b"x", {"content_type": "text/plain"}),
    ("GET", "/tags", None, {}),
    ("PUT", "/tags/x", None, {}),
    ("DELETE", "/tags/needle", None, {}),
    ("POST", "/actions/fly", {}, {}),
]


@pytest.mark.parametrize(("method", "tail", "body", "headers"), BODIES)
def test_a_foreign_id_answers_byte_for_byte_like_a_missing_one(
    alone: Caller, foreign: Any, method: str, tail: str, body: Any, headers: dict[str, str]
) -> None:
    before = database()
    there = alone(method, f"/toys/{foreign.uid}{tail}", body, **headers)
    nowhere = alone(method, f"/toys/{uuid7()}{tail}", body, **headers)
    assert there.status == 404
    assert (there.content, there.headers) == (nowhere.content, nowhere.headers)
    assert database() == before


def test_a_reference_to_a_foreign_record_is_refused_like_one_to_nothing(alone: Caller, foreign: Any) -> None:
    before = database()
    maker = foreign.maker.uid
    for field, there, nowhere in (
        ("maker", str(maker), str(uuid7())),
        ("resellers", [str(maker)], [str(uuid7())]),
    ):
        for rest in ({"name": "Bus"}, {}, {"name": "Bus", "contact": "nonsense"}):
            answers = [alone("POST", "/toys", {**rest, field: value}) for value in (there, nowhere)]
            assert answers[0].status == 422
            assert answers[0].content == answers[1].content
    plays = [
        alone("POST", "/plays", {"subject": "x", "about": {"object": "toy", "id": str(uid)}})
        for uid in (foreign.uid, uuid7())
    ]
    assert (plays[0].status, plays[0].content) == (422, plays[1].content)
    assert database() == before


def test_a_reference_that_may_not_be_seen_reads_as_nothing(alone: Caller, foreign: Any) -> None:
    mine = records.create(
        SYSTEM,
        registry.get("toy"),
        {"name": "Mine", "maker": foreign.maker_id, "owner": alone.user.pk, "resellers": [foreign.maker_id]},
    )
    read = alone("GET", f"/toys/{mine.uid}")
    assert (read.json["maker"], read.json["resellers"]) == (None, [])
    assert b"Needle" not in read.content
    assert b"Needle" not in alone("GET", f"/toys/{mine.uid}/events").content
    assert b"Needle" not in alone("GET", f"/toys/{mine.uid}/timeline").content
    assert alone("GET", '/toys?q=maker.name+%3D+"Needle+%26+Sons"').json["items"] == []


def test_nothing_of_a_foreign_record_leaves_by_list_search_or_tags(alone: Caller, foreign: Any) -> None:
    for url in (
        "/toys?count=exact",
        "/makers?count=exact",
        "/search?q=needle",
        "/tags",
        "/schema",
        "/openapi.json",
        "/me",
    ):
        reply = alone("GET", url)
        assert reply.status == 200
        assert b"eedle" not in reply.content


def test_an_upsert_on_a_foreign_value_does_not_touch_the_foreign_record(alone: Caller, foreign: Any) -> None:
    reply = alone("PUT", "/makers/by/name/Needle%20%26%20Sons", {"people": 3})
    assert reply.status == 201
    foreign.maker.refresh_from_db()
    assert foreign.maker.people is None


def test_a_shared_record_opens_for_reading_and_not_for_writing(alone: Caller, foreign: Any) -> None:
    Share.objects.create(object="toy", record_id=foreign.pk, user=alone.user, at=now())
    assert alone("GET", f"/toys/{foreign.uid}").json["name"] == "Needle"
    assert alone("PATCH", f"/toys/{foreign.uid}", {"name": "x"}, if_match="*").status == 403
    assert alone("DELETE", f"/toys/{foreign.uid}").status == 403


# --- hidden fields ----------------------------------------------------------------------------------------------------


def test_a_hidden_field_answers_like_an_unknown_one_everywhere(alone: Caller) -> None:
    mine = records.create(
        SYSTEM, registry.get("maker"), {"name": "Mine", "tax_number": "needle-7", "owner": alone.user.pk}
    )
    ways: list[Callable[[str], Reply]] = [
        lambda name: alone("GET", f"/makers?q={name}+%3D+1"),
        lambda name: alone("GET", f"/makers?sort={name}"),
        lambda name: alone("GET", f"/makers?fields={name}"),
        lambda name: alone("GET", f"/toys?q=maker.{name}+%3D+1"),
        lambda name: alone("POST", "/makers", {"name": "x", name: "1"}),
        lambda name: alone("PATCH", f"/makers/{mine.uid}", {name: "1"}, if_match="*"),
        lambda name: alone("PUT", f"/makers/by/{name}/1", {}),
    ]
    for asked in ways:
        hidden, unknown = asked("tax_number"), asked("xyz_qwrtpl")
        assert hidden.status == unknown.status >= 400
        assert hidden.content.replace(b"tax_number", b"xyz_qwrtpl") == unknown.content
    assert "tax_number" not in alone("GET", f"/makers/{mine.uid}").json
    assert b"tax_number" not in alone("GET", "/openapi.json").content + alone("GET", "/schema").content
    assert (
        b"needle-7"
        not in alone("GET", f"/makers/{mine.uid}/events").content + alone("GET", f"/makers/{mine.uid}/timeline").content
    )


def test_a_change_of_hidden_fields_alone_is_no_news(owner: Caller, alone: Caller) -> None:
    mine = records.create(SYSTEM, registry.get("maker"), {"name": "Mine", "owner": alone.user.pk})
    records.update(SYSTEM, mine, {"tax_number": "needle-7"})
    kinds = [event["kind"] for event in alone("GET", f"/makers/{mine.uid}/events").json["items"]]
    assert kinds == ["maker.created"]
    assert len(owner("GET", f"/makers/{mine.uid}/events").json["items"]) == 2


# --- refused writes ---------------------------------------------------------------------------------------------------


def test_refused_requests_leave_the_database_as_it_was(owner: Caller, reader: Caller, foreign: Any) -> None:
    uid = foreign.uid
    before = database()
    refused = [
        reader("POST", "/toys", {"name": "x"}),
        reader("PATCH", f"/toys/{uid}", {"name": "x"}, if_match="*"),
        reader("DELETE", f"/toys/{uid}"),
        reader("PUT", f"/toys/{uid}/tags/x"),
        reader("PUT", "/makers/by/name/x", {}),
        reader("POST", f"/toys/{uid}/files?name=a", b"x", content_type="text/plain"),
        owner("PATCH", f"/toys/{uid}", {"name": "x", "pieces": "many"}, if_match="*"),
        owner("PATCH", f"/toys/{uid}", {"name": "x"}, if_match='"7"'),
        owner("POST", "/makers", {"name": "x", "owner": str(uuid7())}),
        owner("POST", "/toys", b"{", content_type="application/json"),
        owner("POST", "/toys", b"{}", content_type="text/plain"),
    ]
    assert [reply.status for reply in refused] == [403, 403, 403, 403, 404, 403, 422, 412, 422, 400, 415]
    assert database() == before

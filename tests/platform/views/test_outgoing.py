"""Settings → Outgoing: who may see it, what it shows, what can be done there; the mails that were caught."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from rapport.base.clock import now
from rapport.config.catcher import Catcher
from rapport.parties.party import PARTY
from rapport.platform import actions, records
from rapport.platform.accounts.models import User
from rapport.platform.audit.models import AuditEntry
from rapport.platform.outbox import Effect, courier
from rapport.platform.outbox.models import Hold
from rapport.platform.webhooks.webhook import WEBHOOK, Webhook, secrets_of
from tests.make import actor_as, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    client = Client()
    client.force_login(make_user("Olga", roles=("owner",), email="olga@house.example"))
    return client


def write(owner: Client) -> Effect:
    ana = make_person("Ana Berg", email="ana@acme.example")
    actor = actor_as(make_user("Mara", roles=("sales",), email="mara@house.example"))
    actions.run(actor, PARTY, ana, "write_mail", {"subject": "Your <b>roof</b>", "body": "Hello"})
    return Effect.objects.get()


def test_it_is_for_those_who_keep_the_house() -> None:
    client = Client()
    client.force_login(make_user(roles=("sales",)))
    for path in ("/settings/outgoing", "/settings/outgoing/caught"):
        assert client.get(path).status_code == 403
    assert client.post("/settings/outgoing/hold").status_code == 403
    assert not Hold.objects.exists()


def test_what_waits_is_shown_held_released_and_taken_back(owner: Client) -> None:
    effect = write(owner)
    page = owner.get("/settings/outgoing").content.decode()
    assert ">Your &lt;b&gt;roof" in page
    owner.post("/settings/outgoing/hold")
    assert "Nothing leaves the house since" in owner.get("/settings/outgoing").content.decode()
    Effect.objects.update(not_before=now() - timedelta(seconds=1))
    assert courier.carry_all() == 0
    owner.post("/settings/outgoing/release")
    owner.post(f"/settings/outgoing/{effect.pk}/cancel")
    effect.refresh_from_db()
    assert (effect.state, effect.reason) == ("cancelled", "Taken back by Olga")
    assert owner.post(f"/settings/outgoing/{effect.pk + 1}/again").status_code == 404


def test_caught_mails_are_shown_as_they_would_arrive(owner: Client, settings: object, tmp_path: Path) -> None:
    settings.CAUGHT_MAIL = tmp_path  # type: ignore[attr-defined]  # Django's own fixture
    catcher = Catcher(tmp_path)
    catcher.start()
    try:
        write(owner)
        Effect.objects.update(not_before=now() - timedelta(seconds=1))
        courier.carry_all()
    finally:
        catcher.stop()
    page = owner.get("/settings/outgoing/caught").content.decode()
    assert "Your &lt;b&gt;roof" in page
    (name,) = [path.stem for path in tmp_path.glob("*.eml")]
    one = owner.get(f"/settings/outgoing/caught/{name}").content.decode()
    assert "ana@acme.example" in one
    assert "Hello" in one
    assert owner.get("/settings/outgoing/caught/../../secret_key").status_code == 404
    settings.CATCH_MAIL = False  # type: ignore[attr-defined]  # Django's own fixture
    assert owner.get("/settings/outgoing/caught").status_code == 404


def test_a_webhook_shows_its_secret_to_who_keeps_the_house_and_the_trail_says_so(owner: Client) -> None:
    olga = User.objects.get(email="olga@house.example")
    made: Webhook = records.create(actor_as(olga), WEBHOOK, {"name": "Shop", "url": "https://shop.example/hook"})
    (secret,) = secrets_of(made)
    page = owner.get("/settings/webhooks").content.decode()
    assert "https:&#x2f;&#x2f;shop.example" in page
    assert secret not in page
    assert secret.replace("/", "&#x2f;") in owner.post(f"/settings/webhooks/{made.pk}/secret").content.decode()
    assert AuditEntry.objects.get(kind="secret_shown").record_id == made.pk
    owner.post(f"/settings/webhooks/{made.pk}/test")
    assert Effect.objects.get().payload["body"]["type"] == "test"

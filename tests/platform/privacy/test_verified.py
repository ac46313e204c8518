"""An erasure changes Events that nobody may change: the triggers let it, and the audit trail still holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from rapport.platform.audit import guard
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.seal import seal
from rapport.platform.audit.verify import verify
from rapport.platform.events.models import Event
from rapport.platform.privacy import erase
from rapport.platform.privacy.subject import gather
from tests.make import SYSTEM, make, make_interaction, make_person, make_purpose
from tests.platform.audit import trails


@pytest.mark.django_db
def test_the_trail_holds_after_an_erasure_and_breaks_by_a_forgery(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.KEY_RING, settings.AUDIT_KEYS = tmp_path, "", []
    guard.install(connection)
    assert guard.missing() == []
    ana, bob = make_person("Ana Berg", email="ana@acme.example"), make_person("Bob")
    make("consent", party=ana, purpose=make_purpose(), state="given", source="fair of Ana Berg")
    make_interaction("note", customer=ana, body="Ana Berg said so")
    trails.settle()
    seal()
    assert verify().seals > 0 and verify().problem is None
    asked = erase.request(SYSTEM, ana, reason="Art. 17")
    erase.forget(SYSTEM, asked, gather(ana))
    assert not Event.objects.filter(party_id=ana.pk).exclude(changes={}).exists()
    assert AuditEntry.objects.filter(kind="redacted").exists()
    trails.settle()
    seal()
    found = verify()
    assert (found.problem, guard.missing()) == (None, [])
    # The same change without the erasure's word for it is seen; any other column is not even let go of.
    Event.objects.filter(object="party", record_id=bob.pk).update(changes={}, reason="")
    assert verify().problem is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(record_id=bob.pk).update(actor_id=7)

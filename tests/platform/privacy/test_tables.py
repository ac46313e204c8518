"""Every table that could hold a word about somebody is reached by an erasure, or says here why it holds none.

A new table, or a new column of text in one that had none, fails here until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from rapport.platform.objects import registry
from rapport.platform.privacy.own_stores import SWEPT
from rapport.platform.privacy.stores import stores
from rapport.platform.privacy.subject import belonging, has_subjects

TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
# Tables beside the records, and the store that takes somebody out of them.
STORE = {
    "platform_attachment": "files",
    "platform_body": "search words",
    "platform_follow": "notifications",
    "platform_idempotencykey": "kept answers",
    "platform_importhistory": "undo of imports",
    "platform_misspelling": "search words",
    "platform_notification": "notifications",
    "platform_notice": "notifications",
    "platform_searchword": "search words",
    "platform_share": "shares",
    "platform_storedfile": "files",
    "platform_tag": "tags",
    "platform_tagging": "tags",
    "platform_vocabulary": "search words",
    "interactions_participant": "parts in conversations",
}
SYSTEM = "of the engine: names of tables, kinds and workers"
HOUSE = "what the house set up: words about nobody outside of it"
STAFF = "about people of the house, who are no customers; their accounts end another way"
NOTHING = {
    "django_content_type": SYSTEM,
    "auth_group": SYSTEM,
    "auth_permission": SYSTEM,
    "platform_auditentry": "records by number, addresses people of the house came from; no values of records",
    "platform_auditseal": SYSTEM,
    "platform_auditseen": "records by number",
    "platform_counter": SYSTEM,
    "platform_event": "silenced by `privacy.history`, for it is append-only",
    "platform_ended": "records by uid; reasons are refusals of our own",
    "platform_processingactivity": HOUSE,
    "platform_retentionrule": HOUSE,
    "platform_erasure": "the receipt: by the uid of what is left; the reason says no name",
    "platform_suppressed": "keyed digests, by which they are known again on purpose",
    "platform_fieldrule": HOUSE,
    "platform_grant": HOUSE,
    "platform_hold": HOUSE,
    "platform_house": HOUSE,
    "platform_layout": HOUSE,
    "platform_ownfield": HOUSE,
    "platform_ownobject": HOUSE,
    "platform_provider": HOUSE,
    "platform_rate": HOUSE,
    "platform_role": HOUSE,
    "platform_wishes": HOUSE,
    "platform_accountlink": STAFF,
    "platform_identity": STAFF,
    "platform_passkey": STAFF,
    "platform_recoverycode": STAFF,
    "platform_session": STAFF,
    "platform_signinattempt": STAFF,
    "platform_team": STAFF,
    "platform_token": STAFF,
    "platform_totp": STAFF,
    "platform_user": STAFF,
    "interactions_senderaddress": STAFF,
    "interactions_template": HOUSE,
    "parties_purpose": HOUSE,
    "parties_wording": HOUSE,
    "sales_line": "products and prices of a deal, which the accounts need",
    "sales_pipeline": HOUSE,
    "sales_product": HOUSE,
    "sales_stage": HOUSE,
    "platform_entry": "records of own kinds: reached where they belong to somebody; see what is not covered",
    "sales_buyingrole": "falls with its person or stays without a word of theirs",
}


def holding_text() -> Iterator[str]:
    """Every table of the product with a column that could hold words."""
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("tests.") and any(
            isinstance(one, TEXT) for one in model._meta.concrete_fields
        ):
            yield model._meta.db_table


def of_somebody() -> set[str]:
    """Tables of records that are somebody's or belong to somebody."""
    bases = [obj for obj in registry.all() if not obj.of]
    subjects = [obj for obj in bases if has_subjects(obj)]
    return {one.table for obj in subjects for one in (obj, *belonging(obj))}


def test_every_table_with_words_is_reached_or_says_why_not() -> None:
    decided = of_somebody() | set(STORE) | set(NOTHING) | {model._meta.db_table for model in SWEPT}
    assert sorted(set(holding_text()) - decided) == []


def test_every_decision_is_about_a_table_there_is_and_a_store_there_is() -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert sorted((set(STORE) | set(NOTHING)) - known) == []
    assert sorted(set(STORE.values()) - set(stores())) == []
    assert sorted(set(NOTHING) & (of_somebody() | set(STORE))) == []

"""Following: whoever may read a record may follow it; its owner does unless they said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.access import Fragment, find
from rapport.platform.fields import Reference
from rapport.platform.notifications.models import Follow
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object


def follow(actor: Actor, obj: Object, record_id: int) -> None:
    """Be told from now on when something changes. Raises NotFound."""
    _say(actor, obj, record_id, following=True)


def unfollow(actor: Actor, obj: Object, record_id: int) -> None:
    """Be told no more, even as the owner. Raises NotFound."""
    _say(actor, obj, record_id, following=False)


def _say(actor: Actor, obj: Object, record_id: int, *, following: bool) -> None:
    if actor.user_id is None:
        raise PermissionDenied(_("Only people follow records."))
    record = find(actor, obj, record_id)
    values = {"following": following, "at": now()}
    Follow.objects.update_or_create(object=obj.access_key, record_id=record.pk, user_id=actor.user_id, defaults=values)


def begin(obj: Object, record_id: int, user_ids: set[int]) -> None:
    """Those who were named follow from now on, unless they once said they do not want to."""
    moment = now()
    Follow.objects.bulk_create(
        [Follow(object=obj.access_key, record_id=record_id, user_id=pk, at=moment) for pk in sorted(user_ids)],
        ignore_conflicts=True,
    )


def is_following(actor: Actor, obj: Object, record: Any) -> bool:
    """Whether this actor follows the record; one query."""
    said = Follow.objects.filter(object=obj.access_key, record_id=record.pk, user_id=actor.user_id or 0)
    return follows(actor, obj, record, said.values_list("following", flat=True).first())


def follows(actor: Actor, obj: Object, record: Any, said: bool | None) -> bool:
    """Whether this actor follows the record, who said so, the contrary, or nothing."""
    return actor.user_id in owners(obj, record) if said is None else bool(said)


def said_sql(actor: Actor, obj: Object) -> Fragment:
    """What this actor said about following a row under the alias `t`; for those who read the row itself."""
    where = "f.object = %s AND f.record_id = t.id AND f.user_id = %s"
    text = f"(SELECT f.following FROM platform_follow f WHERE {where})"  # noqa: S608  # names only, values are bound
    return Fragment(text, (obj.access_key, actor.user_id or 0))


def followers(obj: Object, record: Any) -> set[int]:
    """Everybody who follows it, whether they may still read it or not; one query."""
    said = dict(Follow.objects.filter(object=obj.access_key, record_id=record.pk).values_list("user_id", "following"))
    return {pk for pk, following in said.items() if following} | {pk for pk in owners(obj, record) if pk not in said}


def owners(obj: Object, record: Any) -> set[int]:
    """The people whose record it is, by the fields that say so."""
    found = {getattr(record, f"{key}_id", None) for key in owner_fields(obj)}
    return {pk for pk in found if pk is not None}


def owner_fields(obj: Object) -> list[str]:
    """The fields that say whose a record is."""
    user = registry.get("user")
    base = obj.base
    fields = ((key, base.fields.get(key)) for key in base.mine)
    return [key for key, field in fields if isinstance(field, Reference) and field.target is user]

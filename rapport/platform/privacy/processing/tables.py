"""The generated parts of the record of processing: what is held, how long, who gets it, what protects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.platform.access.models import Role
from rapport.platform.access.rules import class_words
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.audit.proof import standing
from rapport.platform.objects import registry
from rapport.platform.privacy.retention.rule import RETENTION_RULE, RetentionRule
from rapport.platform.privacy.subject import belonging, has_subjects, is_personal
from rapport.platform.sealing import keyring
from rapport.platform.webhooks.webhook import Webhook
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui import formats

if TYPE_CHECKING:
    from rapport.platform.objects import Object

Row = Sequence[str]
Tell = Callable[[], tuple[Row, list[Row]]]


@dataclass(frozen=True)
class Table:
    """One part as it stands today: a head and rows of plain words."""

    key: str
    label: str
    head: Row
    rows: list[Row]


_tables: dict[str, tuple[int, str, Tell]] = {}


def table(key: str, *, label: str, order: int) -> Callable[[Tell], Tell]:
    """Add a part: the function gives its head and its rows."""

    def add(function: Tell) -> Tell:
        _tables[key] = (order, label, function)
        return function

    return add


def tables() -> list[Table]:
    """Every part, made now."""
    found = sorted(_tables.items(), key=lambda one: (one[1][0], one[0]))
    return [Table(key, str(label), *tell()) for key, (_order, label, tell) in found]


@table("held", label=_lazy("What is held"), order=10)
def held() -> tuple[Row, list[Row]]:
    """Every kind of record that is somebody's, belongs to somebody or has personal fields, own kinds too."""
    head = (_("Kind of record"), _("Fields by class"), _("When its person is erased"))
    return head, [(str(obj.plural), _classes(obj), _ending(obj)) for obj in _concerned()]


def _concerned() -> Iterator[Object]:
    bases = [obj for obj in registry.all() if not obj.of]
    theirs = {one.key for obj in bases if has_subjects(obj) for one in (obj, *belonging(obj))}
    for obj in bases:
        if obj.key in theirs or any(is_personal(field) for field in obj.fields.values()):
            yield obj


def _classes(obj: Object) -> str:
    """As personal: Name, E-mail; sensitive: Income"; the ordinary ones by their number."""
    parts = []
    for name in ("personal", "sensitive"):
        labels = [str(field.label) for field in obj.own_fields.values() if field.sensitivity == name]
        if labels:
            parts.append(f"{class_words(name)}: {', '.join(labels)}")
    rest = sum(field.sensitivity in ("public", "standard") for field in obj.own_fields.values())
    return "; ".join([*parts, _("{n} ordinary fields").format(n=rest)])


def _ending(obj: Object) -> str:
    if has_subjects(obj):
        return _("emptied")
    if obj.keeps:
        return _("stays without a word of theirs: {why}").format(why=obj.keeps)
    return _("removed, or emptied where others point at it") if obj.path else _("stays: it belongs to nobody")


@table("retention", label=_lazy("Periods of erasure"), order=30)
def periods() -> tuple[Row, list[Row]]:
    """Every retention rule."""
    head = (_("Rule"), _("Kind of record"), _("Means"), _("Then"), _("State"), _("Why so long"))
    rules = RetentionRule.objects.filter(archived_at=None).order_by("name")
    return head, [_rule(one) for one in rules]


def _rule(one: RetentionRule) -> Row:
    obj = registry.get(one.object) if registry.has(one.object) else None
    words = {}
    for key in ("ending", "state"):
        option = RETENTION_RULE.field(key).option(getattr(one, key))  # type: ignore[attr-defined]  # both are Choices
        words[key] = str(option.label) if option else ""
    return one.name, str(obj.plural) if obj else one.object, one.text, words["ending"], words["state"], one.because


@table("recipients", label=_lazy("Recipients"), order=40)
def recipients() -> tuple[Row, list[Row]]:
    """Where data can leave to, as it is set up: endpoints, the mail server, providers of sign-in."""
    head = (_("Way"), _("To"), _("What"))
    rows: list[Row] = [
        (_("Webhook"), f"{one.name} ({urlsplit(one.url).hostname or ''})", one.kinds)
        for one in Webhook.objects.filter(is_on=True, archived_at=None).order_by("name")
    ]
    server = urlsplit(str(getattr(settings, "MAIL_URL", "") or "")).hostname
    if server:
        rows.append((_("Mail server"), server, _("every mail that is sent")))
    for provider in Provider.objects.filter(is_on=True).order_by("name"):
        rows.append((_("Provider of sign-in"), f"{provider.name} ({provider.issuer})", _("people of the house only")))
    return head, rows


@table("measures", label=_lazy("Measures of security"), order=50)
def measures() -> tuple[Row, list[Row]]:
    """What Rapport does by itself, with where it stands."""
    trail = standing()
    factor = ", ".join(role.label for role in Role.objects.filter(needs_factor=True).order_by("pk"))
    where = _("in the environment") if keyring.is_in_environment() else _("in the data folder")
    holds = trail.problem or (formats.moment(trail.verified_at) if trail.verified_at else _("not verified yet"))
    return (_("Measure"), _("How it stands")), [
        (_("Secrets are sealed with AES-256-GCM; the keys are outside of the database"), where),
        (_("The audit trail is chained and verified every day"), holds),
        (_("A second factor is demanded of"), factor or _("nobody")),
        (_("Rights by record and by class of field, asked at every address"), _("always")),
    ]

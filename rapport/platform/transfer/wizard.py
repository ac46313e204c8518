"""What the wizard asks and shows, without a page: which Objects, which column becomes what, what unknown values may
mean.

This page edits the mapping of one record per row, column by column; `wizard_records` those of several records.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.base.countries import country_codes, country_name
from rapport.platform.access import readable, visible, writable
from rapport.platform.fields import Address, Choice, MoneyField, MultiChoice, Reference, ReferenceAny, ReferenceMany
from rapport.platform.objects import Object, registry
from rapport.platform.transfer import suggest
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.mapping import Mapping, Source, Target, read_mapping
from rapport.platform.transfer.match import UID, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.transfer.models import Import

KNOWN_NAMES = 5_000
ASKED = 40  # unknown values on one page


def objects(actor: Actor) -> list[Object]:
    """What this actor may bring in, by name; of a family the kinds, not the whole."""
    found = [
        obj
        for obj in registry.all()
        if not (not obj.of and any(registry.family(obj)))
        and (actor.may(obj, "create") != "none" or actor.may(obj, "edit") != "none")
        and writable(actor, obj)
        and (obj.navigation or obj.quick)
    ]
    return sorted(found, key=lambda obj: str(obj.plural).lower())


def best_object(actor: Actor, facts: Facts) -> str:
    """The Object whose fields the columns resemble most."""
    scores = {
        obj.key: sum(score for _path, score in suggest.suggest(actor, obj, facts.columns).values())
        for obj in objects(actor)
    }
    return max(scores, key=lambda key: (scores[key], key), default="")


def is_simple(mapping: Mapping) -> bool:
    """Whether the page of columns can show it: one record per row, each field from one column."""
    if len(mapping.targets) != 1:
        return False
    target = mapping.targets[0]
    plain = all(source.column and not source.columns for source in target.fields.values())
    one_each = len({source.column for source in target.fields.values()}) == len(target.fields)
    return plain and one_each and not target.history and not target.skip and not mapping.skip


def choices_of(actor: Actor, obj: Object) -> list[tuple[str, str]]:
    """(path, label) of everything a column can become."""
    found = []
    for path, (field, _names) in suggest.targets_of(actor, obj).items():
        part = path.partition(".")[2]
        found.append((path, f"{field.label}: {_part_label(part)}" if part else str(field.label)))
    return [*sorted(found, key=lambda pair: pair[1].lower()), (UID, _("uid (from an export of ours)"))]


def _part_label(part: str) -> str:
    words = {
        "street": _("street"),
        "extra": _("addition"),
        "postal_code": _("postal code"),
        "city": _("city"),
        "region": _("region"),
        "country": _("country"),
    }
    return words.get(part, part)


def columns(actor: Actor, obj: Object, facts: Facts, mapping: Mapping) -> list[dict[str, Any]]:
    """Each column with samples, what it becomes, and what may be said about that."""
    fields = mapping.targets[0].fields if mapping.targets else {}
    by_column = {source.column: (path, source) for path, source in fields.items()}
    seen = readable(actor, obj)
    found = []
    for place, column in enumerate(facts.columns):
        path, source = by_column.get(column.name, ("", Source()))
        field = seen.get(path.partition(".")[0])
        found.append(
            {
                "place": place,
                "name": column.name,
                "samples": column.samples,
                "kind": column.kind,
                "path": path,
                "source": source,
                "aliases": "\n".join(f"{key} = {value}" for key, value in source.aliases.items()),
                "is_reference": isinstance(field, Reference | ReferenceMany | ReferenceAny),
                "is_money": isinstance(field, MoneyField),
                "key": any(path in keys for target in mapping.targets for keys in target.keys) if path else False,
            }
        )
    return found


def from_form(form: Dict[str, Any], obj: Object, facts: Facts, before: Mapping) -> Mapping:
    """The mapping that the page of columns says. What the page does not show is kept from `before`."""
    old = before.targets[0].fields if before.targets else {}
    fields: dict[str, Source] = {}
    for place, column in enumerate(facts.columns):
        path = str(form.get(f"to_{place}", ""))
        if not path or path in fields:
            continue
        kept = old.get(path, Source())
        fields[path] = replace(
            kept if kept.column == column.name else Source(),
            column=column.name,
            missing=str(form.get(f"missing_{place}", "")),
            currency=str(form.get(f"currency_{place}", "")).strip().upper(),
            scale=str(form.get(f"scale_{place}", "")).strip(),
            aliases=read_aliases(str(form.get(f"aliases_{place}", ""))),
        )
    asked = form.get("keys", [])
    keys = tuple(path for path in fields if path in (asked if isinstance(asked, list) else [asked]))
    target = Target(
        obj.key,
        obj.key,
        (keys,) if keys else (),
        fields,
        blank="clear" if form.get("blank") == "clear" else "keep",
        mode=str(form.get("mode", "both")),
    )
    return replace(before, targets=(target,)) if before.targets else Mapping(name=str(obj.plural), targets=(target,))


def read_aliases(text: str) -> dict[str, str]:
    """Lines such as "GTXPro = GTX Pro"."""
    pairs = (line.partition("=") for line in text[:20_000].splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _sign, value in pairs if key.strip()}


def current(found: Import) -> Mapping:
    return read_mapping(found.mapping) if found.mapping else Mapping()


def unknown_values(actor: Actor, found: Import) -> list[dict[str, Any]]:
    """Values the try did not know, each with those it may mean."""
    mapping = current(found)
    asked = []
    for text, count in list(found.trial.get("notes", {}).get("unknown", {}).items())[:ASKED]:
        step, key, value = json.loads(text)
        target = next((target for target in mapping.targets if target.name == step), None)
        if target is None or not registry.has(target.object):
            continue
        field = registry.get(target.object).fields.get(key.partition(".")[0])
        if field is not None:
            near = suggest.nearest_values(value, _known(actor, field, target.fields.get(key)))
            asked.append({"name": text, "label": str(field.label), "value": value, "count": count, "near": near})
    return asked


def _known(actor: Actor, field: Field[Any], source: Source | None) -> Iterable[str]:
    if isinstance(field, Address):
        return [country_name(code) for code in country_codes()]
    if isinstance(field, Choice | MultiChoice):
        return [str(option.label) for option in field.options]
    if isinstance(field, Reference | ReferenceMany):
        kind = registry.get(source.object) if source and source.object and registry.has(source.object) else field.target
        names = [key for key in names_of(actor, kind) if key != UID]
        by = kind.name if kind.name in names else (names[0] if names else "")
        return (
            list(visible(actor, kind).filter(archived_at=None).values_list(by, flat=True)[:KNOWN_NAMES]) if by else []
        )
    return []


def with_aliases(mapping: Mapping, meant: Dict[str, str]) -> Mapping:
    """The mapping where unknown values ("[step, field, value]") are given a meaning."""
    targets = {target.name: target for target in mapping.targets}
    for text, meaning in meant.items():
        step, key, value = json.loads(text)
        target = targets[step]
        path = key if key in target.fields else next(path for path in target.fields if path.partition(".")[0] == key)
        source = target.fields[path]
        changed = replace(source, aliases={**source.aliases, value: meaning})
        targets[step] = replace(target, fields={**target.fields, path: changed})
    return replace(mapping, targets=tuple(targets[target.name] for target in mapping.targets))


def told(counts: Dict[str, Any]) -> list[dict[str, Any]]:
    """Counts per Object in words, the rows first."""
    found = []
    for key, outcomes in counts.items():
        label = _("Rows") if key == "rows" else str(registry.get(key).plural) if registry.has(key) else key
        found.append(
            {"key": key, "label": label, "outcomes": {name: count for name, count in outcomes.items() if count}}
        )
    return found

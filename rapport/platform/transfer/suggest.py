"""Suggestions: which field a column is probably meant for, by its name in English or German and by what stands in it.

A name that is a field's key, label or synonym scores 100, one that resembles it 70–95, content that fits the field's
type
adds or takes a little. Each field is given once, the best pair first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from rapport.base.text import fold
from rapport.platform.access import NotFound, writable
from rapport.platform.fields import Address, Field, MoneyField, Reference, ReferenceAny
from rapport.platform.objects import registry
from rapport.platform.transfer.mapping import Mapping, Source, Target
from rapport.platform.transfer.match import UID
from rapport.ui.language import languages, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.transfer.facts import Column, Facts

ENOUGH = 78.0
# What files call things, folded. Key: a field's key, or a part of its key.
_WORDS = """
    name: account, account name, company, company name, organisation, organization, firma, firmenname, unternehmen,
    kunde, customer name, bezeichnung, title, titel, full name, user name, sales agent, agent, product, produkt, artikel
    first_name: given name, vorname, forename, firstname
    last_name: family name, surname, nachname, familienname, lastname
    email: e-mail, mail, e-mail address, email address, mailadresse, e-mail-adresse
    phone: telephone, tel, telefon, telefonnummer, phone number, mobile, handy, mobil, fon
    website: url, web, homepage, webseite, web site, domain, internet
    industry: sector, branche, industrie
    employees: number of employees, mitarbeiter, mitarbeiterzahl, headcount, staff
    revenue: annual revenue, umsatz, jahresumsatz, turnover, sales volume
    founded: year established, founded, established, gegruendet, gruendungsjahr, founding year, founded in
    parent: parent company, subsidiary of, muttergesellschaft, konzern, part of, gehoert zu
    customer: account, company, client, firma, kunde, organisation, organization
    owner: sales agent, sales rep, account owner, besitzer, verantwortlich, betreuer, zustaendig, salesperson
    manager: vorgesetzter, boss, supervisor, chef
    team: sales team, abteilung, department
    amount: value, close value, deal value, deal size, betrag, wert, auftragswert, volumen, summe
    price: sales price, list price, preis, listenpreis, unit price, einzelpreis
    stage: deal stage, phase, status, sales stage
    closes_on: close date, expected close, closing date, abschlussdatum, closed on
    opened_on: engage date, opened, open date, eroeffnet, created on
    external_id: opportunity id, id, external id, kennung, nummer, reference, lead id, deal id
    number: no, nr, number, kundennummer, customer number
    product: artikel, item, produkt
    description: notes, note, notiz, bemerkung, beschreibung, comment, kommentar
    tags: labels, keywords, schlagworte, stichworte, category, kategorie
    quantity: qty, menge, anzahl
    address: street, strasse, adresse, anschrift, address
    address.city: city, town, ort, stadt
    address.postal_code: zip, zip code, postal code, postcode, plz, postleitzahl
    address.country: country, land, office location, location
    address.region: state, region, bundesland, county, province
    birthday: date of birth, dob, birth date, geburtstag, geburtsdatum
    """


def _read_synonyms(text: str) -> dict[str, set[str]]:
    """From lines such as "name: account, firma"; a line without a key goes on with the one before."""
    found: dict[str, set[str]] = {}
    key = ""
    for line in text.strip().splitlines():
        before, colon, after = line.partition(":")
        key = before.strip() if colon else key
        found.setdefault(key, set()).update(
            word.strip() for word in (after if colon else line).split(",") if word.strip()
        )
    return found


SYNONYMS = _read_synonyms(_WORDS)
_FAMILIES = {
    "number": {"number", "money"},
    "money": {"money", "number"},
    "date": {"date", "datetime"},
    "boolean": {"boolean", "text", "choice"},
}
_KINDS = {"email": "email", "phone": "phone", "domain": "url"}


def suggest(actor: Actor, obj: Object, columns: Iterable[Column]) -> dict[str, tuple[str, float]]:
    """{column name: (field path, score 0–100)}; columns nothing fits are left out."""
    targets = targets_of(actor, obj)
    pairs = []
    for column in columns:
        name = fold(column.name).replace("_", " ").strip()
        for path, (field, names) in targets.items():
            score = _score(name, column, path, field, names)
            if score >= ENOUGH:
                pairs.append((score, column.name, path))
    given: dict[str, tuple[str, float]] = {}
    for score, column_name, path in sorted(pairs, key=lambda pair: -pair[0]):
        taken = {found[0] for found in given.values()}
        if column_name not in given and path not in taken:
            given[column_name] = (path, score)
    return given


def targets_of(actor: Actor, obj: Object) -> dict[str, tuple[Field[Any], set[str]]]:
    """{path: (field, folded names)} of everything a column can become; labels in English and German."""
    found: dict[str, tuple[Field[Any], set[str]]] = {}
    for key, field in writable(actor, obj).items():
        if isinstance(field, Address):
            for part in field.SIZES:
                names = {f"{key}.{part}", f"{key} {part}", *_synonyms(f"address.{part}")}
                found[f"{key}.{part}"] = (
                    field,
                    {fold(name) for name in names} | ({fold(part)} if part != "extra" else set()),
                )
        else:
            found[key] = (field, _names(key, field))
    return found


def _names(key: str, field: Field[Any]) -> set[str]:
    names = {key, key.replace("_", " "), *_synonyms(key)}
    for code in languages():
        with speaking(code):
            names.add(str(field.label))
    return {fold(name) for name in names}


def _synonyms(key: str) -> set[str]:
    return SYNONYMS.get(key, set())


def _score(name: str, column: Column, path: str, field: Field[Any], names: set[str]) -> float:
    if name in names or fold(column.name) in names:
        score = 100.0
    else:
        best = process.extractOne(name, names, scorer=fuzz.token_sort_ratio, score_cutoff=80)
        score = best[1] * 0.95 if best else 0.0
    kind = column.kind
    if kind in _KINDS:
        fits = field.kind == _KINDS[kind]
        score = max(score, 88.0) if fits else score - (0 if field.family in {"text", "reference"} else 60)
    elif (
        kind in _FAMILIES
        and kind != "boolean"
        and field.family not in _FAMILIES[kind] | {"text", "choice", "reference", "duration", "composite"}
    ) or (kind == "text" and column.samples and field.family in {"number", "money", "date", "datetime", "boolean"}):
        score -= 60
    # A key first, so that an exact name beats a synonym of another field.
    return score + (2 if name == fold(path).replace("_", " ") else 0)


def mapping_for(actor: Actor, key: str, facts: Facts) -> Mapping:
    """The mapping that goes by names alone. Raises NotFound for an unknown Object."""
    if not registry.has(key):
        raise NotFound(_("There is no object “%(key)s”.") % {"key": key})
    obj = registry.get(key)
    fields: dict[str, Source] = {}
    paths = paths_of_export(actor, obj, facts)
    by_column = suggest(
        actor,
        obj,
        [column for column in facts.columns if column.name not in paths and f"{column.name}.{UID}" not in paths],
    )
    for column in facts.columns:
        path = paths.get(column.name) or by_column.get(column.name, ("", 0.0))[0]
        if path:
            fields[path] = Source(column=column.name)
    # A whole family (everybody) can be changed by uid; what is new must be of some kind.
    mode = "update" if not obj.of and any(registry.family(obj)) else "both"
    return Mapping(name=str(obj.plural), targets=(Target(obj.key, obj.key, keys_for(obj, fields), fields, mode),))


def keys_for(obj: Object, fields: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """By what records are found: uid, else what the Object matches by and the file has, else its name."""
    given = set(fields)
    if UID in given:
        return ((UID,),)
    matching = tuple(keys for keys in (*obj.match, *obj.base.match) if set(keys) <= given)
    return tuple(dict.fromkeys(matching)) or (((obj.name,),) if obj.name in given else ())


def paths_of_export(actor: Actor, obj: Object, facts: Facts) -> dict[str, str]:
    """Columns named as our own export names them: uid, customer.uid, amount.currency, address.city."""
    allowed = writable(actor, obj)
    found = {UID: UID} if UID in facts.names else {}
    for name in facts.names:
        key, _dot, part = name.partition(".")
        field = allowed.get(key)
        if (
            (part == UID and isinstance(field, Reference))
            or (part == "currency" and isinstance(field, MoneyField) and key in facts.names)
            or (isinstance(field, Address) and part in field.SIZES)
            or (
                UID in found
                and field is not None
                and not part
                and f"{name}.{UID}" not in facts.names
                and not isinstance(field, Address | ReferenceAny)
            )
        ):
            found[name] = name
    return found


def nearest_values(value: str, known: Iterable[str]) -> list[str]:
    """Known values that an unknown one may be meant to be."""
    return [
        str(found[0])
        for found in process.extract(value[:200], list(known)[:5000], scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    ]

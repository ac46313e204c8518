"""Writes docs/reference/addresses.md: every address of the product, and who may come."""

from pathlib import Path

from rapport.platform import policies
from rapport.platform.actions import Action
from rapport.platform.objects import Object, registry
from tools.reference_objects import objects

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "addresses.md"
HEAD = """# Addresses

Generated from the addresses that Rapport resolves, by `make reference`; a test keeps it current.

Everything Rapport answers, and who may come. An address without a policy stops the start, of a plug-in too. That each
is what happens is [proved](../security/proofs.md): by a stranger, by somebody who has every right but the one that is
asked, by somebody the record does not belong to, and by an owner.

Besides, anybody may ask `/health/…` (whether the process lives and can work, no more) and `/static/…` (style sheets,
scripts, pictures of the program). The streams of open pages (`RAPPORT_LIVE_PORT`) ask with every piece of news as their
reader: session, account and rights of that moment.

| address | methods | who may come |
|---|---|---|
"""
VERBS = """
## Verbs

Each is run at `…/actions/{verb}`, on a record that may be seen, and asks for one right more on that very record.

| kind | verb | right |
|---|---|---|
"""


def text() -> str:
    rows = [row for address in policies.addresses() for row in _rows(address)]
    verbs = [_verb(obj, action) for obj in objects() for action in registry.get(obj.key).all_actions]
    return HEAD + "".join(rows) + VERBS + "".join(dict.fromkeys(verbs))


def _rows(address: policies.Address) -> list[str]:
    """One row for each policy: methods that share one stand together."""
    found: dict[str, list[str]] = {}
    for method, policy in address.policies():
        found.setdefault(policy.words if policy else "nobody", []).append(method)
    place = "/" + address.route.replace("^v1(?:/|$)", "v1/…").replace("|", "\\|")
    return [f"| `{place}` | {', '.join(methods)} | {words} |\n" for words, methods in found.items()]


def _verb(obj: Object, action: Action) -> str:
    return f"| {obj.key} | `{action.key}` | {action.needs} |\n"


def write() -> None:
    PAGE.write_text(text(), encoding="utf-8")

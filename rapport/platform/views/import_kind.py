"""A step of the wizard: a new kind of record for a file that fits none, with an own field for every column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform.custom.objects import keeps_definitions, only_keepers
from rapport.platform.transfer import propose, run
from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.models import Import, State
from rapport.platform.transfer.propose import Proposal
from rapport.platform.views import import_parts as parts
from rapport.platform.views.http import Request, go, page, render, toast

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor

NEW = "new"


def choice(actor: Actor) -> list[dict[str, Any]]:
    """What the first step offers beside the kinds there are, to those who may shape the house."""
    if not keeps_definitions(actor):
        return []
    return [{"value": NEW, "label": _("something new: make a kind of record for it"), "chosen": False}]


@page(methods=("GET", "POST"))
def kind(request: Request, pk: int) -> HttpResponse:
    """What the new kind is called, which column names its records, and what each column becomes."""
    only_keepers(request.actor, None, {})
    found = run.find_run(request.actor, pk)
    if found.state != State.DRAFT:
        return go(request, reverse("import_run", args=(found.pk,)))
    facts, file = Facts.from_plain(found.facts), Path(found.path)
    proposal = propose.propose(request.actor, file, facts, _title(found.name))
    problems: list[str] = []
    if request.method == "POST":
        proposal = _said(request, proposal)
        try:
            return _make(request, found, file, facts, proposal)
        except ValidationError as error:
            problems = error.messages
        except BadFile as error:
            problems = [str(error)]
    context = {
        "found": found,
        "steps": parts.steps(),
        "problems": problems,
        "fields": _fields(proposal),
        "columns": [_column(place, one) for place, one in enumerate(proposal.columns)],
    }
    return render(request, "platform/import/kind.html", context, status=422 if problems else 200)


def _title(name: str) -> str:
    """A file's name as words: "lead_scoring.csv.gz" becomes "Lead scoring"."""
    words = clean_line(name.split(".")[0].replace("_", " ").replace("-", " "), 60)
    return words[:1].upper() + words[1:]


def _said(request: Request, proposal: Proposal) -> Proposal:
    """The proposal with the words of the form; unknown columns and types stay as proposed."""
    given = request.POST
    types = {key for key, _label in propose.offered()}
    columns = []
    for place, one in enumerate(proposal.columns):
        wanted = given.get(f"type_{place}", one.type)
        label = clean_line(given.get(f"label_{place}", ""), 80) or one.label
        columns.append(replace(one, label=label, type=wanted if wanted in types else one.type))
    names = {one.column for one in proposal.columns}
    name = given.get("name", "")
    return replace(
        proposal,
        label=clean_line(given.get("label", ""), 80) or proposal.label,
        plural=clean_line(given.get("plural", ""), 80) or proposal.plural,
        name=name if name in names else proposal.name,
        columns=tuple(columns),
    )


def _make(request: Request, found: Import, file: Path, facts: Facts, proposal: Proposal) -> HttpResponse:
    ready = propose.changed(proposal, file, facts, [(one.column, one.type) for one in proposal.columns])
    ready = replace(ready, is_key=propose.names_differ(file, facts, ready.name))
    obj, mapping = propose.make(request.actor, ready)
    found.object, found.mapping, found.trial = obj.key, mapping.plain(), {}
    found.save(update_fields=["object", "mapping", "trial"])
    words = _("“{kind}” is made, with {n} fields.").format(kind=obj.plural, n=len(mapping.targets[0].fields))
    return go(request, reverse("import_columns", args=(found.pk,)), toast(words))


def _fields(proposal: Proposal) -> list[dict[str, Any]]:
    def text(name: str, label: str, value: str) -> dict[str, Any]:
        return {"name": name, "label": label, "widget": "text", "value": value, "required": True, "max_length": 80}

    named = [
        {"value": one.column, "label": one.column, "chosen": one.column == proposal.name} for one in proposal.columns
    ]
    help_ = (
        _("Every row has another value here, so a second import changes the records instead of doubling them.")
        if proposal.is_key
        else _("No column has another value in every row: each row becomes a record of its own.")
    )
    return [
        text("plural", _("Many are called"), proposal.plural),
        text("label", _("One is called"), proposal.label),
        {
            "name": "name",
            "label": _("What names a record"),
            "widget": "select",
            "required": True,
            "choices": named,
            "help": help_,
        },
    ]


def _column(place: int, one: propose.Proposed) -> dict[str, Any]:
    samples = ", ".join(one.answers[:6]) if one.answers else ", ".join(one.samples)
    return {
        "column": one.column,
        "samples": samples[:120],
        "label": {"name": f"label_{place}", "value": one.label},
        "type": {
            "name": f"type_{place}",
            "choices": [{"value": key, "label": label, "chosen": key == one.type} for key, label in propose.offered()],
        },
    }


urlpatterns = [path("import/<int:pk>/kind", kind, name="import_kind")]

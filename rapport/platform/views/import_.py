"""Import: drop a file, see how it was read, say what each column becomes, try it, bring it in, undo it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.text import slug
from rapport.platform.objects import registry
from rapport.platform.transfer import job, report, run, store, suggest, undo, wizard, wizard_records
from rapport.platform.transfer.errors import BadFile, BadMapping
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.mapping import Mapping, read_mapping_text, toml
from rapport.platform.transfer.models import OUTCOMES, Import, SavedMapping, State
from rapport.platform.transfer.tables import body
from rapport.platform.views import import_kind, import_records
from rapport.platform.views import import_parts as parts
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.http import body as form_body

if TYPE_CHECKING:
    from collections.abc import Iterable

MODES = ("GET", "POST")
TRIED = 2_000  # rows a try in the browser looks at
SHOWN_RUNS = 50
PREVIEW = 5


@page(methods=MODES)
def start(request: Request) -> HttpResponse:
    """Past runs, saved mappings, and where a file is dropped."""
    if request.method == "POST":
        return _take(request)
    return _start(request)


def _start(request: Request, error: str = "", status: int = 200) -> HttpResponse:
    runs = (
        Import.objects.all()
        if request.actor.rights.scope("import", "delete") == "all"
        else Import.objects.filter(user=request.actor.user_id)
    )
    context = {
        "error": error,
        "runs": [parts.run_row(found) for found in runs.select_related("user").order_by("-created_at")[:SHOWN_RUNS]],
        "mappings": SavedMapping.objects.order_by("name")[:100],
        "may": bool(wizard.objects(request.actor)),
    }
    return render(request, "platform/import/start.html", context, status=status)


def _take(request: Request) -> HttpResponse:
    upload, text = request.FILES.get("file"), request.FILES.get("mapping")
    if upload is None:
        return _start(request, _("Choose a file first."), 422)
    try:
        kept = store.keep(upload.name or "file", upload.chunks())
        found = run.begin(request.actor, kept)
        mapping = (
            read_mapping_text(text.read(1_000_001).decode("utf-8", "replace"))
            if text
            else _saved(request.POST.get("saved", ""))
        )
    except (BadFile, BadMapping) as error:
        return _start(request, str(error), 422)
    if mapping is not None:
        try:
            run.set_mapping(found, mapping, request.actor)
        except (BadMapping, BadFile) as error:
            Import.objects.filter(pk=found.pk).update(mapping=mapping.plain(), mapping_name=mapping.name)
            return go(request, reverse("import_columns", args=(found.pk,)), toast(str(error)[:300], "bad"))
        return go(request, reverse("import_check", args=(found.pk,)))
    return go(request, reverse("import_file", args=(found.pk,)))


def _saved(name: str) -> Mapping | None:
    from rapport.platform.transfer.mapping import read_mapping

    found = SavedMapping.objects.filter(name=name).first() if name else None
    return read_mapping(found.content) if found else None


# --- step 1: how the file is written ----------------------------------------------------------------------------------


@page(methods=MODES)
def file(request: Request, pk: int) -> HttpResponse:
    """How the file was read, and what its rows are."""
    found = _draft(request, pk)
    error = ""
    if request.method == "POST":
        try:
            return _say_facts(request, found)
        except (BadFile, BadMapping) as refusal:
            error = str(refusal)
    facts = Facts.from_plain(found.facts)
    lines = [line for _number, line in zip(range(PREVIEW), body(Path(found.path), facts), strict=False)]
    chosen = found.object or wizard.best_object(request.actor, facts)
    context = {
        "found": found,
        "facts": facts,
        "error": error,
        "steps": parts.steps(),
        "fields": parts.fact_fields(facts),
        "head_names": facts.names[:30],
        "lines": [[cell[:80] for cell in line.cells[:30]] for line in lines],
        "object_field": {
            "name": "object",
            "label": _("Each row is"),
            "widget": "select",
            "required": True,
            "choices": [
                {"value": obj.key, "label": str(obj.label), "chosen": obj.key == chosen}
                for obj in wizard.objects(request.actor)
            ]
            + import_kind.choice(request.actor),
        },
    }
    return render(request, "platform/import/file.html", context, status=422 if error else 200)


def _say_facts(request: Request, found: Import) -> HttpResponse:
    form, facts, path_ = request.POST, Facts.from_plain(found.facts), Path(found.path)
    header = form.get("header_row", "")
    said: dict[str, Any] = (
        {"header_row": int(header)} if header.isascii() and header.isdigit() and len(header) < 6 else {}
    )
    if facts.form == "csv":
        said |= {"separator": form.get("separator", facts.separator), "encoding": form.get("encoding", facts.encoding)}
    elif form.get("sheet") and form["sheet"] in facts.sheets and form["sheet"] != facts.sheet:
        path_, facts = store.read_form(Path(found.original), sheet=form["sheet"])
    if any(getattr(facts, key) != value for key, value in said.items()):
        facts = run.reread(facts, path_, **said)
    order, comma = form.get("date_order", ""), {"yes": True, "no": False}.get(form.get("decimal_comma", ""))
    facts = run.with_habits(facts, order if order in {"dmy", "mdy", "ymd"} else "", comma)
    key = form.get("object", "")
    if key == import_kind.NEW and not form.get("again"):
        found.facts, found.path, found.trial = facts.plain(), str(path_), {}
        found.save(update_fields=["facts", "path", "trial"])
        return go(request, reverse("import_kind", args=(found.pk,)))
    if key not in {obj.key for obj in wizard.objects(request.actor)}:
        raise BadFile(_("Say what each row is."))
    found.facts, found.path, found.trial = facts.plain(), str(path_), {}
    if form.get("again"):
        found.object = key
        found.save(update_fields=["facts", "path", "trial", "object"])
        return go(request, reverse("import_file", args=(found.pk,)))
    if key != found.object or not found.mapping:
        found.object, found.mapping = key, suggest.mapping_for(request.actor, key, facts).plain()
    found.save(update_fields=["facts", "path", "trial", "object", "mapping"])
    return go(request, reverse("import_columns", args=(found.pk,)))


# --- step 2: what each column becomes --------------------------------------------------------------------------------


@page(methods=MODES)
def columns(request: Request, pk: int) -> HttpResponse:
    """Each column with samples and its field; keys, references, units, spellings. Or the whole mapping as text."""
    found = _draft(request, pk)
    problems: list[str] = []
    mapping = _mapping_of(found)
    text = request.POST.get("text", "") if request.method == "POST" else ""
    facts = Facts.from_plain(found.facts)
    if request.method == "POST":
        try:
            mapping = _said(request, found, facts, mapping)
            clicked = import_records.click(request.actor, form_body(request), facts, mapping)
            if clicked is not None:
                place = len(clicked.targets) if request.POST.get("do") == "add" else 1
                Import.objects.filter(pk=found.pk).update(mapping=clicked.plain(), trial={})
                return go(request, f"{reverse('import_columns', args=(found.pk,))}#record-{place}")
            run.set_mapping(found, mapping, request.actor)
            run.try_out(found, request.actor, limit=TRIED)
            return go(request, reverse("import_check", args=(found.pk,)))
        except BadMapping as error:
            problems = error.problems
        except BadFile as error:
            problems = [str(error)]
    simple = wizard.is_simple(mapping) and registry.has(mapping.targets[0].object) and "text" not in request.POST
    context: dict[str, Any] = {
        "found": found,
        "steps": parts.steps(),
        "problems": problems,
        "simple": simple,
        "text": text or toml(mapping),
        "mapping": mapping,
        "add": import_records.record_choice(request.actor),
    }
    if not simple and wizard_records.is_clickable(mapping):
        context |= import_records.context(request.actor, facts, mapping)
    if simple:
        obj = registry.get(mapping.targets[0].object)
        context |= {
            "obj": obj,
            "columns": [
                parts.column_fields(column, wizard.choices_of(request.actor, obj))
                for column in wizard.columns(request.actor, obj, facts, mapping)
            ],
            "options": parts.option_fields(mapping),
        }
    return render(request, "platform/import/columns.html", context, status=422 if problems else 200)


def _said(request: Request, found: Import, facts: Facts, before: Mapping) -> Mapping:
    """The mapping as text, as blocks of records, or as the columns of one record. Raises BadMapping."""
    if "text" in request.POST:
        return read_mapping_text(request.POST["text"])
    if "r0_mode" in request.POST:
        return wizard_records.from_form(request.actor, form_body(request), facts, before)
    if not registry.has(found.object):
        raise ValidationError(_("Say first what the rows of this file are."))
    return wizard.from_form(form_body(request), registry.get(found.object), facts, before)


def _mapping_of(found: Import) -> Mapping:
    try:
        return wizard.current(found)
    except BadMapping:
        return Mapping()


# --- step 3: the try -------------------------------------------------------------------------------------------------


@page(methods=MODES)
def check(request: Request, pk: int) -> HttpResponse:
    """What would happen, without doing it; unknown values can be given a meaning."""
    found = _draft(request, pk)
    if not found.mapping:
        return go(request, reverse("import_file", args=(found.pk,)))
    try:
        if request.method == "POST":
            meant = {
                key.removeprefix("is_"): str(value).strip()
                for key, value in request.POST.items()
                if key.startswith("is_") and str(value).strip()
            }
            known = {item["name"] for item in wizard.unknown_values(request.actor, found)}
            run.set_mapping(
                found,
                wizard.with_aliases(
                    wizard.current(found), {key: value for key, value in meant.items() if key in known}
                ),
                request.actor,
            )
        if not found.trial:
            run.try_out(found, request.actor, limit=TRIED)
    except (BadMapping, BadFile) as error:
        return go(request, reverse("import_columns", args=(found.pk,)), toast(str(error)[:300], "bad"))
    if request.method == "POST":
        return go(request, reverse("import_check", args=(found.pk,)))
    trial = found.trial
    context = {
        "found": found,
        "steps": parts.steps(),
        "trial": trial,
        "figures": parts.figures(trial["counts"].get("rows", {})),
        "told": parts.told(trial["counts"]),
        "notes": parts.notes(trial["notes"]),
        "samples": [
            {"label": parts.outcome(key), "tone": parts.TONES.get(key, ""), "rows": rows}
            for key, rows in sorted(trial["samples"].items(), key=lambda pair: -len(parts.TONES.get(pair[0], "")))
            if key in {"refused", "warnings", "skipped"}
        ],
        "unknown": wizard.unknown_values(request.actor, found),
        "partial": trial["rows"] < trial["total"],
        "keyless": any(not target.keys for target in _mapping_of(found).targets),
    }
    return render(request, "platform/import/check.html", context)


# --- step 4: the run -------------------------------------------------------------------------------------------------


@page(methods=MODES)
def one(request: Request, pk: int) -> HttpResponse:
    """A run: its progress, then its report. POST begins it, or goes on with one that stopped."""
    found = run.find_run(request.actor, pk)
    if request.method == "POST":
        if found.state in {State.DRAFT, State.FAILED} and found.mapping:
            job.start(found, request.actor)
        return go(request, reverse("import_run", args=(found.pk,)))
    if found.state == State.DRAFT:
        return go(request, reverse("import_columns" if found.mapping else "import_file", args=(found.pk,)))
    return render(request, "platform/import/run.html", parts.run_page(found))


@page
def progress(request: Request, pk: int) -> HttpResponse:
    """The bar, asked for every second; at the end the page is loaded anew."""
    found = run.find_run(request.actor, pk)
    if found.state not in {State.QUEUED, State.RUNNING}:
        return HttpResponse(status=286, headers={"HX-Refresh": "true"})
    return render(request, "platform/import/progress.html", parts.run_page(found))


@page
def fates(request: Request, pk: int) -> HttpResponse:
    """Every row's fate as a CSV, the original columns kept."""
    found = run.find_run(request.actor, pk)
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in {*dict(OUTCOMES), "warnings"} else ""
    return _download(
        report.report(found, outcome=outcome),
        f"{slug(Path(found.name).stem) or 'import'}-{outcome or 'report'}.csv",
        "text/csv; charset=utf-8",
    )


def _download(pieces: Iterable[bytes], name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    response = StreamingHttpResponse(pieces, content_type=kind, headers=headers)
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


@page(methods=("POST",))
def take_back(request: Request, pk: int) -> HttpResponse:
    """Undo a run."""
    found = run.find_run(request.actor, pk)
    told = undo.undo_run(found, request.actor)
    removed, restored = sum(told.removed.values()), sum(told.restored.values())
    words = _("Undone: %(removed)s records taken out, %(restored)s put back.") % {
        "removed": removed,
        "restored": restored,
    }
    if told.kept_count:
        words += " " + _("%(count)s were left, see below.") % {"count": told.kept_count}
    return go(request, reverse("import_run", args=(found.pk,)), toast(words, "warn" if told.kept_count else "good"))


@page
def mapping_file(request: Request, pk: int) -> HttpResponse:
    """The mapping as a file people can read, keep and use on the command line."""
    found = run.find_run(request.actor, pk)
    text = toml(_mapping_of(found))
    return _download(
        [text.encode()], f"{slug(found.mapping_name) or 'mapping'}.toml", "application/toml; charset=utf-8"
    )


@page(methods=("POST",))
def save_mapping(request: Request, pk: int) -> HttpResponse:
    """Keep the mapping under a name, as a new version where the name is taken."""
    found = run.find_run(request.actor, pk)
    name = " ".join(request.POST.get("name", "").split())[:120]
    if not name or not found.mapping:
        raise ValidationError(_("Give the mapping a name."))
    kept = SavedMapping.objects.filter(name=name).first()
    values = {"content": {**found.mapping, "name": name}, "user_id": request.actor.user_id, "updated_at": now()}
    SavedMapping.objects.update_or_create(name=name, defaults={**values, "version": kept.version + 1 if kept else 1})
    return go(
        request, reverse("import_run", args=(found.pk,)), toast(_("The mapping “%(name)s” is kept.") % {"name": name})
    )


@page(methods=("POST",))
def forget(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away with its file."""
    found = _draft(request, pk)
    store.forget(Path(found.path), Path(found.original))
    found.delete()
    return go(request, reverse("import"), toast(_("The file was thrown away; nothing was brought in.")))


def _draft(request: Request, pk: int) -> Import:
    found = run.find_run(request.actor, pk)
    if found.state != State.DRAFT:
        raise ValidationError(_("This import has begun; its settings stand."))
    return found


urlpatterns = [
    path("import", start, name="import"),
    path("import/<int:pk>", one, name="import_run"),
    path("import/<int:pk>/file", file, name="import_file"),
    path("import/<int:pk>/columns", columns, name="import_columns"),
    path("import/<int:pk>/check", check, name="import_check"),
    path("import/<int:pk>/progress", progress, name="import_progress"),
    path("import/<int:pk>/report", fates, name="import_report"),
    path("import/<int:pk>/undo", take_back, name="import_undo"),
    path("import/<int:pk>/mapping", mapping_file, name="import_mapping"),
    path("import/<int:pk>/save", save_mapping, name="import_save"),
    path("import/<int:pk>/forget", forget, name="import_forget"),
]

"""`rapport import FILE --mapping FILE`: bring in a CSV, TSV or XLSX file."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from rapport.platform.access import Actor, NotFound, actor_for, system
from rapport.platform.accounts.models import User
from rapport.platform.custom import current
from rapport.platform.transfer import propose, report, run, store, suggest, undo
from rapport.platform.transfer.errors import BadFile, BadMapping
from rapport.platform.transfer.mapping import read_mapping_file
from rapport.platform.transfer.models import OUTCOMES, Import


class Command(BaseCommand):
    """Bring in a CSV, TSV or XLSX file, try it, go on with a run that was cut off, or undo one."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the file to bring in")
        parser.add_argument("--mapping", type=Path, help="TOML or JSON file that says which column becomes which field")
        parser.add_argument(
            "--object", default="", help="without a mapping: the object whose fields the columns are named after"
        )
        parser.add_argument(
            "--new-object",
            default="",
            metavar="NAME",
            help="without a mapping: make a kind of record of this name, with a field for every column",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--as", dest="email", default="", help="act with the rights of this user (e-mail address)")
        parser.add_argument("--undo", type=int, metavar="RUN", help="take a run back")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with a run that was cut off")
        parser.add_argument("--report", type=Path, help="write the fate of every row to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        current.follow()
        try:
            actor = self._actor(options["email"])
            if options["undo"] is not None:
                self._undo(run.find_run(actor, options["undo"]), actor)
            elif options["resume"] is not None:
                self._go(run.find_run(actor, options["resume"]), actor, options)
            else:
                self._bring(actor, options)
        except (BadFile, BadMapping, NotFound, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _actor(self, email: str) -> Actor:
        if not email:
            return system("rapport import", "command")
        user = User.objects.filter(email=email.strip().lower()).first()
        actor = actor_for(user.pk, "command") if user else None
        if actor is None:
            raise CommandError(_("Nobody with the address %(email)s may sign in.") % {"email": email})
        return replace(actor, surface="import")

    def _bring(self, actor: Actor, options: dict[str, Any]) -> None:
        if options["file"] is None:
            raise CommandError(_("Say which file: rapport import FILE --mapping FILE"))
        kept = store.keep_file(options["file"])
        found = run.begin(actor, kept)
        if options["mapping"]:
            mapping = read_mapping_file(options["mapping"])
        elif options["new_object"] and options["dry_run"]:
            self._propose(propose.propose(actor, Path(found.path), kept.facts, options["new_object"]))
            store.forget(Path(found.path), Path(found.original))
            found.delete()
            return
        elif options["new_object"]:
            obj, mapping = propose.make(
                actor, propose.propose(actor, Path(found.path), kept.facts, options["new_object"])
            )
            self.stdout.write(_("Made “%(kind)s” (%(key)s).") % {"kind": obj.plural, "key": obj.key})
        elif options["object"]:
            mapping = suggest.mapping_for(actor, options["object"], kept.facts)
        else:
            raise CommandError(
                _(
                    "Say how the columns are to be read: --mapping FILE, --object KEY to go by their names, "
                    "or --new-object NAME."
                )
            )
        run.set_mapping(found, mapping, actor)
        for remark in kept.facts.remarks:
            self.stdout.write(remark)
        if options["dry_run"]:
            trial = run.try_out(found, actor)
            self._tell(
                trial["counts"], trial["notes"], _("Tried %(rows)s of %(total)s rows; nothing was changed.") % trial
            )
            for sample in trial["samples"].get("refused", [])[:10]:
                self.stdout.write(_("  row %(row)s: %(reason)s") % sample)
            store.forget(Path(found.path), Path(found.original))
            found.delete()
            return
        self._go(found, actor, options)

    def _propose(self, proposal: propose.Proposal) -> None:
        self.stdout.write(
            _("Would make “%(kind)s”, named by “%(name)s”:") % {"kind": proposal.plural, "name": proposal.name}
        )
        for one in proposal.columns:
            self.stdout.write(f"  {one.column}: {one.type}")

    def _go(self, found: Import, actor: Actor, options: dict[str, Any]) -> None:
        try:
            found = run.go(found, actor)
        finally:
            if options["report"]:
                with options["report"].open("wb") as out:
                    out.writelines(report.report(found))
        self._tell(
            found.counts, found.notes, _("Run %(run)s: %(rows)s rows done.") % {"run": found.pk, "rows": found.done}
        )

    def _undo(self, found: Import, actor: Actor) -> None:
        told = undo.undo_run(found, actor)
        self.stdout.write(_("Run %(run)s is undone.") % {"run": found.pk})
        for words, counts in ((_("removed"), told.removed), (_("put back"), told.restored)):
            for key, count in counts.items():
                self.stdout.write(f"  {key}: {count} {words}")
        if told.kept_count:
            self.stdout.write(_("  not undone: %(count)s") % {"count": told.kept_count})
            for kept in told.kept[:20]:
                self.stdout.write(f"    {kept['object']} {kept['id']}: {kept['reason']}")

    def _tell(self, counts: dict[str, Any], notes: dict[str, Any], headline: str) -> None:
        self.stdout.write(headline)
        words = {key: str(label).lower() for key, label in OUTCOMES} | {"warnings": _("with remarks")}
        for group, found in counts.items():
            told = ", ".join(f"{count} {words.get(key, key)}" for key, count in found.items() if count)
            self.stdout.write(f"  {group}: {told}")
        labels = {"aliases": _("Read as"), "made": _("Created besides"), "missing": _("Not found"), "blank": _("Blank")}
        for kind, label in labels.items():
            for text, count in list(notes.get(kind, {}).items())[:20]:
                self.stdout.write(f"  {label}: {text} ({count})")

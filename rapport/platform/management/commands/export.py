"""`rapport export OBJECT`: write records to a CSV, XLSX or JSON lines file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from rapport.platform.access import actor_for, system
from rapport.platform.accounts.models import User
from rapport.platform.custom import current
from rapport.platform.objects import registry
from rapport.platform.query import QueryError
from rapport.platform.transfer.export import FORMS, Form, everything, export


class Command(BaseCommand):
    """Write all fields of an Object's records, in a form that can be brought in again."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("object", help="which records: an object's key, such as organisation")
        parser.add_argument("--query", default="", help='which of them, such as "won and amount > 1000"')
        parser.add_argument("--format", default="", choices=["", *FORMS], help="csv (default), xlsx or jsonl")
        parser.add_argument("--output", type=Path, help="the file to write; without it, standard output")
        parser.add_argument("--as", dest="email", default="", help="act with the rights of this user (e-mail address)")

    def handle(self, *args: Any, **options: Any) -> None:
        current.follow()
        actor = system("rapport export", "command")
        if options["email"]:
            user = User.objects.filter(email=options["email"].strip().lower()).first()
            found = actor_for(user.pk, "command") if user else None
            if found is None:
                raise CommandError(_("Nobody with the address %(email)s may sign in.") % {"email": options["email"]})
            actor = found
        if not registry.has(options["object"]):
            keys = ", ".join(obj.key for obj in registry.all())
            raise CommandError(
                _("There is no object “%(key)s”. There are: %(keys)s") % {"key": options["object"], "keys": keys}
            )
        suffix = options["output"].suffix.lstrip(".").lower() if options["output"] else ""
        form = cast(Form, options["format"] or (suffix if suffix in FORMS else "csv"))
        try:
            pieces = export(
                actor, everything(actor, registry.get(options["object"]), options["query"]), form, whole=True
            )
        except (QueryError, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        if options["output"]:
            # Written beside and moved into place: a half file is never taken for a whole one.
            draft = options["output"].with_name(options["output"].name + ".part")
            with draft.open("wb") as out:
                out.writelines(pieces)
            draft.replace(options["output"])
        else:
            sys.stdout.buffer.writelines(pieces)

"""Pages of an export, each read with the rights of its moment.

Rights that shrink while a file is written act on its next page: rows that may no longer be exported are not in it, and
the file says so at its end. Where the right itself went, or a column or a name in the filter is hidden by now, the file
ends there, and says how far it came. What left before is in the trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from rapport.platform import audit, pace, query
from rapport.platform.access import renewed, require
from rapport.platform.access.renew import is_as_before
from rapport.platform.audit import kinds
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.audit.exports import Told
    from rapport.platform.query import Plan, Row

kinds.register("export_stopped", _lazy("Export stopped"), _lazy("{who} exports more {what} than an hour allows"))


class Pages:
    """The rows of a plan, page by page; `note` says at the end what is not in the file, "" where all of it is."""

    def __init__(self, actor: Actor, plan: Plan, told: Told) -> None:
        self.actor, self.plan, self.told, self.note = actor, plan, told, ""

    def __iter__(self) -> Iterator[Sequence[Row]]:
        while True:
            page = query.rows(self.actor, self.plan)
            self._count(len(page.rows))
            yield page.rows
            if not page.next or not self._may_go_on():
                return
            self.plan = self.plan.at(page.next)

    def _count(self, rows: int) -> None:
        """Brake whoever takes out the whole house, and tell those who keep it. Raises TooFast, also in mid-file."""
        try:
            pace.spend("rows", self.actor, "", rows)
        except pace.TooFast:
            audit.braked(self.actor, "export_stopped", object=self.plan.obj.key)
            raise
        self.told.count += rows

    def _may_go_on(self) -> bool:
        """Take on the rights of this moment; whether they still reach for this file."""
        number = formats.number(self.told.count)
        try:
            before, self.actor = self.actor, renewed(self.actor)
            if not is_as_before(before, self.actor):
                self._ask_again()
                words = _("Rights changed after {n} records: what may no longer be exported is missing from there on.")
                self.note = words.format(n=number)
        except (PermissionDenied, query.QueryError):
            self.told.is_whole = False
            words = _("Stopped after {n} records: the right to export them was taken away meanwhile.")
            self.note = words.format(n=number)
            return False
        return True

    def _ask_again(self) -> None:
        """Every name the plan holds, asked for with the new rights. Raises PermissionDenied, QueryError."""
        require(self.actor, self.plan.obj, "export")
        query.plan(self.actor, self.plan.obj, str(self.plan.query), select=[str(path) for path in self.plan.select])

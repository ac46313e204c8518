"""`rapport demo`: fill an empty database with the demonstration company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from rapport.base import clock
from rapport.demo import names, story
from rapport.platform.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Tells the story once; a database with users is left alone."""

    help = "Fill an empty database with the demonstration company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, without complaint, when there are users already"
        )

    def handle(self, *args: Any, if_empty: bool = False, **options: Any) -> None:
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError(
                "There are users in this database. The demonstration only goes into an empty one; nothing was changed."
            )
        begun = clock.monotonic()
        world = story.tell(lambda line: self.stdout.write(f"  {line} ..."))
        count = len(world.firms) + len(world.households) + len(world.people)
        self.stdout.write(
            f"Helianth Energie: {count} customers, suppliers and people, {len(world.deals)} deals "
            f"in {clock.monotonic() - begun:.0f} s."
        )
        self.stdout.write(
            f"Sign in as mara.lind@{names.DOMAIN} (sales manager) or jonas.keller@{names.DOMAIN} (owner), "
            f"password {names.PASSWORD}"
        )

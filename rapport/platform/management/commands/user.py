"""`rapport user`: make a user, set a password, give a role, list users."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from rapport.platform import access, records
from rapport.platform.access import administer
from rapport.platform.access.models import Role
from rapport.platform.accounts import factors, passwords
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from argparse import ArgumentParser

COMMAND_LINE = access.system("command line", "command")


class Command(BaseCommand):
    """Users from the command line, for the first hour and for emergencies."""

    help = "Make a user, set a password, give a role, list users."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a user who may sign in")
        create.add_argument("email")
        create.add_argument("--name", required=True)
        create.add_argument("--role", action="append", default=[], help="may be given several times; default: sales")
        password = verbs.add_parser("password", help="set a password (asked for, or read from standard input)")
        password.add_argument("email")
        lost = verbs.add_parser("factors", help="take away the second factors of somebody who lost theirs")
        lost.add_argument("email")
        role = verbs.add_parser("role", help="give a role")
        role.add_argument("email")
        role.add_argument("role")
        verbs.add_parser("list", help="everybody who may sign in")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        getattr(self, f"_{verb}")(options)

    def _create(self, options: dict[str, Any]) -> None:
        wanted = options["role"] or ["sales"]
        self._known_roles(wanted)
        password = _ask_password()
        try:
            passwords.check(password, User(name=options["name"], email=options["email"]))
            user = records.create(
                COMMAND_LINE,
                registry.get("user"),
                {"name": options["name"], "email": options["email"], "is_active": True},
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        passwords.change(COMMAND_LINE, user, password)
        administer.change_roles(COMMAND_LINE, user.pk, give=wanted)
        self.stdout.write(f"{user.name} may sign in as {user.email} ({', '.join(wanted)}).")

    def _password(self, options: dict[str, Any]) -> None:
        user = self._user(options["email"])
        password = _ask_password()
        try:
            passwords.change(COMMAND_LINE, user, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} has a new password.")

    def _factors(self, options: dict[str, Any]) -> None:
        if not factors.remove_all(COMMAND_LINE, self._user(options["email"])):
            raise CommandError(f"{options['email']} has no second factor. Nothing was changed.")
        self.stdout.write(f"{options['email']} signs in with the password alone until a new factor is set up.")

    def _role(self, options: dict[str, Any]) -> None:
        self._known_roles([options["role"]])
        administer.change_roles(COMMAND_LINE, self._user(options["email"]).pk, give=[options["role"]])
        self.stdout.write(f"{options['email']} now has the role {options['role']}.")

    def _list(self, options: dict[str, Any]) -> None:
        for user in User.objects.filter(is_active=True, archived_at=None).prefetch_related("roles").order_by("email"):
            self.stdout.write(f"{user.email}\t{user.name}\t{', '.join(role.key for role in user.roles.all())}")

    def _user(self, email: str) -> User:
        user: User | None = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"There is no user {email}. `rapport user list` shows all.")
        return user

    def _known_roles(self, wanted: list[str]) -> None:
        known = set(Role.objects.values_list("key", flat=True))
        for key in wanted:
            if key not in known:
                raise CommandError(f"There is no role {key}. Known: {', '.join(sorted(known))}.")


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise CommandError("The two did not match. Nothing was changed.")
    return first

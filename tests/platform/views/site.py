"""A visitor of the site: signed in by role, with toys to look at."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.base.money import Money
from rapport.platform import access, records
from rapport.platform.access import roles
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from tests.toyshop.models import Toy

SYSTEM = access.system("test")
PASSWORD = "a long sentence 1"
_numbers = count(1)


def make_user(*role_keys: str, name: str = "", **values: Any) -> User:
    """Somebody who may sign in."""
    number = next(_numbers)
    given = {"name": name or f"User {number}", "email": f"user{number}@house.example", "is_active": True, **values}
    user: User = records.create(SYSTEM, registry.get("user"), given)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    roles.install()
    roles.give(user.pk, *role_keys)
    return user


def visit(user: User, **options: Any) -> Client:
    """A browser in which the user is signed in."""
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def visit_as(*role_keys: str) -> Client:
    return visit(make_user(*role_keys))


def make_toys(number: int, **values: Any) -> list[Toy]:
    """Toys called Toy 0001, Toy 0002 …, 10 euros each unless said otherwise."""
    rows = [
        {"name": f"Toy {place:04}", "stage": "built", "price": Money(Decimal(10), "EUR"), **values}
        for place in range(1, number + 1)
    ]
    records.load(SYSTEM, registry.get("toy"), rows)
    return list(Toy.objects.order_by("-id")[:number])[::-1]


def queries_of(client: Client, url: str, **headers: str) -> list[str]:
    """The SQL of one request."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.content[:500]
    return [str(query["sql"]) for query in captured.captured_queries]

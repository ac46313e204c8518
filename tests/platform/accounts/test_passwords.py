"""Which passwords are taken, and that they are compared as typed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from rapport.base import clock
from rapport.platform.accounts import passwords
from rapport.platform.accounts.models import User
from rapport.platform.house import House
from tests.platform.accounts.door import SYSTEM
from tests.platform.views.site import make_user

pytestmark = pytest.mark.django_db
MARA = User(name="Mara Lindqvist", email="mara.lindqvist@nordlicht.example")
REFUSED = (
    *("short", "1234567890", "qwertyuiop", "Rapport2026!", "welcome-123", "mara lindqvist", "x" * 201),
    *("Nordlicht!99", "PASSWORD1234"),
)


@pytest.fixture(autouse=True)
def _house() -> None:
    House.objects.create(id=1, name="Nordlicht Werke", currency="EUR", started_at=clock.now())


@pytest.mark.parametrize("password", REFUSED)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        passwords.check(password, MARA)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "ünïcödé ist schön 🙂", "a" * 9 + "bcd" * 30, "my rapport with the customers"]
)
def test_any_kind_of_sentence_is_taken_and_compared_as_typed(password: str) -> None:
    user = make_user("sales")
    passwords.change(SYSTEM, user, password)
    assert passwords.is_right(user, password)
    for other in (password + " ", password[:-1], password.swapcase(), ""):
        assert not passwords.is_right(user, other)


def test_nobody_has_the_password_of_nobody() -> None:
    assert not passwords.is_right(None, "the password of nobody")

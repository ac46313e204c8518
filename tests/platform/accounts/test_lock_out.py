"""The lock: guessing is slow, and a stranger cannot use it against somebody's own device."""

from __future__ import annotations

import os
from statistics import median
from time import perf_counter

import pytest
from django.test import Client, override_settings

from rapport.platform.accounts import attempts, devices
from rapport.platform.accounts.attempts import SignInAttempt
from tests.platform.accounts.door import entries, is_in, knock, signed_in
from tests.platform.views.site import make_user

pytestmark = pytest.mark.django_db
SAMPLES = int(os.environ.get("RAPPORT_TEST_SAMPLES", "16"))
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def guess(user: object, times: int, address: str = "198.51.100.7") -> None:
    for _try in range(times):
        knock(Client(REMOTE_ADDR=address), str(user), "wrong")


def test_strangers_everywhere_close_the_account_for_strangers_but_not_for_its_owner() -> None:
    user = make_user("owner")
    mine = signed_in(user)
    mine.post("/sign-out")
    for number in range(attempts.PER_ACCOUNT):
        attempts.failed(str(user.email), f"198.51.100.{number}")
    assert knock(Client(REMOTE_ADDR="192.0.2.1"), user).status_code == 429
    assert knock(mine, user).headers["Location"] == "/"
    assert is_in(mine)


def test_a_stranger_behind_the_same_address_does_not_lock_my_device() -> None:
    user = make_user("owner")
    mine = signed_in(user)
    mine.post("/sign-out")
    guess(user.email, 6, "127.0.0.1")
    assert knock(Client(), user).status_code == 429
    assert knock(mine, user).headers["Location"] == "/"


def test_my_device_is_not_a_way_to_guess_without_end() -> None:
    user = make_user("owner")
    mine = signed_in(user)
    mine.post("/sign-out")
    answers = [knock(mine, user, "wrong").status_code for _try in range(attempts.PER_DEVICE + 1)]
    assert answers == [422] * attempts.PER_DEVICE + [429]


def test_a_device_of_one_account_is_a_stranger_to_another() -> None:
    first, second = make_user("owner"), make_user("owner")
    client = signed_in(first)
    client.post("/sign-out")
    for _try in range(5):
        knock(client, second, "wrong")
    assert knock(client, second).status_code == 429
    assert knock(client, first).headers["Location"] == "/"


def test_a_forged_device_is_none() -> None:
    user = make_user("owner")
    cookie = signed_in(user).cookies[devices.COOKIE].value
    assert devices.of({devices.COOKIE: cookie}, str(user.email))
    for place in range(0, len(cookie), 5):
        changed = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
        assert devices.of({devices.COOKIE: changed}, str(user.email)) == ""


def test_accounts_that_do_not_exist_lock_alike() -> None:
    user = make_user("owner")
    for email in (str(user.email), "nobody@house.example"):
        answers = [knock(Client(), email, "wrong").status_code for _try in range(6)]
        assert answers == [422] * 5 + [429]
        SignInAttempt.objects.all().delete()
    assert len(entries("sign_in_failed")) == 10


@pytest.mark.slow
@pytest.mark.once
@override_settings(PASSWORD_HASHERS=ARGON2)
@pytest.mark.parametrize("address", ["/sign-in", "/forgotten"])
def test_known_and_unknown_addresses_take_the_same_time(address: str) -> None:
    """Turn about, so that what else the machine does meets both; limits off, so that each is heard."""
    user = make_user("owner")
    user.set_password("a long sentence 1")
    user.save(update_fields=["password"])
    times: dict[str, list[float]] = {str(user.email): [], "nobody@house.example": []}
    client = Client()
    for turn in range(SAMPLES + 2):
        for email, taken in times.items():
            SignInAttempt.objects.all().delete()
            begun = perf_counter()
            client.post(address, {"email": email, "password": "nothing like it"})
            if turn > 1:
                taken.append(perf_counter() - begun)
    known, unknown = times.values()
    apart = abs(median(known) - median(unknown))
    assert apart < 0.005 or mann_whitney(known, unknown) > 0.01, f"{apart * 1000:.2f} ms apart"


def mann_whitney(first: list[float], second: list[float]) -> float:
    """Two-sided p by the normal approximation (Mann and Whitney 1947); no ties among clock readings."""
    from math import erfc, sqrt

    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    n, m = len(first), len(second)
    rank_sum = sum(rank for rank, (_value, group) in enumerate(ranked, start=1) if group == 0)
    u = rank_sum - n * (n + 1) / 2
    z = abs(u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return erfc(z / sqrt(2))

"""What the settings mean, and what is refused."""

import os
from pathlib import Path

import pytest

from rapport.config import environment as module
from rapport.config.environment import BadSettings, Environment, secret_key
from rapport.config.sqlite import library

SAFE = {
    "RAPPORT_ENV": "production",
    "RAPPORT_SECRET_KEY": "q8Jc2Wf7Zr0Kd5Yt1Lp9Xs3Vb6Nm4Hg_aEuIoQwRtYpSdFgHjKl",
    "RAPPORT_HOSTS": "crm.example.org",
    "RAPPORT_BASE_URL": "https://crm.example.org",
}


def problems(**variables: str) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        Environment.read({**SAFE, **variables})
    return refused.value.problems


def test_nothing_set_is_a_safe_development_machine() -> None:
    found = Environment.read({})
    assert (found.mode, found.debug, found.bind, found.hosts[0]) == ("development", False, "127.0.0.1", "localhost")
    assert found.database.vendor == "sqlite"


def test_complete_production_settings_are_accepted() -> None:
    found = Environment.read(SAFE)
    assert found.is_production and found.is_https and found.hosts == ["crm.example.org"]


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("RAPPORT_DEBUG", "1", "set RAPPORT_DEBUG=0"),
        ("RAPPORT_SECRET_KEY", "", "RAPPORT_SECRET_KEY is missing"),
        ("RAPPORT_SECRET_KEY", "short", "set 50 or more random characters"),
        ("RAPPORT_SECRET_KEY", "changeme" * 10, "easy to guess"),
        ("RAPPORT_HOSTS", "", "RAPPORT_HOSTS is not set"),
        ("RAPPORT_HOSTS", "*", "any name would be believed"),
        ("RAPPORT_HOSTS", "crm.example.org,*", "any name would be believed"),
        ("RAPPORT_BASE_URL", "", "RAPPORT_BASE_URL is not set"),
        ("RAPPORT_BASE_URL", "http://crm.example.org", "RAPPORT_PLAIN_HTTP=1"),
        ("RAPPORT_HOST", "crm.example.org", "did you mean RAPPORT_HOSTS?"),
        ("RAPPORT_ZZZ", "1", "RAPPORT_ZZZ is not a setting: remove it."),
    ],
)
def test_an_unsafe_production_setting_is_refused_with_what_to_set(name: str, value: str, says: str) -> None:
    found = problems(**{name: value})
    assert len(found) == 1 and says in found[0]


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("PORT", "web", "a whole number from 1 to 65535"),
        ("PORT", "9" * 1_000_000, "a whole number from 1 to 65535"),
        ("RAPPORT_DEBUG", "perhaps", "must be 1 or 0"),
        ("RAPPORT_ENV", "staging", "must be one of development, production"),
        ("RAPPORT_TIME_ZONE", "Mars/Olympus", "must be a time zone"),
        ("RAPPORT_CURRENCY", "euro", "three letters"),
        ("RAPPORT_BASE_URL", "crm.example.org", "https://crm.example.org"),
        ("RAPPORT_BASE_URL", "https://crm.example.org/path", "without a path"),
        ("DATABASE_URL", "mysql://localhost/x", "sqlite:/// or postgres://"),
        ("DATABASE_URL", "postgres://localhost", "name of one database"),
        ("DATABASE_URL", "postgres://localhost:port/x", "port"),
        ("DATABASE_URL", "sqlite://x.db", "three slashes"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSettings) as refused:
        Environment.read({name: value})
    assert refused.value.problems[0].startswith(name) and says.lower() in refused.value.problems[0].lower()


def test_all_problems_are_said_at_once() -> None:
    assert len(problems(PORT="0", RAPPORT_DEBUG="1", RAPPORT_HOSTS="*", RAPPORT_SECRET_KEY="")) == 4


def test_plain_http_is_allowed_where_one_says_so() -> None:
    assert not Environment.read({**SAFE, "RAPPORT_BASE_URL": "http://crm.lan", "RAPPORT_PLAIN_HTTP": "1"}).is_https


def test_a_development_machine_does_not_answer_others() -> None:
    with pytest.raises(BadSettings, match=r"lets other machines in.*RAPPORT_ENV=production"):
        Environment.read({"RAPPORT_BIND": "192.168.1.5"})


class OldSqlite:
    sqlite_version_info = (3, 45, 1)


def test_sqlite_with_the_wal_race_is_refused_unless_backported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "newest", lambda: OldSqlite)
    assert "SQLite 3.45.1 can corrupt the database" in problems()[0]
    assert Environment.read({**SAFE, "RAPPORT_SQLITE_BACKPORTED": "1"}).is_production
    assert Environment.read({**SAFE, "DATABASE_URL": "postgres://db/rapport"}).is_production


def test_a_database_password_is_never_repeated() -> None:
    found = Environment.read({"DATABASE_URL": "postgres://ann:s3cr%40t@db:5433/crm?sslmode=require"}).database
    assert (found.user, found.password, found.host, found.port, found.name) == ("ann", "s3cr@t", "db", "5433", "crm")
    assert found.options == {"sslmode": "require"}
    assert "s3cr" not in repr(found)
    with pytest.raises(BadSettings) as refused:
        Environment.read({"DATABASE_URL": "postgres://ann:s3cret@db/"})
    assert "s3cret" not in str(refused.value)


def test_a_development_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    environment = Environment.read({"RAPPORT_DATA_DIR": str(tmp_path / "data")})
    key = secret_key(environment)
    assert len(key) >= module.KEY_LENGTH and secret_key(environment) == key
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
    assert os.listdir(tmp_path / "data") == ["secret_key"]  # noqa: PTH208  # names are what is compared


def test_the_reference_of_settings_is_current() -> None:
    from tools.reference_settings import PAGE, text

    assert PAGE.read_text() == text(), "run `make reference`"

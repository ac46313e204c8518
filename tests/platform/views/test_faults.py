"""The database is away, busy or full: a clear page, nothing half done, reading goes on, and it heals by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from rapport.parties.party import Party
from tests.make import make_person, make_user
from tests.platform.jobs.database import shared

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer, and a file that can be full")
POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="a connection that a server can cut")


def visitor() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user("Olga", roles=("owner",)))
    return client


@SQLITE
def test_a_writer_that_does_not_let_go_is_waited_for_and_said(tmp_path: Path) -> None:
    with shared(tmp_path):
        client, ana = visitor(), make_person("Ana")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            answer = client.post("/settings/outgoing/hold")
            assert (answer.status_code, answer["Retry-After"]) == (503, "5")
            assert "One moment, please" in answer.content.decode()
            assert client.get(f"/people/{ana.pk}").status_code == 200
            cursor.execute("ROLLBACK")
        other.close()
        assert client.post("/settings/outgoing/hold").status_code in (200, 302, 303)


@SQLITE
def test_a_full_disk_is_said_and_reading_goes_on(tmp_path: Path) -> None:
    with shared(tmp_path):
        client, ana = visitor(), make_person("Ana")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE filler (content blob)")
            cursor.execute("PRAGMA max_page_count = 1")  # taken as: no larger than it is
            with pytest.raises(Exception, match="is full"):
                for _time in range(100):
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(1000))")
            new = {"given": "Bo", "family": "Long", "description": "x" * 9_000}
            answer = client.post("/people/new", new)
            assert answer.status_code == 507 and "No room left" in answer.content.decode()
            assert not Party.objects.filter(given="Bo").exists()
            assert client.get(f"/people/{ana.pk}").status_code == 200
            cursor.execute("PRAGMA max_page_count = 1000000")
        assert client.post("/people/new", new).status_code in (200, 302, 303)
        assert Party.objects.filter(given="Bo").count() == 1


@POSTGRESQL
def test_a_server_that_cuts_the_connection_is_said_and_heals() -> None:
    client, ana = visitor(), make_person("Ana")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    answer = client.get(f"/people/{ana.pk}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    close_old_connections()  # as Django does between two requests; its test client leaves it out
    assert client.get(f"/people/{ana.pk}").status_code == 200
    assert client.get("/health/ready").status_code == 200

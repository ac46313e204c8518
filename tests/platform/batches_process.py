"""A data migration in batches of four, as a process of its own."""

import os
from collections.abc import Sequence
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.apps import apps

    from rapport.parties.party import Party
    from rapport.platform.batches import in_batches
    from tests.platform.jobs.database import write_effect

    def work(rows: Sequence[Any]) -> None:
        for row in rows:
            write_effect(row.pk, str(row.pk))

    in_batches(apps, "a test", Party, work, size=4)

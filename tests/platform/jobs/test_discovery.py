"""A worker knows every job and every reaction that the code declares: one it does not import would wait for ever."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.architecture import source

SCRIPT = """
import django
django.setup()
from rapport.platform.jobs.worker import load_everything
load_everything()
from rapport.platform.events.reactions import subscribers
from rapport.platform.jobs.registry import definitions
print("\\n".join([known.key for known in definitions()] + [known.name for known in subscribers()]))
"""


def test_the_worker_knows_every_job_and_reaction() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=source.ROOT, env=environment, capture_output=True, text=True, check=True
    )
    known = set(ended.stdout.split())
    left_out = os.environ.get("RAPPORT_TEST_WITHOUT", "").split(",")
    names = [name for name in source.python("rapport") if name.split("/")[1] not in left_out]
    declared = {key for name in names for key in jobs_of(name)} | {key for name in names for key in reactions_of(name)}
    assert len(declared) > 5 and declared <= known, declared - known


def jobs_of(name: str) -> list[str]:
    return re.findall(r"^@(?:\w+\.)?(?:stepwise_)?job\(\s*\"([^\"]+)\"", source.text(name), re.MULTILINE)


def reactions_of(name: str) -> list[str]:
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    found = re.findall(r"^@(?:\w+\.)?on\([^)]*\)\s*(?:@[^\n]+\n)*def (\w+)", source.text(name), re.MULTILINE)
    return [f"{module}.{function}" for function in found]

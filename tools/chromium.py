"""The system's chromium, for the tests in the browser."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The tests in the browser need chromium: install it (apt install chromium), or name one by RAPPORT_TEST_CHROMIUM."
)


def find_or_install() -> str:
    """Its path; on a Debian machine where we are root it is installed when missing. Empty when there is none."""
    return find() or (find() if _install() else "")


def find() -> str:
    given = os.environ.get("RAPPORT_TEST_CHROMIUM")
    return given or next((found for name in NAMES if (found := shutil.which(name))), "")


def _install() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium", "fonts-liberation"]):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return True

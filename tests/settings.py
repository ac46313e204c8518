"""The settings of the tests: those of the product, with a cheap password hasher and a data folder thrown away.

RAPPORT_TEST_DATABASE_URL names the server to test on; without it the tests run on SQLite in memory.
"""

import atexit
import os
import shutil
import tempfile

if "RAPPORT_DATA_DIR" not in os.environ:
    os.environ["RAPPORT_DATA_DIR"] = tempfile.mkdtemp(prefix="rapport-tests-")
    atexit.register(shutil.rmtree, os.environ["RAPPORT_DATA_DIR"], ignore_errors=True)
os.environ["DATABASE_URL"] = os.environ.get("RAPPORT_TEST_DATABASE_URL", "sqlite:///var/unused.sqlite3")
os.environ["RAPPORT_ENV"] = "development"

from rapport.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
INSTALLED_APPS = [*INSTALLED_APPS, "tests.toyshop"]  # noqa: F405  # toy nouns for tests of the engine

# The engine knows no noun: RAPPORT_TEST_WITHOUT=parties,sales leaves domains out, and its tests must still pass.
LEFT_OUT = {f"rapport.{name}" for name in os.environ.get("RAPPORT_TEST_WITHOUT", "").split(",")}
INSTALLED_APPS = [name for name in INSTALLED_APPS if name not in LEFT_OUT]
INSTALL_AFTER_MIGRATE = False
# Tests ask as often as they like; those of the limits set them.
RATE_LIMITS = {}

# Said here because pytest-django knows only Django's own SQLite engine as one that tests in memory.
if DATABASES["default"]["ENGINE"] == "rapport.config.sqlite":  # noqa: F405  # from the product's settings
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405  # as above

"""The settings of the tests: those of the product, with a cheap password hasher and a data folder thrown away."""

import os
import tempfile

os.environ.setdefault("RAPPORT_DATA_DIR", tempfile.mkdtemp(prefix="rapport-tests-"))
os.environ.setdefault("RAPPORT_SECRET_KEY", "tests-tests-tests-tests-tests-tests-tests-tests-tests")
os.environ["DATABASE_URL"] = os.environ.get("RAPPORT_TEST_DATABASE_URL", "sqlite:///var/unused.sqlite3")

from rapport.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

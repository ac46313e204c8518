"""Who asks in the benchmark, and how: the application called in this process, as a person and as a program."""

from __future__ import annotations

import random
import urllib.request
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bench.measure import Caller
from rapport.demo import names
from rapport.platform import access
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import User


class Setting:
    """A signed-in user over one database: `page` calls as their browser, `api` as their program."""

    def __init__(self) -> None:
        application = get_wsgi_application()
        self.user = User.objects.get(email=f"mara.lind@{names.DOMAIN}")
        _token, secret = tokens.make(self.user, "benchmark")
        self.cookie, self.session = settings.SESSION_COOKIE_NAME, self._session()
        self.api = Caller(application, authorization=f"Bearer {secret}")
        self.page = Caller(application, cookie=f"{self.cookie}={self.session}")
        actor = access.actor_for(self.user.pk, "web")
        if actor is None:
            raise RuntimeError("the benchmark's user may not sign in")
        self.actor = actor
        self.dice = random.Random(3)  # choosing what to type

    def fetch(self, address: str) -> bytes:
        """A page of a server that runs."""
        asked = urllib.request.Request(address, headers={"Cookie": f"{self.cookie}={self.session}"})  # noqa: S310  # our own
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  # as above
            return bytes(answer.read())

    def _session(self) -> str:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
            str(self.user.pk),
            "django.contrib.auth.backends.ModelBackend",
        )
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        return str(session.session_key)

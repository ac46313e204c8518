"""`/health/live` and `/health/ready`, for whoever watches the process.

A middleware, not two views: a probe comes by IP address and without a session, so it must be answered before the host
name is checked, and it must not cost a look-up of the user.
"""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse


class Health:
    """Answers the two addresses and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/health/live":
            return _answer("live", 200)
        if request.path_info == "/health/ready":
            return _answer("ready", 200) if _database_answers() else _answer("the database does not answer", 503)
        return self.get_response(request)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(words + "\n", content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return False
    return True

"""What somebody may no longer do ends with the next request: page, call, file, view, stream of an open page."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from rapport.base.clock import now
from rapport.platform import files, records, saved_views
from rapport.platform.access import Actor, renewed
from rapport.platform.access.models import Role, Share
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import User
from rapport.platform.events.cursor import horizon
from rapport.platform.live.news import Wish
from rapport.platform.live.stream import Stream, news_of
from rapport.platform.objects import registry
from tests.platform.views.site import make_toys, visit
from tests.proofs.losing import SYSTEM, close, give, leave

pytestmark = pytest.mark.django_db
TOY = registry.get("toy")


# --- the next request -------------------------------------------------------------------------------------------------


def test_a_browser_that_is_open_is_at_the_door_with_the_next_click(user: User) -> None:
    browser = visit(user)
    assert browser.get("/toys").status_code == 200
    close(user)
    answer = browser.get("/toys")
    assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in")


def test_a_role_taken_away_acts_on_the_next_click_and_call(role: Role, user: User) -> None:
    (toy,) = make_toys(1)
    browser, secret = visit(user), tokens.make(user, "test")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    assert browser.get(f"/toys/{toy.pk}").status_code == 200
    assert browser.get(f"/api/v1/toys/{toy.uid}", headers=headers).status_code == 200
    leave(role, user)
    assert browser.get(f"/toys/{toy.pk}").status_code == 404
    assert browser.get(f"/api/v1/toys/{toy.uid}", headers=headers).status_code == 404


# On PostgreSQL an Event is told when its transaction has ended, and every earlier one of the server.
@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_an_open_page_hears_nothing_more(role: Role, user: User) -> None:
    (toy,) = make_toys(1)
    browser, before = visit(user), horizon()
    stream = Stream(browser.cookies[settings.SESSION_COOKIE_NAME].value, Wish("toy"), before)
    records.update(SYSTEM, toy, {"stage": "won"})
    told = news_of(stream)
    assert told is not None
    assert told.ids == (str(toy.uid),)
    give(role, "read", "own")
    told = news_of(stream)
    assert told is not None
    assert told.ids == ()
    close(user)
    assert news_of(stream) is None


def test_a_file_is_gone_with_the_share_of_its_record(role: Role, user: User) -> None:
    (toy,) = make_toys(1)
    give(role, "read", "own")
    file = files.store(SYSTEM, io.BytesIO(b"plan"), "plan.txt", on=toy)
    share = Share.objects.create(object="toy", record_id=toy.pk, user=user, at=now())
    browser = visit(user)
    assert browser.get(f"/files/{file.uid}").status_code == 200
    share.delete()
    assert browser.get(f"/files/{file.uid}").status_code == 404


def test_the_address_of_a_view_shows_each_what_they_may_see(role: Role, user: User, actor: Actor) -> None:
    make_toys(3)
    view = saved_views.share(actor, saved_views.save(actor, TOY, "All of them"))
    browser = visit(user)
    assert b"Toy 0001" in browser.get(f"/toys?view=link:{view.link}").content
    give(role, "read", "own")
    assert b"Toy 0001" not in browser.get(f"/toys?view=link:{view.link}").content


def test_asking_again_keeps_who_where_and_in_which_run(actor: Actor, user: User) -> None:
    during = actor.during(7).through("import")
    again = renewed(during)
    assert (again.run_id, again.surface, again.user_id, again.rights) == (7, "import", user.pk, actor.rights)
    close(user)
    with pytest.raises(PermissionDenied):
        renewed(during)

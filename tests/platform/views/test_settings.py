"""Settings: who may open what, invitations, roles, rates, jobs, the trail."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from rapport.platform import currencies, jobs, records
from rapport.platform.access import roles
from rapport.platform.accounts.models import Token, User
from rapport.platform.currencies import Rate
from rapport.platform.events.models import Event
from rapport.platform.jobs.models import Job
from rapport.platform.runs.run import run_work
from tests.make import actor_as, make_team
from tests.platform.views.site import PASSWORD, SYSTEM, make_toys, make_user, visit, visit_as

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "/profile",
    "/people",
    "/teams",
    "/roles",
    "/currencies",
    "/jobs",
    "/outgoing",
    "/events",
    "/views",
    "/about",
)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_the_owner(name: str) -> None:
    make_team("North")
    make_toys(2)
    assert visit_as("owner").get(f"/settings{name}").status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_no_page_breaks_for_somebody_without_rights(name: str) -> None:
    assert visit_as("sales").get(f"/settings{name}").status_code in (200, 403)
    assert visit_as().get(f"/settings{name}").status_code in (200, 403)


def test_the_trail_is_for_those_who_keep_the_house() -> None:
    make_toys(1)
    assert visit_as("sales").get("/settings/events").status_code == 403
    text = visit_as("owner").get("/settings/events?object=toy").content.decode()
    assert "toy.created" in text
    assert "Toy 0001" in text


def test_the_trail_goes_on_page_by_page() -> None:
    make_toys(60)
    client = visit_as("owner")
    text = client.get("/settings/events?object=toy").content.decode()
    url = unescape(next(part for part in re.findall(r'href="([^"]+)"', text) if "before" in part))
    assert client.get(url).content.decode().count("toy.created") == 10


# --- invitations ------------------------------------------------------------------------------------------------------


def invite(client: Client, **values: object) -> str:
    asked = {"name": "Ana Berg", "email": "ana@house.example", "roles": ["sales"], **values}
    answer = client.post("/settings/people/invite", asked)
    assert answer.status_code == 200, answer.content
    return unescape(re.search(r"/welcome/[^<\"]+", unescape(answer.content.decode()))[0])  # type: ignore[index]


def test_an_invitation_lets_somebody_choose_a_password_once() -> None:
    link = invite(visit_as("owner"))
    guest = Client()
    assert "Ana Berg" in guest.get(link).content.decode()
    assert guest.post(link, {"new": "another long sentence"}).status_code == 303
    assert guest.get("/toys").status_code == 200
    assert Client().get(link).status_code == 404


def test_an_invitation_of_somebody_let_go_or_forged_opens_nothing() -> None:
    link = invite(visit_as("owner"))
    assert Client().get(link[:-2] + "xx").status_code == 404
    User.objects.filter(email="ana@house.example").update(is_active=False)
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("wrong", [{"email": ""}, {"email": "no address"}, {"name": ""}, {"roles": []}])
def test_an_invitation_with_a_mistake_makes_nobody(wrong: dict[str, object]) -> None:
    asked = {"name": "Ana Berg", "email": "ana@house.example", "roles": ["sales"], **wrong}
    before = User.objects.count()
    client = visit_as("owner")
    assert client.post("/settings/people/invite", asked).status_code == 422
    assert User.objects.count() == before + 1  # the owner who asked


def test_who_does_not_keep_the_house_invites_nobody_and_gives_no_role() -> None:
    user = make_user("sales_manager")
    client = visit(user)
    assert client.get("/settings/people/invite").status_code == 403
    assert client.post(f"/settings/people/{user.pk}/roles", {"roles": ["administrator"]}).status_code == 403
    assert list(user.roles.values_list("key", flat=True)) == ["sales_manager"]


def test_an_administrator_makes_no_owner() -> None:
    user = make_user("sales")
    answer = visit_as("administrator").post(f"/settings/people/{user.pk}/roles", {"roles": ["owner"]})
    assert answer.status_code == 422
    assert list(user.roles.values_list("key", flat=True)) == ["sales"]


def test_an_administrator_opens_no_owners_account_by_a_link() -> None:
    owner = make_user("owner")
    assert visit_as("administrator").post(f"/settings/people/{owner.pk}/link").status_code == 403
    assert visit(owner).post(f"/settings/people/{owner.pk}/link").status_code == 200


def test_the_last_owner_keeps_the_role_and_the_key() -> None:
    owner, chief = make_user("owner"), make_user("administrator")
    assert visit(owner).post(f"/settings/people/{owner.pk}/roles", {"roles": ["sales"]}).status_code == 422
    assert visit(chief).post(f"/settings/people/{owner.pk}/switch").status_code == 422
    assert User.objects.get(pk=owner.pk).is_active


def test_roles_act_with_the_next_click() -> None:
    user, owner = make_user("read_only"), make_user("owner")
    client = visit(user)
    assert client.get("/toys/new").status_code == 403
    visit(owner).post(f"/settings/people/{user.pk}/roles", {"roles": ["sales"]})
    assert client.get("/toys/new").status_code == 200


# --- rates, jobs, tokens ----------------------------------------------------------------------------------------------


def test_a_rate_is_entered_in_the_words_of_the_reader() -> None:
    client = visit(make_user("owner", locale="de_DE"))
    answer = client.post("/settings/currencies", {"currency": "usd", "rate": "0,93", "day": "1.11.2026"})
    assert answer.status_code == 303
    assert Rate.objects.get().rate == Decimal("0.93")


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "XXQ"},
        {"currency": "EUR"},
        {"rate": "0"},
        {"rate": "-1"},
        {"rate": "much"},
        {"day": "someday"},
        {"rate": "1e999"},
    ],
)
def test_a_wrong_rate_is_refused_with_reasons(wrong: dict[str, str]) -> None:
    asked = {"currency": "USD", "rate": "0.93", "day": "2026-11-01", **wrong}
    assert visit_as("owner").post("/settings/currencies", asked).status_code == 422
    assert not Rate.objects.exists()
    currencies.forget()


def test_failed_jobs_are_shown_and_tried_again() -> None:
    job = jobs.enqueue(actor_as("owner"), run_work, {"run_id": 1})
    Job.objects.filter(pk=job.pk).update(state="dead", last_error="it broke")
    owner = visit_as("owner")
    assert "it broke" in owner.get("/settings/jobs").content.decode()
    owner.post(f"/settings/jobs/{job.pk}/retry")
    assert Job.objects.get().state == "queued"
    assert "it broke" not in visit_as("sales").get("/settings/jobs").content.decode()


def test_a_token_is_shown_once_and_can_be_revoked() -> None:
    user = make_user("sales")
    client = visit(user)
    text = client.post("/settings/tokens", {"name": "Script", "may": "read", "expires": "30"}).content.decode()
    secret = re.search(r"rpt_[\w-]{30,}", text)[0]  # type: ignore[index]
    assert secret not in client.get("/settings/tokens").content.decode()
    token = Token.objects.get()
    assert (token.scopes, token.expires_at is not None) == (["read"], True)
    assert visit_as("service").post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    client.post(f"/settings/tokens/{token.pk}/revoke")
    assert Token.objects.get().revoked_at is not None
    told = Event.objects.filter(object="user", record_id=user.pk, kind__startswith="user.token")
    assert list(told.order_by("pk").values_list("kind", flat=True)) == ["user.token_made", "user.token_revoked"]


def test_a_token_may_be_for_some_actions_with_some_objects_only() -> None:
    client = visit_as("sales")
    asked = {"name": "Narrow", "may": "some", "actions": ["read", "edit"], "objects": ["toy"], "expires": "never"}
    client.post("/settings/tokens", asked)
    token = Token.objects.get()
    assert (token.scopes, token.expires_at) == (["read:toy", "edit:toy"], None)
    for wrong in ({"name": ""}, {"may": "some", "actions": []}, {"expires": "7"}, {"objects": ["nonsense"]}):
        assert client.post("/settings/tokens", {**asked, **wrong}).status_code == 422
    assert Token.objects.count() == 1


def test_who_keeps_the_house_sees_and_revokes_the_tokens_of_all() -> None:
    visit_as("sales").post("/settings/tokens", {"name": "Somebody's script", "may": "write", "expires": "90"})
    assert "Somebody" not in visit_as("service").get("/settings/tokens").content.decode()
    keeper = visit_as("administrator")
    assert "Somebody" in keeper.get("/settings/tokens").content.decode()
    keeper.post(f"/settings/tokens/{Token.objects.get().pk}/revoke")
    assert Token.objects.get().revoked_at is not None


def test_everybody_may_change_their_own_habits_and_only_those() -> None:
    user = make_user("sales")
    asked = {
        "name": "New Name",
        "language": "de",
        "locale": "de_AT",
        "time_zone": "Europe/Vienna",
        "theme": "dark",
        "is_active": "",
        "email": "x@y.example",
    }
    assert visit(user).post("/settings/profile", asked).status_code == 303
    old_email = user.email
    user.refresh_from_db()
    assert (user.name, user.language, user.locale, user.theme, user.email) == (
        "New Name",
        "de",
        "de_AT",
        "dark",
        old_email,
    )
    wrong = visit(user).post("/settings/profile", {**asked, "time_zone": "Mars/Olympus", "locale": "../x"})
    assert wrong.status_code == 422


def test_a_wrong_present_password_changes_nothing() -> None:
    user = make_user("sales")
    assert (
        visit(user).post("/settings/security/password", {"current": "x", "new": "quite another sentence"}).status_code
        == 422
    )
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_undo_of_a_foreign_change_is_not_there() -> None:
    from rapport.platform.events.models import Event

    [toy] = make_toys(1)
    records.update(SYSTEM, toy, {"stage": "won"})
    event = Event.objects.latest("id")
    roles.install()
    assert visit_as().post(f"/events/{event.pk}/undo").status_code == 404
    assert visit_as("owner").post("/events/999999/undo").status_code == 404
    assert visit_as("owner").get(f"/events/{event.pk}/undo").status_code == 405

"""The pages of roles: read by all who read people, changed by who keeps the house, the effect shown before."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from rapport.platform.access.models import Grant, Role
from tests.platform.views.site import make_user, visit_as

pytestmark = pytest.mark.django_db
PLAIN = {"may:*:read": "own", "fields:*:standard": "read"}


def make_role(client: Client, name: str = "Helpers") -> Role:
    assert client.post("/settings/roles/new", {"name": name, "description": "They help."}).status_code == 303
    return Role.objects.get(name=name)


def test_a_role_is_made_checked_and_applied() -> None:
    client = visit_as("administrator")
    role = make_role(client)
    url = f"/settings/roles/{role.pk}/rules"
    checked = client.post(url, {**PLAIN, "do": "check"}).content.decode()
    assert "What would change" in checked
    assert not Grant.objects.filter(role=role).exists()
    assert client.post(url, {**PLAIN, "do": "apply"}).status_code == 303
    assert Grant.objects.get(role=role, action="read").scope == "own"


def test_a_row_gets_rules_of_its_own_and_loses_them_without_script() -> None:
    client = visit_as("administrator")
    url = f"/settings/roles/{make_role(client).pk}/rules"
    own = client.post(url, {**PLAIN, "do": "own:may:toy"}).content.decode()
    chosen = re.search(r'name="may:toy:read".*?</select>', own, re.S)
    assert chosen is not None
    assert 'value="own" selected' in chosen[0]
    back = client.post(url, {**PLAIN, "may:toy:read": "all", "do": "others:may:toy"}).content.decode()
    assert 'name="may:toy:read"' not in back


def test_others_read_roles_and_change_none() -> None:
    client = visit_as("sales")
    role = Role.objects.get(key="sales")
    text = client.get(f"/settings/roles/{role.pk}").content.decode()
    assert "<select" not in text.split('id="role-rules"')[1].split("</form>")[0]
    for url in ("new", f"{role.pk}/copy", f"{role.pk}/rename", f"{role.pk}/delete"):
        assert client.get(f"/settings/roles/{url}").status_code == 403
    for url in (f"{role.pk}/rules", f"{role.pk}/people", f"{role.pk}/delete"):
        assert client.post(f"/settings/roles/{url}", {**PLAIN, "do": "apply"}).status_code == 403


def test_people_are_put_in_and_taken_out() -> None:
    client, friend = visit_as("administrator"), make_user("read_only", name="Ana Berg")
    role = Role.objects.get(key="service")
    url = f"/settings/roles/{role.pk}/people"
    assert client.post(url, {"person": str(friend.pk)}).status_code == 303
    assert "Ana Berg" in client.get(f"/settings/roles/{role.pk}").content.decode()
    assert client.post(f"{url}?out={friend.pk}").status_code == 303
    assert client.post(url, {"person": ""}).status_code == 422
    assert client.post(url, {"person": "999999"}).status_code == 404
    assert role.users.count() == 0


def test_an_administrator_puts_nobody_among_the_owners() -> None:
    client, friend = visit_as("administrator"), make_user("read_only")
    owner = Role.objects.get(key="owner")
    assert client.post(f"/settings/roles/{owner.pk}/people", {"person": str(friend.pk)}).status_code == 422
    assert owner.users.count() == 0


def test_who_loses_a_role_is_said_before_it_goes() -> None:
    client, friend = visit_as("administrator"), make_user(name="Ana Berg")
    role = make_role(client)
    client.post(f"/settings/roles/{role.pk}/people", {"person": str(friend.pk)})
    assert "Ana Berg" in unescape(client.get(f"/settings/roles/{role.pk}/delete").content.decode())
    assert client.post(f"/settings/roles/{role.pk}/delete").status_code == 303
    assert not Role.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize("name", ["", "  ", "Sales"])
def test_a_role_needs_a_name_of_its_own(name: str) -> None:
    assert visit_as("administrator").post("/settings/roles/new", {"name": name}).status_code == 422

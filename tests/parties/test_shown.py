"""What a party's page shows: how to reach them, their ties, who stands above and below, the map."""

import pytest

from rapport.parties import shown
from rapport.platform import access, panels, query
from rapport.platform.access import Actor
from rapport.platform.access.models import Grant
from rapport.platform.objects import registry
from rapport.platform.panels import Panel
from tests.make import (
    SYSTEM,
    actor_as,
    make_contact_point,
    make_organisation,
    make_person,
    make_relationship,
    make_user,
)

pytestmark = pytest.mark.django_db


def words(panel: Panel | None) -> list[tuple[str, str]]:
    return [(line.text, line.note) for line in panel.rows] if panel else []


@pytest.fixture
def narrow() -> Actor:
    """Somebody who sees only their own parties."""
    user = make_user(roles=("sales",))
    Grant.objects.create(role=user.roles.get(), object="party", action="read", scope="own")
    access.rights_changed()
    return actor_as(user)


def test_contact_points_are_shown_with_a_warning_where_one_should_not_be_tried() -> None:
    ana = make_person(email="ana@acme.example")
    make_contact_point(ana, "old@acme.example", label="work", state="bounced")
    panel = shown.reach(SYSTEM, ana)
    assert panel is not None
    assert [(line.text, line.chip.text if line.chip else "") for line in panel.rows] == [
        ("ana@acme.example", "Primary"),
        ("old@acme.example", "Bounced"),
    ]


def test_a_tie_reads_from_the_side_one_looks() -> None:
    ana, acme = make_person("Ana Berg"), make_organisation("Acme")
    make_relationship("employment", ana, acme, role="Buyer")
    assert words(shown.ties(SYSTEM, ana)) == [("Acme", "Works at · Buyer")]
    assert words(shown.ties(SYSTEM, acme)) == [("Ana Berg", "Employs · Buyer")]


def test_a_tie_with_somebody_one_may_not_see_is_not_told(narrow: Actor) -> None:
    mine, foreign = make_person("Mine", owner=narrow.user_id), make_organisation("Foreign", owner=make_user())
    make_relationship("employment", mine, foreign)
    foreign.refresh_from_db()
    assert words(shown.ties(narrow, mine)) == []
    assert list(panels.edges_of(narrow, registry.get("party"), [mine.pk])) == []


def test_the_hierarchy_names_who_is_above_and_below_and_people_have_a_card_of_their_own() -> None:
    group = make_organisation("Group")
    firm = make_organisation("Firm", parent=group)
    make_organisation("Branch", parent=firm)
    ana = make_person("Ana Berg", job_title="Buyer")
    make_relationship("employment", ana, firm, main=True)
    assert words(shown.hierarchy(SYSTEM, firm)) == [("Group", "above"), ("Branch", "below")]
    assert words(shown.people(SYSTEM, firm)) == [("Ana Berg", "Buyer")]
    assert words(shown.ties(SYSTEM, firm)) == []
    assert words(shown.ties(SYSTEM, ana)) == [("Firm", "Works at")]
    assert shown.hierarchy(SYSTEM, make_person()) is None


def test_the_list_behind_a_card_is_what_the_card_says() -> None:
    firm = make_organisation("Firm")
    ana = make_person("Ana Berg", parent=firm, email="ana@acme.example")
    make_person("Else")
    make_relationship("advises", ana, firm)
    for panel, expected in (
        (shown.people(SYSTEM, firm), 1),
        (shown.reach(SYSTEM, ana), 1),
        (shown.ties(SYSTEM, firm), 1),
    ):
        assert panel is not None and panel.all is not None
        key, text = panel.all
        obj = registry.get(key)
        assert query.count(SYSTEM, query.plan(SYSTEM, obj, text)) == expected


def test_the_map_has_ties_between_parties_with_us_and_belongings() -> None:
    mara, acme = make_user("Mara"), make_organisation("Acme")
    ana = make_person("Ana Berg", parent=acme)
    make_relationship("advises", ana, acme)
    make_relationship("contact", ana, mara)
    found = {(edge.source.id, edge.target.object, edge.label) for edge in shown.edges(SYSTEM, [ana.pk])}
    assert found == {(ana.pk, "party", "Advises"), (ana.pk, "user", "Is in touch with")}
    ben = make_person("Ben", parent=acme)
    assert {(edge.source.id, edge.label) for edge in shown.edges(SYSTEM, [ben.pk])} == {(ben.pk, "Belongs to")}


def test_a_story_rolls_up_only_whom_one_may_see(narrow: Actor) -> None:
    group = make_organisation(owner=narrow.user_id)
    mine = make_person(parent=group, owner=narrow.user_id)
    make_person(parent=group, owner=make_user())
    assert set(shown.members(narrow, group.pk)) == {group.pk, mine.pk}

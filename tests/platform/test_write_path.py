"""The one write path, on the engine's own nouns."""

import pytest
from django.core.exceptions import ValidationError

from rapport.platform import access, records
from rapport.platform.accounts.models import Membership, Team, TeamClosure, User
from rapport.platform.events.models import Event
from rapport.platform.objects import registry

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")


def make_user(name: str, **values: object) -> User:
    return records.create(SYSTEM, registry.get("user"), {"name": name, "is_active": True, **values})


def make_team(name: str, **values: object) -> Team:
    return records.create(SYSTEM, registry.get("team"), {"name": name, **values})


def test_creating_stores_an_event_with_what_was_entered() -> None:
    team = make_team("North")
    event = Event.objects.get(object="team", record_id=team.pk)
    assert (event.kind, event.changes["name"], event.version) == ("team.created", [None, "North"], 1)


def test_changing_raises_the_version_and_tells_old_and_new() -> None:
    team = make_team("North")
    records.update(SYSTEM, team, {"name": "Nord"}, version=1)
    assert Team.objects.get().version == 2
    assert Event.objects.latest("id").changes == {"name": ["North", "Nord"]}


def test_an_old_version_meets_a_conflict_and_writes_nothing() -> None:
    team = make_team("North")
    records.update(SYSTEM, team, {"name": "Nord"}, version=1)
    with pytest.raises(records.Conflict) as caught:
        records.update(SYSTEM, team, {"name": "Noord"}, version=1)
    assert caught.value.theirs == {"name": "Nord"}
    assert Team.objects.get().name == "Nord"


def test_a_change_without_difference_is_no_event() -> None:
    team = make_team("North")
    records.update(SYSTEM, team, {"name": "North"})
    assert Event.objects.count() == 1


def test_undo_puts_the_old_value_back_unless_something_changed_since() -> None:
    team = make_team("North")
    records.update(SYSTEM, team, {"name": "Nord"})
    changed = Event.objects.latest("id")
    records.undo(SYSTEM, changed)
    assert Team.objects.get().name == "North"
    with pytest.raises(ValidationError):
        records.undo(SYSTEM, changed)


def test_archive_and_restore() -> None:
    team = make_team("North")
    assert records.archive(SYSTEM, team).is_archived
    assert not records.restore(SYSTEM, team).is_archived
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "team.created",
        "team.archived",
        "team.restored",
    ]


def test_a_name_used_twice_is_refused_in_words_on_the_field() -> None:
    make_team("North")
    with pytest.raises(ValidationError) as caught:
        make_team("North")
    assert "name" in caught.value.message_dict
    assert Team.objects.count() == 1


def test_teams_form_a_closure_and_a_team_cannot_be_above_itself() -> None:
    region = make_team("Region")
    team = make_team("Team", parent=region)
    assert set(TeamClosure.objects.values_list("ancestor_id", "descendant_id")) == {
        (region.pk, region.pk),
        (region.pk, team.pk),
        (team.pk, team.pk),
    }
    with pytest.raises(ValidationError):
        records.update(SYSTEM, region, {"parent": team})


def test_the_team_of_a_user_is_their_main_membership() -> None:
    team = make_team("Team")
    user = make_user("Ana", team=team)
    assert Membership.objects.get(user=user).team_id == team.pk


def test_loading_many_writes_rows_events_and_projections() -> None:
    made = records.load(SYSTEM, registry.get("team"), [{"name": f"T{n}"} for n in range(300)])
    assert Team.objects.count() == 300 == Event.objects.filter(reactions=False).count()
    assert TeamClosure.objects.count() == 300
    assert made[0].pk and Team.objects.get(name="T0").pk == made[0].pk
    make_team("after the batch")


def test_one_bad_row_refuses_the_whole_batch_and_names_the_row() -> None:
    with pytest.raises(ValidationError) as caught:
        records.load(SYSTEM, registry.get("team"), [{"name": "A"}, {"name": "x" * 500}])
    assert caught.value.params
    assert caught.value.params["row"] == 1
    assert not Team.objects.exists()

"""Who stands above whom: kept set-wise, equal to the tree after every write."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.parties.closure import PartyClosure, above, rolled_up
from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.objects import registry
from tests.make import SYSTEM, make_organisation, make_person

pytestmark = pytest.mark.django_db


def pairs_of_the_tree() -> set[tuple[int, int, int]]:
    """The same answer without the closure: climb from everybody."""
    parents = dict(Party.objects.values_list("pk", "parent_id"))
    found = set()
    for start in parents:
        at, depth = parents[start], 1
        while at is not None:
            found.add((at, start, depth))
            at, depth = parents[at], depth + 1
    return found


def pairs_kept() -> set[tuple[int, int, int]]:
    return set(PartyClosure.objects.values_list("ancestor_id", "descendant_id", "depth"))


def test_a_party_below_another_is_rolled_up_with_it() -> None:
    group = make_organisation("Group")
    firm = make_organisation("Firm", parent=group)
    person = make_person(parent=firm)
    assert rolled_up(group.pk) == [group.pk, firm.pk, person.pk]
    assert above(person.pk) == [firm.pk, group.pk]


def test_the_pairs_follow_any_sequence_of_moves() -> None:
    chance = random.Random(7)
    firms = [make_organisation(f"Firm {number}") for number in range(12)]
    for _ in range(60):
        mover, parent = chance.sample(firms, 2)
        mover.refresh_from_db()
        target = None if chance.random() < 0.2 else parent.pk
        try:
            records.update(SYSTEM, Party.objects.get(pk=mover.pk), {"parent": target})
        except ValidationError:
            assert parent.pk in rolled_up(mover.pk)
        assert pairs_kept() == pairs_of_the_tree()


def test_nobody_belongs_to_somebody_below_them() -> None:
    top = make_organisation()
    below = make_organisation(parent=make_organisation(parent=top))
    with pytest.raises(ValidationError) as caught:
        records.update(SYSTEM, Party.objects.get(pk=top.pk), {"parent": below.pk})
    assert "parent" in caught.value.message_dict
    with pytest.raises(ValidationError):
        records.update(SYSTEM, Party.objects.get(pk=top.pk), {"parent": top.pk})


def test_a_cycle_made_by_two_rows_of_one_batch_refuses_the_batch() -> None:
    one, two = make_organisation(), make_organisation()
    with pytest.raises(ValidationError):
        records.load_updates(SYSTEM, registry.get("party"), [(one, {"parent": two.pk}), (two, {"parent": one.pk})])
    assert not Party.objects.exclude(parent=None).exists()
    assert not pairs_kept()


def test_a_tree_deeper_than_thirty_is_refused() -> None:
    parent = make_organisation()
    for _ in range(30):
        parent = make_organisation(parent=parent)
    with pytest.raises(ValidationError):
        make_organisation(parent=parent)


def test_many_new_leaves_cost_no_statement_each() -> None:
    firm = make_organisation(parent=make_organisation())
    with CaptureQueriesContext(connection) as seen:
        records.load(SYSTEM, registry.get("person"), [{"name": f"P {n}", "parent": firm.pk} for n in range(400)])
    table = PartyClosure._meta.db_table
    assert 0 < len([one for one in seen if table in one["sql"]]) <= 2
    assert pairs_kept() == pairs_of_the_tree()

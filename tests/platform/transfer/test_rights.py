"""An import does what its actor may do, and tells nothing about the rest."""

import pytest

from rapport.parties.party import Party
from rapport.platform import access
from rapport.platform.access.models import Grant, Role
from rapport.platform.transfer import run, undo
from rapport.platform.transfer.errors import BadMapping
from rapport.sales.opportunity import Opportunity
from tests.make import actor_as, make_organisation, make_team, make_user
from tests.platform.transfer.bring import SYSTEM, begun, bring, fates

pytestmark = pytest.mark.django_db
FIRMS = (
    '[[record]]\nobject = "organisation"\nkeys = ["name"]\n[record.fields]\nname = "name"\nemployees = "employees"\n'
)


def test_who_may_only_read_may_not_import() -> None:
    with pytest.raises(BadMapping, match="You may not import Organisations"):
        begun("name,employees\nA,1\n", FIRMS, actor_as("read_only"))


def test_what_may_not_be_changed_is_refused_unless_nothing_differs() -> None:
    make_organisation("Theirs", owner=make_user(), team=make_team(), employees=1)
    seller = actor_as("sales", team=make_team())
    done = bring("name,employees\nTheirs,2\nTheirs,1\nMine,1\n", FIRMS, seller)
    assert [outcome for _number, outcome, _reason in fates(done)] == ["refused", "unchanged", "created"]
    assert fates(done)[0][2] == "There is no such record, or you may not change it."
    assert Party.objects.get(name="Theirs").employees == 1


def test_a_reference_to_what_may_not_be_seen_answers_like_one_that_does_not_exist() -> None:
    seller = make_user(roles=("sales",))
    Grant.objects.filter(role__key="sales", object="*").delete()
    for action, scope in (("read", "own"), ("create", "all"), ("edit", "own")):
        Grant.objects.create(role=Role.objects.get(key="sales"), object="*", action=action, scope=scope)
    access.rights_changed()
    make_organisation("Hidden", owner=make_user())
    mapping = '[[record]]\nobject = "opportunity"\nkeys = ["external_id"]\n[record.fields]\n'
    mapping += 'external_id = "id"\nname = "id"\ncustomer = "customer"\n'
    done = bring("id,customer\n1,Hidden\n2,Missing\n", mapping, actor_as(seller))
    hidden, missing = (reason for _number, _outcome, reason in fates(done))
    assert hidden.replace("Hidden", "X") == missing.replace("Missing", "X")


def test_a_field_that_may_not_be_written_answers_like_one_that_does_not_exist() -> None:
    marketing = actor_as("marketing")
    answers = []
    for field in ("email", "no_such_field"):
        with pytest.raises(BadMapping) as refusal:
            begun(
                "name,x\nA,1\n",
                f'[[record]]\nobject = "organisation"\nkeys = ["name"]\nfields = {{ name = "name", {field} = "x" }}\n',
                marketing,
            )
        answers.append(str(refusal.value).replace(field, "X").partition(" Did you mean")[0])
    assert answers[0] == answers[1]


def test_nobody_brings_in_what_they_could_not_reach() -> None:
    other = make_user("Other", team=make_team())
    seller = make_user("Me", roles=("sales",), team=make_team())
    make_pipeline()
    mapping = '[[record]]\nobject = "opportunity"\nkeys = ["external_id"]\n[record.fields]\n'
    mapping += 'external_id = "id"\nname = "id"\nowner = "owner"\n'
    done = bring(f"id,owner\n1,Me\n2,{other.name}\n3,Me\n", mapping, actor_as(seller))
    assert [outcome for _number, outcome, _reason in fates(done)] == ["created", "refused", "created"]
    assert set(Opportunity.objects.values_list("external_id", flat=True)) == {"1", "3"}


def make_pipeline() -> None:
    from rapport.platform.install import install

    install()


def test_runs_are_seen_by_those_who_made_them_and_those_who_keep_the_house() -> None:
    seller, other, owner = actor_as("sales"), actor_as("sales"), actor_as("owner")
    found = bring("name,employees\nA,1\n", FIRMS, seller)
    assert run.find_run(seller, found.pk) == run.find_run(owner, found.pk) == found
    for pk in (found.pk, 10**9):
        with pytest.raises(access.NotFound, match="There is no such import, or you may not see it"):
            run.find_run(other, pk)


def test_undo_does_not_change_what_the_actor_may_not_change() -> None:
    make_organisation("Theirs", owner=make_user(), team=make_team(), employees=1)
    done = bring("name,employees\nTheirs,2\n", FIRMS, SYSTEM)
    told = undo.undo_run(done, actor_as("sales", team=make_team()))
    assert told.kept_count == 1 and Party.objects.get().employees == 2

"""What becomes of rows: created, updated, unchanged, skipped, refused, each with its reason."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rapport.base.money import Money
from rapport.parties.party import Party
from rapport.platform.accounts.models import Team, User
from rapport.platform.events.models import Event
from rapport.platform.transfer import report, run
from rapport.platform.transfer.errors import BadMapping
from rapport.platform.transfer.models import Import, ImportRow
from rapport.sales.product import Product
from tests.make import make_organisation
from tests.platform.transfer.bring import SYSTEM, begun, bring, fates

pytestmark = pytest.mark.django_db
FIRMS = """
[[record]]
object = "organisation"
keys = ["name"]
[record.fields]
name = "name"
industry = { column = "sector", aliases = { "IT" = "software" } }
revenue = { column = "revenue", currency = "USD", scale = "1000000" }
employees = "employees"
"address.city" = "city"
"address.country" = "country"
email = "mail"
customer_since = "since"
"""
HEAD = "name,sector,revenue,employees,city,country,mail,since\n"


def firms(*rows: str) -> Import:
    return bring(HEAD + "".join(f"{row}\n" for row in rows), FIRMS)


def test_a_row_becomes_a_record_with_units_currency_and_parts() -> None:
    done = firms("Acme,IT,1.5,20,Köln,Germany,info@acme.example,2020-02-29")
    firm = Party.objects.get()
    assert (firm.kind, firm.industry, firm.revenue) == ("organisation", "software", Money(Decimal(1_500_000), "USD"))
    assert (firm.address.city, firm.address.country, firm.email) == ("Köln", "DE", "info@acme.example")
    assert done.notes["aliases"] == {"Industry: IT → software": 1}
    assert Event.objects.get(object="party", action="create").run_id == done.run


def test_bringing_the_same_again_changes_nothing() -> None:
    row = "Acme,IT,1.5,20,Köln,Germany,info@acme.example,2020-02-29"
    firms(row)
    events = Event.objects.count()
    assert firms(row).counts["rows"] == {"unchanged": 1}
    assert Event.objects.count() == events


def test_a_difference_updates_and_a_blank_keeps() -> None:
    firms("Acme,IT,1.5,20,Köln,Germany,info@acme.example,2020-02-29")
    assert firms("ACME,,,21,,Austria,,").counts["rows"] == {"updated": 1}
    firm = Party.objects.get()
    assert (firm.name, firm.employees, firm.industry, firm.address.city, firm.address.country) == (
        "Acme",
        21,
        "software",
        "Köln",
        "AT",
    )


def test_a_blank_clears_where_the_mapping_says_so() -> None:
    firms("Acme,IT,1.5,20,Köln,Germany,info@acme.example,2020-02-29")
    bring(
        HEAD + "Acme,,,,,,,\n",
        FIRMS.replace('employees = "employees"', 'employees = { column = "employees", blank = "clear" }'),
    )
    firm = Party.objects.get()
    assert (firm.employees, firm.industry) == (None, "software")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",IT,,,,,,", "“Name” is blank"),
        ("A,Alchemy,,,,,,", "“Industry”: “Alchemy” is not one of"),
        ("A,,lots,,,,,", "“Yearly revenue”: "),
        ("A,,5 XXQ,,,,,", "“Yearly revenue”: "),
        ("A,,,1.5,,,,", "“Employees”: “1.5” is not a whole number"),
        ("A,,,,,Atlantis,,", "“Postal address”: "),
        ("A,,,,,,no at,", "“E-mail”: "),
        ("A,,,,,,,2023-02-29", "“Customer since”: "),
        ("A,,,,,,,31.11.2023", "“Customer since”: "),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_the_rest_goes_on(row: str, words: str) -> None:
    done = firms("Before,,,,,,,", row, "After,,,,,,,")
    assert [outcome for _number, outcome, _reason in fates(done)] == ["created", "refused", "created"]
    assert words in fates(done)[1][2]


def test_the_same_firm_twice_in_a_file_is_one_and_the_later_row_wins() -> None:
    done = firms("Acme,,,1,,,,", "acme,,,2,,,,", "Acme,,,2,,,,", "Bolt,,,1,,,,")
    assert [outcome for _number, outcome, _reason in fates(done)] == ["created", "updated", "unchanged", "created"]
    assert Party.objects.get(name="Acme").employees == 2


def test_a_value_that_must_be_unique_costs_only_its_row() -> None:
    mapping = '[[record]]\nobject = "product"\nkeys = ["name"]\nfields = { name = "name", code = "code" }\n'
    done = bring("name,code\n" + "".join(f"P{n},C{n % 37}\n" for n in range(40)), mapping)
    assert done.counts["rows"] == {"created": 37, "refused": 3}
    assert "“Code” is already used by another record." in fates(done)[39][2]
    assert Product.objects.count() == 37


def test_references_are_found_over_a_path_and_made_where_wished() -> None:
    mapping = """
[[record]]
object = "user"
keys = ["name"]
[record.fields]
name = "agent"
team = { missing = "create" }
"team.name" = "team"
"team.parent.name" = "region"
manager = { column = "boss", missing = "create" }
"""
    text = "agent,team,region,boss\nAna,North 1,North,Zoe\nBo,North 1,North,Ana\nCy,South 1,South,ana\n"
    done = bring(
        text,
        mapping.replace(
            '"team.parent.name" = "region"', '"team.parent.name" = "region"\n"team.parent" = { missing = "create" }'
        ),
    )
    assert [outcome for _number, outcome, _reason in fates(done)] == ["created"] * 3
    assert User.objects.get(name="Bo").team == Team.objects.get(name="North 1", parent__name="North")
    assert User.objects.get(name="Cy").manager == User.objects.get(name="Ana")
    assert set(done.notes["made"]) == {"Team: North", "Team: South", "Team: North 1", "Team: South 1", "User: Zoe"}


def test_a_missing_reference_refuses_its_row_or_is_left_empty_with_a_remark() -> None:
    strict = '[[record]]\nobject = "user"\nkeys = ["name"]\n[record.fields]\nname = "name"\nteam = "team"\n'
    done = bring("name,team\nAna,Nowhere\n", strict)
    assert fates(done) == [(2, "refused", "“Team”: There is no Team “Nowhere”.")]
    done = bring("name,team\nAna,Nowhere\n", strict.replace('"team"\n', '{ column = "team", missing = "empty" }\n'))
    assert fates(done) == [(2, "created", "“Team”: There is no Team “Nowhere”. It was left empty.")]


def test_two_of_the_same_name_are_not_guessed_between() -> None:
    make_organisation("Acme")
    make_organisation("Acme")
    mapping = '[[record]]\nobject = "opportunity"\nkeys = ["external_id"]\n[record.fields]\n'
    mapping += 'external_id = "id"\nname = "id"\ncustomer = "customer"\n'
    assert "Several records are called “Acme”" in fates(bring("id,customer\n1,Acme\n", mapping))[0][2]
    assert "Several records fit" in fates(firms("Acme,,,1,,,,"))[0][2]


def test_a_parent_may_stand_further_down() -> None:
    mapping = '[[record]]\nobject = "team"\nkeys = ["name"]\n[record.fields]\nname = "name"\nparent = "parent"\n'
    text = "name,parent\nT1,R\nT2,R\nR,World\nWorld,\nX,Nowhere\n"
    done = bring(text, mapping)
    assert [outcome for _number, outcome, _reason in fates(done)] == ["created"] * 4 + ["refused"]
    assert Team.objects.get(name="T1").parent == Team.objects.get(name="R")
    assert bring(text, mapping).counts["rows"] == {"unchanged": 4, "refused": 1}


def test_rows_are_left_out_as_the_mapping_says() -> None:
    mapping = 'skip = [{ column = "note", is = ["test"] }]\n'
    mapping += '[[record]]\nobject = "team"\nkeys = ["name"]\nfields = { name = "name" }\n'
    assert bring("name,note\nA,\nB,Test\n", mapping).counts["rows"] == {"created": 1, "skipped": 1}


def test_a_mapping_may_only_change_or_only_create() -> None:
    firms("Acme,,,1,,,,")
    rows = HEAD + "Acme,,,2,,,,\nBolt,,,2,,,,\n"
    only_change = bring(rows, FIRMS.replace('keys = ["name"]', 'keys = ["name"]\nmode = "update"'))
    assert only_change.counts["rows"] == {"updated": 1, "skipped": 1}
    only_create = bring(
        rows.replace(",2,", ",3,"), FIRMS.replace('keys = ["name"]', 'keys = ["name"]\nmode = "create"')
    )
    assert only_create.counts["rows"] == {"unchanged": 1, "created": 1}


def test_history_is_loaded_with_the_day_it_happened() -> None:
    mapping = '[[record]]\nobject = "organisation"\nkeys = ["name"]\ncreated_at = "on"\nfields = { name = "name" }\n'
    bring("name,on\nAcme,2017-03-01\n", mapping)
    assert Party.objects.get().created_at == datetime(2017, 3, 1, 12, tzinfo=UTC)
    assert Event.objects.get(object="party").at == datetime(2017, 3, 1, 12, tzinfo=UTC)


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    rows = ["Acme,IT,1,1,,,,", "Bolt,Alchemy,,,,,,", "Acme,IT,1,1,,,,", ",,,,,,,"]
    waiting = begun(HEAD + "".join(f"{row}\n" for row in rows), FIRMS)
    trial = run.try_out(waiting, SYSTEM)
    assert not Party.objects.exists() and not Event.objects.exists() and not ImportRow.objects.exists()
    done = run.go(waiting, SYSTEM)
    assert done.counts == trial["counts"] and done.notes["aliases"] == trial["notes"]["aliases"]
    assert trial["samples"]["refused"][0]["row"] == 3


def test_every_fate_can_be_read_with_the_original_columns_and_is_formula_safe() -> None:
    done = firms("=1+1,IT,,,,,,", "B,Alchemy,,,,,,")
    lines = b"".join(report.report(done)).decode("utf-8-sig").splitlines()
    assert lines[0] == "Row,Outcome,Reason,Remarks,Record," + HEAD.strip()
    assert lines[1].startswith("2,Created,,,/organisations/") and ",'=1+1,IT," in lines[1]
    assert lines[2].startswith('3,Refused,"“Industry”: “Alchemy”') and lines[2].endswith(",B,Alchemy,,,,,,")
    assert len(b"".join(report.report(done, outcome="refused")).splitlines()) == 2


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('[[record]]\nobject = "organization"\nfields = { name = "name" }\n', "Did you mean: organisation"),
        ('[[record]]\nobject = "organisation"\nfields = { nme = "name" }\n', "Did you mean: name"),
        (
            '[[record]]\nobject = "organisation"\nfields = { name = "nam" }\n',
            "The file has no column “nam”. Did you mean: name",
        ),
        (
            '[[record]]\nobject = "organisation"\nkeys = ["domain"]\nfields = { name = "name" }\n',
            "no column is mapped to it",
        ),
        ('[[record]]\nobject = "party"\nfields = { name = "name" }\n', "is a family"),
        (
            '[[record]]\nobject = "organisation"\nfields = { created_at = "since" }\n',
            "has no field “created_at” that can be set",
        ),
        (
            '[[record]]\nobject = "organisation"\nfields = { name = "name", industry = { value = "Alchemy" } }\n',
            "“Alchemy” is not one of",
        ),
        (
            '[[record]]\nobject = "organisation"\nfields = { parent = { column = "name", missing = "create" } }\n',
            "say with “object” which to create",
        ),
        ('[[record]]\nobject = "organisation"\nfieldz = { name = "name" }\n', "Did you mean “fields”"),
        ("", "no “record” block"),
        ("[[record]\n", "not written correctly"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_the_nearest_names(mapping: str, words: str) -> None:
    with pytest.raises(BadMapping, match="(?s)" + words.replace("(", "\\(")):
        begun(HEAD + "A,,,,,,,\n", mapping)

"""Whatever is brought: a clear sentence, no hang, nothing lost in silence."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from rapport.platform.accounts.models import Team, User
from rapport.platform.transfer import run
from rapport.platform.transfer.errors import BadFile
from tests.platform.transfer.bring import bring, facts_of, fates, folder, kept

TEAMS = '[[record]]\nobject = "team"\nkeys = ["name"]\nfields = { name = "name" }\n'
PEOPLE = '[[record]]\nobject = "user"\nkeys = ["name"]\n[record.fields]\nname = "name"\n'
PEOPLE += 'manager = { column = "manager", missing = "empty" }\n'


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has an active sheet
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b" , , \n,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty_and_leaves_nothing_behind(data: bytes) -> None:
    with pytest.raises(BadFile, match="empty"):
        kept(data)
    assert not folder().exists() or not [file for file in folder().iterdir() if file.stat().st_size == len(data)]


def test_a_header_alone_is_told() -> None:
    with pytest.raises(BadFile, match="no rows"):
        kept("name,city\n")


@pytest.mark.parametrize("count", [1_001, 10_000, 200_000])
def test_too_many_columns_are_counted_in_the_refusal(count: int) -> None:
    row = ",".join(f"c{n}" for n in range(count))
    with pytest.raises(BadFile, match=f"{count} c"):
        kept(f"{row}\n{row}\n")


def test_a_workbook_with_too_many_columns_is_refused() -> None:
    with pytest.raises(BadFile, match="2000 columns"):
        kept(workbook([f"c{n}" for n in range(2_000)], ["x"] * 2_000))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(BadFile, match="tightly"):
        kept(out.getvalue())


def test_a_workbook_of_more_than_100_mb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * 40_000_000)
    with pytest.raises(BadFile, match="100 MB"):
        kept(out.getvalue())


def test_a_zip_of_a_thousand_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1_200):
            archive.writestr(f"xl/{number}.xml", b"")
    with pytest.raises(BadFile, match="1200 parts"):
        kept(out.getvalue())


def test_an_entity_bomb_in_a_workbook_ends_in_the_child() -> None:
    good = io.BytesIO(workbook(["name"], ["A"]))
    out = io.BytesIO()
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = (laughs + content.decode().partition("?>")[2].replace(">name<", ">&i;<")).encode()
            target.writestr(entry.filename, content)
    with pytest.raises(BadFile, match="cannot be read"):
        kept(out.getvalue())


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"), (b"PK\x03\x04garbage", "damaged"), (b"PK\x03\x04", "damaged")],
)
def test_what_is_no_workbook_is_told_what_it_is(data: bytes, word: str) -> None:
    with pytest.raises(BadFile, match=word):
        kept(data)


@pytest.mark.django_db
def test_a_workbook_is_read_like_any_table() -> None:
    done = bring(workbook(["name", "manager"], ["Ana", None], ["Bo", "Ana"], [None, None], ["=1+1", "Bo"]), PEOPLE)
    assert done.counts["rows"] == {"created": 2, "skipped": 1, "refused": 1}
    assert "1 cells hold formulas without stored results" in done.facts["remarks"][0]
    assert User.objects.get(name="Bo").manager == User.objects.get(name="Ana")


@pytest.mark.django_db
def test_a_cell_of_a_megabyte_costs_its_row_alone() -> None:
    done = bring(f"name,note\nA,x\nB,{'y' * 1_000_001}\nC,z\n", TEAMS)
    assert [(number, outcome) for number, outcome, _reason in fates(done)] == [
        (2, "created"),
        (3, "refused"),
        (4, "created"),
    ]
    assert "1000001 characters" in fates(done)[1][2]


@pytest.mark.django_db
def test_nul_and_control_characters_are_taken_out() -> None:
    bring("name,note\nNo\0rth\x07,x\nSouth\u202e,y\n", TEAMS)
    assert set(Team.objects.values_list("name", flat=True)) == {"North", "South"}


@pytest.mark.django_db
def test_a_formula_stays_the_text_it_is() -> None:
    bring("name,note\n=HYPERLINK(1),x\n@SUM(A1),y\n", TEAMS)
    assert set(Team.objects.values_list("name", flat=True)) == {"=HYPERLINK(1)", "@SUM(A1)"}


@pytest.mark.django_db
def test_a_row_with_too_many_cells_is_refused_not_shifted() -> None:
    done = bring("name,note\nA,x\nAcme, Inc.,y\n", TEAMS)
    assert fates(done)[1][1:] == (
        "refused",
        "This row has 3 cells, the file 2 columns: is a value with a separator not quoted?",
    )


@pytest.mark.django_db
def test_a_quotation_mark_never_closed_is_told_with_what_it_swallowed() -> None:
    done = bring('name,note,more\nA,x,1\nB,"y,2\nC,z,3\nD,z,3\n', TEAMS)
    assert fates(done)[0][1] == "created"
    assert fates(done)[1][1] == "refused" and "3 lines" in fates(done)[1][2]


@pytest.mark.django_db
def test_blank_rows_are_counted_and_skipped() -> None:
    done = bring("name,note\nA,x\n,\n\nB,y\n", TEAMS)
    assert done.counts["rows"] == {"created": 2, "skipped": 2}


@pytest.mark.django_db
def test_rows_that_point_at_each_other_end_in_words_and_keep_the_rest() -> None:
    done = bring(
        "name,parent\nA,B\nB,A\nC,C\nD,A\n",
        '[[record]]\nobject = "team"\nkeys = ["name"]\n[record.fields]\n'
        'name = "name"\nparent = { column = "parent", missing = "empty" }\n',
    )
    assert done.counts["rows"]["created"] == 4
    assert Team.objects.get(name="D").parent == Team.objects.get(name="A")
    words = " ".join(reason for _row, _outcome, reason in fates(done))
    assert words.count("A team cannot be part of itself") == 2


def test_an_unknown_encoding_or_separator_given_by_hand_is_refused() -> None:
    found = kept("name,city\nA,X\n")
    for wrong in ({"encoding": "klingon"}, {"separator": ""}, {"separator": ",,"}, {"quote": ","}):
        with pytest.raises(BadFile):
            run.reread(found.facts, found.path, **wrong)


def test_facts_survive_json() -> None:
    from rapport.platform.transfer.facts import Facts

    facts = facts_of("name;on\nA;01.02.2024\n")
    assert Facts.from_plain(facts.plain()) == facts

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import clock
from rapport.base.dates import (
    DateOrder,
    from_excel_serial,
    guess_order,
    parse_date,
    parse_datetime,
)
from rapport.base.errors import InputError

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    "text",
    ["2024-03-31", "20240331", "31.3.2024", "31.03.2024", "31. 3. 2024", "31/03/2024", "3/31/2024", "31-03-24",
     "2024/3/31", "31 March 2024",
     "March 31, 2024", "March 31st, 2024", "31st of March 2024", "31. März 2024", "31. Maerz 2024", "31-Mar-24",
     "31 mar 2024", "31.Mrz.2024",
     "Sunday, 31 March 2024", "So., 31.3.2024", "2024-03-31T10:00:00Z", "2024-03-31 00:00:00", "2024-Mar-31",
     "３１.３.２０２４"],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert parse_date(text) == date(2024, 3, 31)


@pytest.mark.parametrize(
    "text", ["31.11.2024", "29.2.2023", "2024-02-30", "2024-13-01", "31 June 2024", "20241301", "0.1.2024"]
)
def test_dates_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="does not exist"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2024", "12345", "31 Foo 2024", "March 2024", "1/2", "31.3.2024 99", "31.3.2024x", "1.1.123",
     "0001-01-01", "9" * 65, "\x00"]
)  # fmt: skip
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_date(text)
    assert str(refusal.value).endswith(".")


def test_an_ambiguous_date_is_refused_until_the_order_is_known() -> None:
    with pytest.raises(InputError, match="day/month or month/day"):
        parse_date("03/04/2024")
    assert parse_date("03/04/2024", order="dmy") == date(2024, 4, 3)
    assert parse_date("03/04/2024", order="mdy") == date(2024, 3, 4)
    assert parse_date("24/03/04", order="ymd") == date(2024, 3, 4)
    assert parse_date("04/04/2024") == date(2024, 4, 4)


def test_a_known_order_is_never_turned_round() -> None:
    with pytest.raises(InputError, match="does not exist"):
        parse_date("12/31/2024", order="dmy")
    with pytest.raises(InputError, match="does not exist"):
        parse_date("31.12.2024", order="mdy")


def test_two_digit_years_reach_nineteen_years_ahead() -> None:
    with clock.freeze(datetime(2026, 6, 1, tzinfo=UTC)):
        assert parse_date("1.1.45").year == 2045
        assert parse_date("1.1.46").year == 1946
        assert parse_date("1.1.99").year == 1999
        assert parse_date("1.1.00").year == 2000


@given(DAYS, st.sampled_from([("%Y-%m-%d", "ymd"), ("%d.%m.%Y", "dmy"), ("%m/%d/%Y", "mdy"), ("%d %B %Y", None)]))
def test_every_day_is_read_back(day: date, style: tuple[str, DateOrder | None]) -> None:
    assert parse_date(day.strftime(style[0]), order=style[1]) == day


@given(st.text(alphabet="0123456789.-/: TZ+aprilMäz,", max_size=66))
def test_any_text_is_read_or_refused(text: str) -> None:
    for tz in (UTC, BERLIN):
        try:
            parse_date(text)
            assert parse_datetime(text, tz=tz).utcoffset() == timedelta(0)
        except InputError:
            pass


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00"), ("2024-01-31T10:00:00+02:00", "2024-01-31T08:00"),
        ("2024-01-31 10:00 +0530", "2024-01-31T04:30"),
        ("2024-01-31 10:00", "2024-01-31T09:00"), ("2024-07-31 10:00", "2024-07-31T08:00"),
        ("31.1.2024, 14.30 Uhr", "2024-01-31T13:30"),
        ("31/1/2024 2:05 PM", "2024-01-31T13:05"), ("31 Jan 2024 at 12 am", "2024-01-30T23:00"),
        ("31.1.2024", "2024-01-30T23:00"),
        ("Wed, 31 Jan 2024 10:00:00 +0000", "2024-01-31T10:00"), ("2024-01-31 10:00 UTC+2", "2024-01-31T08:00"),
    ],
)  # fmt: skip
def test_times_are_read_in_their_own_or_the_given_zone(text: str, moment: str) -> None:
    assert parse_datetime(text, tz=BERLIN) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_fractions_of_seconds_are_kept_to_the_microsecond() -> None:
    assert parse_datetime("2024-01-31T10:00:00.123456789Z", tz=UTC).microsecond == 123456


def test_a_local_time_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(InputError, match="clocks went forward"):
        parse_datetime("2024-03-31 02:30", tz=BERLIN)


def test_a_local_time_that_exists_twice_is_the_first() -> None:
    assert parse_datetime("2024-10-27 02:30", tz=BERLIN) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31 25:00",
        "2024-01-31 10:61",
        "2024-01-31 13:00 pm",
        "2024-01-31 10:00 +19:00",
        "9999-12-31T23:00:00-05:00",
    ],
)
def test_times_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_datetime(text, tz=UTC)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001 — hypothesis wants naive bounds
def test_iso_times_with_an_offset_are_read_back(naive: datetime, minutes: int) -> None:
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes)
    text = f"{naive.isoformat()}{sign}{rest // 60:02}:{rest % 60:02}"
    assert parse_datetime(text, tz=BERLIN) == datetime.fromisoformat(text)


def test_the_order_of_a_column_is_seen_from_its_samples() -> None:
    assert guess_order(["03/04/2024", "31/03/2024"]) == "dmy"
    assert guess_order(["03/04/2024", "03/31/2024"]) == "mdy"
    assert guess_order(["3.4.2024"]) == "dmy"
    assert guess_order(["2024-03-04"]) == "ymd"
    assert guess_order(["2024-03-04", "31/03/2024"]) == "dmy"


def test_without_evidence_or_with_contradiction_no_order_is_guessed() -> None:
    assert guess_order(["03/04/2024", "04/04/2024", "", "3 March 2024", "x" * 99]) is None
    assert guess_order(["31/03/2024", "03/31/2024"]) is None


@pytest.mark.parametrize(
    ("serial", "moment"),
    [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01"), (45352, "2024-03-01"), (45352.5, "2024-03-01T12:00"),
     (2958465, "9999-12-31")],
)  # fmt: skip
def test_date_numbers_of_spreadsheets_are_read(serial: float, moment: str) -> None:
    assert from_excel_serial(serial) == datetime.fromisoformat(moment)


def test_old_mac_workbooks_count_from_1904() -> None:
    assert from_excel_serial(0, epoch_1904=True) == datetime.fromisoformat("1904-01-01")


@pytest.mark.parametrize("serial", [60, -1, 2958466, float("nan"), float("inf")])
def test_numbers_that_are_no_date_are_refused(serial: float) -> None:
    with pytest.raises(InputError):
        from_excel_serial(serial)

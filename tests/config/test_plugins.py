"""Which plug-ins are here, which are on, and what is said about one that cannot be."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from rapport.base.plugin import Plugin
from rapport.config.plugins import GROUP, BadPlugin, blamed, installed

CARS = Plugin("cars", "json", "rapport-cars", "2.1")


def entry(name: str, package: str = "json") -> EntryPoint:
    return EntryPoint(name, package, GROUP)


def test_they_come_by_name_and_are_on() -> None:
    found = installed(found=[entry("trams", "email"), entry("cars")])
    assert [(one.name, one.package, one.is_on) for one in found] == [("cars", "json", True), ("trams", "email", True)]


@pytest.mark.parametrize(("off", "on"), [(["cars"], ["trams"]), (["all"], []), (["planes"], ["cars", "trams"])])
def test_one_is_switched_off_by_name_or_all_are(off: list[str], on: list[str]) -> None:
    found = installed(off, [entry("trams", "email"), entry("cars")])
    assert [one.name for one in found if one.is_on] == on
    assert len(found) == 2


@pytest.mark.parametrize("package", ["no_such_package", "no_such_package.inside", "json.decoder.inside"])
def test_one_whose_package_is_missing_is_named_with_the_way_out(package: str) -> None:
    with pytest.raises(BadPlugin) as refused:
        installed(found=[entry("cars", package)])
    assert "The plug-in cars" in str(refused.value) and "RAPPORT_PLUGINS_OFF=cars" in str(refused.value)
    assert [one.is_on for one in installed(["cars"], [entry("cars", package)])] == [False]


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(BadPlugin, match="of the same name"):
        installed(found=[entry("cars"), entry("cars", "email")])


def test_an_error_out_of_its_code_is_its_own_and_any_other_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_a_car.py").write_text("def go():\n    raise KeyError('wheel')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "half_a_car", raising=False)
    from half_a_car import go  # type: ignore[import-not-found]  # written just now

    car = Plugin("cars", "half_a_car", "rapport-cars", "2.1")
    with pytest.raises(KeyError) as raised:
        go()
    told = blamed([CARS, car], raised.value)
    assert told is not None
    assert str(told).startswith("The plug-in cars (rapport-cars 2.1) cannot be loaded: KeyError: 'wheel'")
    assert blamed([CARS], raised.value) is None
    assert blamed([Plugin("cars", "half_a_car", "rapport-cars", "2.1", is_on=False)], raised.value) is None

"""Where a mail's own words end."""

import time

import pytest

from rapport.base.quoting import split_quoted

OWN = "Thanks, that works.\n\nInes"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 3 May 2026 at 09:12, Mara Lind <mara@helianth.example> wrote:\n> Shall we?\n> Mara",
        "On Mon, 3 May 2026 at 09:12, Mara Lind <mara.lind@a-very-long-name.example>\nwrote:\n> Shall we?",
        "Am 03.05.2026 um 09:12 schrieb Mara Lind:\n> Passt das?",
        "Le 3 mai 2026 à 09:12, Mara Lind a écrit :\n\n> Oui ?",
        "-----Original Message-----\nFrom: Mara\nSubject: Offer\n\nShall we?",
        "-----Ursprüngliche Nachricht-----\nVon: Mara\n\nPasst das?",
        "________________________________\nFrom: Mara Lind\nSent: Monday\n\nShall we?",
        "Von: Mara Lind <mara@x.example>\nGesendet: Montag, 3. Mai 2026\nAn: Ines\nBetreff: AW: Angebot\n\nPasst?",
        "> Shall we?\n>\n> Mara",
    ],
)
def test_what_is_repeated_below_is_told_apart(quoted: str) -> None:
    assert split_quoted(f"{OWN}\n\n{quoted}") == (OWN, quoted)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we wrote: a new offer.",
        "From: the top\nwe begin",
        "> Can you come?\nYes.\n> And Tom?\nNo.",
        "> only a quotation",
        "On Tuesday Tom wrote:\n> it is too late",
        "",
    ],
)
def test_words_of_ones_own_stay_whole(text: str) -> None:
    assert split_quoted(text) == (text, "")


def test_a_long_hostile_text_costs_little() -> None:
    begun = time.perf_counter()
    for text in ("> a\n" * 50_000 + "b", "On " * 60_000, "From: x\n" * 50_000, "_" * 200_000, "On x\n" * 40_000):
        split_quoted(text)
    assert time.perf_counter() - begun < 4

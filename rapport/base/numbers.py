"""Reading numbers as people write them: 1,234.50 · 1.234,50 · 1 234,50 · 1'234.50 · 1,23,456 · (50) · 100-.

What a lone separator means is decided in one place, here. Told `decimal_comma`, the text must obey it. Not told:
with both a comma and a dot the last one is the decimal mark; one that occurs several times groups thousands; a lone
dot is a decimal point; a lone comma groups thousands when exactly three digits follow a group of one to three that
does not start with 0 (1,234), and is a decimal comma otherwise (1,5 and 0,125).
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from rapport.base.errors import InputError, shown

MAX_LENGTH = 80
MAX_MAGNITUDE = 30
"""Numbers from 1e-30 to 1e+30 are read; what is beyond was not typed by a person."""

MAX_SAMPLES = 5_000

_SPACES = "\u00a0\u2007\u2009\u202f\u2002\u2003\u3000\t"
_SPELLINGS = str.maketrans(
    dict.fromkeys(_SPACES, " ") | dict.fromkeys("’‘ʼ`´٬", "'") | dict.fromkeys("−–‒﹣－", "-") | {"٫": ".", "＋": "+"}
)
_SHAPE = re.compile(r"(?P<mantissa>[\d., ']*\d[\d., ']*)(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[., '])\d{3})(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d\d)+,\d{3}", re.ASCII)
_LONE_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def parse_decimal(text: str, *, decimal_comma: bool | None = None) -> Decimal:
    """The number a person wrote, exactly; raises InputError with a sentence saying what is wrong.

    `decimal_comma`: True for 1.234,5, False for 1,234.5, None to judge by the text alone (see the module).
    Parentheses or a trailing minus make it negative. Percent signs, NaN, infinity, more than 80 characters and
    magnitudes outside 1e-30..1e30 are refused.
    """
    negative, unsigned = split_sign(_plain(text))
    shape = _SHAPE.fullmatch(unsigned)
    if shape is None:
        raise InputError("“%(text)s” is not a number.", text=shown(text))
    number = _mantissa(shape["mantissa"].strip(), decimal_comma, text)
    number = _scaled(number, shape["exponent"], text)
    return -number if negative else number


def guess_decimal_comma(samples: Iterable[str]) -> bool | None:
    """Whether a column of numbers writes a decimal comma; None without evidence or when the samples contradict.

    Looks at the first 5,000 samples; those that are no numbers are passed over.
    """
    votes = {_decimal_mark_shown(sample) for sample in islice(samples, MAX_SAMPLES)} - {None}
    return votes.pop() == "," if len(votes) == 1 else None


def split_sign(text: str) -> tuple[bool, str]:
    """Whether the text is marked negative (minus before or after, or parentheses), and the text without the mark."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.endswith("-"):
        return True, text[:-1].strip()
    return text.startswith("-"), (text[1:].strip() if text[:1] in ("+", "-") else text)


def normal_marks(text: str) -> str:
    """The same text with ASCII digits, minus, apostrophe and space in place of their many look-alikes."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return text.translate(_SPELLINGS).strip()


def _plain(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise InputError("This is too long for a number (at most %(limit)d characters).", limit=MAX_LENGTH)
    plain = normal_marks(text)
    if not plain:
        raise InputError("Enter a number.")
    if "%" in plain or "％" in plain:
        raise InputError("Leave out the percent sign in “%(text)s”.", text=shown(text))
    return plain


def _mantissa(mantissa: str, decimal_comma: bool | None, text: str) -> Decimal:
    mark = _decimal_mark(mantissa) if decimal_comma is None else "," if decimal_comma else "."
    whole, found, fraction = mantissa.rpartition(mark) if mark and mark in mantissa else (mantissa, "", "")
    if not _is_whole(whole, found) or not (fraction.isdigit() or fraction == ""):
        raise InputError("The separators in “%(text)s” do not form a number; write it like 1234.50.", text=shown(text))
    digits = re.sub(r"[^\d]", "", whole)
    return Decimal(f"{digits or '0'}.{fraction or '0'}") if fraction else Decimal(digits)


def _is_whole(whole: str, decimal_mark: str) -> bool:
    """Whether the part before the decimal mark is digits alone or in proper groups, by another mark."""
    if whole.isdigit():
        return True
    if whole == "":
        return decimal_mark != ""
    return _GROUPED.fullmatch(whole) is not None and (decimal_mark == "" or decimal_mark not in whole)


def _decimal_mark(mantissa: str) -> str:
    """The decimal mark of a number whose habit is not known; "" if it has none."""
    dot, comma = mantissa.rfind("."), mantissa.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    mark = "." if dot >= 0 else "," if comma >= 0 else ""
    if mark and mantissa.count(mark) > 1:
        return ""
    return "" if mark == "," and _LONE_THOUSANDS.fullmatch(mantissa) else mark


def _decimal_mark_shown(sample: str) -> str | None:
    """The decimal mark this sample proves, or None. A repeated mark proves that the other one is decimal."""
    if len(sample) > MAX_LENGTH:
        return None
    number = split_sign(normal_marks(sample))[1]
    if _SHAPE.fullmatch(number) is None or _LONE_THOUSANDS.fullmatch(number):
        return None
    mark = _decimal_mark(number)
    if mark == "":
        return {(True, False): ",", (False, True): "."}.get(("." in number, "," in number))
    return mark


def _scaled(number: Decimal, exponent: str | None, text: str) -> Decimal:
    shift = int(exponent or 0)
    if abs(shift) > MAX_MAGNITUDE or (number and abs(number.adjusted() + shift) > MAX_MAGNITUDE):
        raise InputError("“%(text)s” is too large or too small a number.", text=shown(text))
    return number if exponent is None else Decimal((0, number.as_tuple().digits, _exponent_of(number) + shift))


def _exponent_of(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0

"""Bech32 (BIP 173): bytes as letters and digits with a checksum that finds what was mistyped, as keys of age are."""

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_FACTORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM = 6


def encode(prefix: str, content: bytes) -> str:
    """The content in lower case, behind its prefix and the separator `1`."""
    numbers = _regrouped(content, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *numbers, *[0] * CHECKSUM]) ^ 1
    numbers += [(check >> 5 * (CHECKSUM - 1 - place)) & 31 for place in range(CHECKSUM)]
    return f"{prefix}1{''.join(ALPHABET[number] for number in numbers)}"


def decode(text: str) -> tuple[str, bytes]:
    """Prefix and content. Raises ValueError for a text that has a wrong sign or is mixed from both cases."""
    if text.lower() != text and text.upper() != text:
        raise ValueError("mixes upper and lower case")
    prefix, separator, rest = text.lower().rpartition("1")
    if not separator or not prefix or len(rest) < CHECKSUM or set(rest) - set(ALPHABET):
        raise ValueError("is not written in Bech32")
    numbers = [ALPHABET.index(sign) for sign in rest]
    if _polymod([*_spread(prefix), *numbers]) != 1:
        raise ValueError("has a mistyped sign")
    return prefix, bytes(_regrouped(bytes(numbers[:-CHECKSUM]), 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)]


def _polymod(numbers: list[int]) -> int:
    check = 1
    for number in numbers:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ number
        for place, factor in enumerate(_FACTORS):
            check ^= factor if top >> place & 1 else 0
    return check


def _regrouped(numbers: bytes, width: int, wanted: int, *, pad: bool) -> list[int]:
    """The same bits in groups of another width. Raises ValueError where bits that only fill up are set."""
    held, bits, made = 0, 0, []
    for number in numbers:
        held, bits = held << width | number, bits + width
        while bits >= wanted:
            bits -= wanted
            made.append(held >> bits & (1 << wanted) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        made.append(held << wanted - bits & (1 << wanted) - 1)
    elif not pad and (bits >= width or held):
        raise ValueError("ends in bits that mean nothing")
    return made

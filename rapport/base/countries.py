"""Countries by code and by name, in English, German and common aliases."""

from functools import cache

from babel import Locale, UnknownLocaleError

from rapport.base.errors import InputError, shown
from rapport.base.tables import by_alias, listed
from rapport.base.text import fold_variants, words

MAX_LENGTH = 100

# Codes that CLDR names but ISO 3166-1 does not list as a country today; XK is in common use for Kosovo and stays.
_NOT_COUNTRIES = listed("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ")

# Keys are folded words, as `_key` makes them. Single letters are the signs on old European envelopes (D-10115).
_ALIASES = by_alias(
    """
    US: usa, u s a, u s, america, amerika, united states of america, vereinigte staaten von amerika
    GB: uk, u k, great britain, britain, england, scotland, wales, northern ireland, grossbritannien, schottland
    DE: d, brd, deutschland, bundesrepublik deutschland, federal republic of germany, allemagne
    AT: a, osterreich, oesterreich, autriche
    CH: schweiz, suisse, svizzera, swiss, confoederatio helvetica
    LI: fl
    FR: f
    IT: i, italia
    ES: e, espana
    LU: l
    BE: b, belgie, belgique
    SE: s, sverige
    NO: n, norge
    PT: p
    HU: h
    NL: holland, the netherlands, nederland
    PL: polska
    DK: danmark
    FI: suomi
    BR: brasil
    CZ: czech republic, tschechische republik
    SK: slovak republic
    KR: korea, south korea, republic of korea, korea south, sudkorea, suedkorea
    KP: north korea, nordkorea
    RU: russian federation, russische foderation
    CN: peoples republic of china, people s republic of china, pr china, prc, vr china, volksrepublik china
    AE: uae, vae, united arab emirates
    TR: turkey, turkiye
    VN: viet nam
    MM: burma
    CI: ivory coast, elfenbeinkuste
    SZ: swaziland
    MK: macedonia, mazedonien
    IR: iran islamic republic of
    HK: hong kong, hongkong
    MO: macau
    TW: taiwan
    VA: vatican
    """
)


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166-1 alpha-2 code of a country, in capitals."""
    return code in country_codes()


@cache
def country_codes() -> frozenset[str]:
    """The ISO 3166-1 alpha-2 codes."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


def country_name(code: str, locale: str = "en") -> str:
    """The country's name in that language; the code itself if it has none."""
    return str(_locale(locale).territories.get(code, code))


def parse_country(name_or_code: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country named in English or German, by a code or a common alias; InputError."""
    if len(name_or_code) > MAX_LENGTH:
        raise InputError("This is too long for a country (at most %(limit)d characters).", limit=MAX_LENGTH)
    code = name_or_code.strip().upper()
    if not code:
        raise InputError("Enter a country.")
    if is_country(code):
        return code
    known = next((_countries()[key] for key in _keys(name_or_code) if key in _countries()), None)
    if known is None:
        raise InputError(
            "“%(text)s” is no country that is known here; use its English name or a code such as DE.",
            text=shown(name_or_code),
        )
    return known


@cache
def _countries() -> dict[str, str]:
    """Folded name → code; aliases win over names."""
    names = {
        key: code
        for language in ("de", "en")
        for code, name in Locale(language).territories.items()
        if code in country_codes()
        for key in _keys(str(name))
    }
    return names | _ALIASES


def _keys(name: str) -> tuple[str, ...]:
    return fold_variants(" ".join(words(name)))


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")

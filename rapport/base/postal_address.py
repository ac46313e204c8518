"""Postal addresses: their parts, and their lines in the order of the country they lie in.

The order belongs to the country of the address, not to the reader; only the country's name is in the reader's
language. Orders follow the Universal Postal Union's country sheets.
"""

import re
from dataclasses import dataclass

from rapport.base.countries import country_codes as country_codes
from rapport.base.countries import country_name as country_name
from rapport.base.countries import is_country as is_country
from rapport.base.countries import parse_country as parse_country
from rapport.base.tables import listed

# One layout a line: the countries, then the lines of the label, parted by |.
_LAYOUTS = """
AT BE CH CZ DE DK FI FR GR LI LU NL NO PL PT SE SK : street | extra | postal_code city
US : street | extra | city, region postal_code
CA AU : street | extra | city region postal_code
GB IE : extra | street | city | region | postal_code
NZ SG : street | extra | city postal_code
IN ID : street | extra | city postal_code | region
TH : street | extra | city | region postal_code
IT : street | extra | postal_code city region
MX : street | extra | postal_code city, region
BR : street | extra | city - region | postal_code
RU UA ZA : street | extra | city | region | postal_code
HU : city | street | extra | postal_code
HK : extra | street | city | region
JP : 〒postal_code | region city | street | extra
CN : postal_code | region city | street | extra
TW : postal_code region city | street | extra
KR : region city | street | extra | postal_code
"""
_DEFAULT_LAYOUT = ("street", "extra", "postal_code city", "region")
_LINES: dict[str, tuple[str, ...]] = {
    country: tuple(line.strip() for line in layout.split("|"))
    for countries, _, layout in (row.partition(":") for row in _LAYOUTS.strip().splitlines())
    for country in listed(countries)
}
# A part with the sign before it, which goes when the part is absent.
_PART = re.compile(r"(?P<sign>, | - | |〒)?(?P<name>street|extra|postal_code|city|region)")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The parts of an address, each "" if absent; `country` is an ISO 3166-1 alpha-2 code. False if all are absent."""

    street: str = ""
    extra: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.street or self.extra or self.postal_code or self.city or self.region or self.country)

    def lines(self, locale: str = "en", *, home: str = "") -> tuple[str, ...]:
        """The lines of a label in the country's order; the country last, unless it is `home` (ISO code).

        A region that the country's labels leave out (DE, FR, …) is left out here too.
        """
        lines = [self._filled(line) for line in _LINES.get(self.country, _DEFAULT_LAYOUT)]
        if self.country and self.country != home:
            lines.append(country_name(self.country, locale))
        return tuple(line for line in lines if line)

    def one_line(self, locale: str = "en", *, home: str = "") -> str:
        """The lines joined by commas."""
        return ", ".join(self.lines(locale, home=home))

    def _filled(self, layout: str) -> str:
        line = ""
        for part in _PART.finditer(layout):
            if value := getattr(self, part["name"]):
                sign = part["sign"] or ""
                line += f"{sign}{value}" if line or sign == "〒" else value
        return line

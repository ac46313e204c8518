"""A mail's own words and the older mails it repeats below them.

There is no standard: mail programs put a line in the reader's language ("Am 3. Mai schrieb Anna:"), a block of headers
(Von:, Gesendet:, An:) or a rule before what they repeat, and "> " before its lines. What begins so and reaches to the
end is the quotation; answers written between quoted lines stay where they are. Linear in the text.
"""

import re

# A line that hands over to somebody else's words: it names a writer and ends in a colon. May be broken once.
_WROTE = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Den|W dniu|Em)\b[^\n]{4,200}(?:\n[^\n]{0,120})?"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|pisze|escreveu)\b[^\n]{0,80}:\s*",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\s*(?:-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Forwarded message|"
    r"Original-Nachricht|Message d'origine|Mensaje original|Messaggio originale)\s*-{2,}|_{20,})\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\s*\*?(?:From|Von|De|Da|Van)\s*:\*?\s+\S", re.IGNORECASE)
_SECOND = re.compile(
    r"\s*\*?(?:Sent|Gesendet|Date|Datum|To|An|À|Para|Enviado|Envoyé|Subject|Betreff|Inviato|Verzonden)\s*:",
    re.IGNORECASE,
)


def split_quoted(text: str) -> tuple[str, str]:
    """(own words, what is repeated below them); the whole text is its own where nothing is repeated or nothing else."""
    lines = text.strip().split("\n")
    signs = _signs_from(lines)
    place = next((number for number in range(len(lines)) if number >= signs or _begins(lines, number)), None)
    if place is None or not any(line.strip() for line in lines[:place]):
        return text.strip(), ""
    return "\n".join(lines[:place]).rstrip(), "\n".join(lines[place:]).strip()


def _begins(lines: list[str], number: int) -> bool:
    """Whether the quotation begins at this line."""
    line = lines[number]
    if _RULE.fullmatch(line):
        return True
    if _WROTE.fullmatch(line) or _WROTE.fullmatch("\n".join(lines[number : number + 2])):
        return True
    return bool(_HEADER.match(line)) and any(_SECOND.match(other) for other in lines[number + 1 : number + 4])


def _signs_from(lines: list[str]) -> int:
    """From which line on every line begins with ">"; their number where the last does not."""
    place = found = len(lines)
    while place and (lines[place - 1].startswith(">") or not lines[place - 1].strip()):
        place -= 1
        found = place if lines[place].startswith(">") else found
    return found

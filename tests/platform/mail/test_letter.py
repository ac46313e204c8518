"""Letters: what a mail says, the same bytes at every try, and nothing of a header that somebody typed."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from rapport.platform.mail.letter import Letter, Mailbox, as_bytes, as_html, check, from_json, mailbox

LETTER = Letter(
    sender=Mailbox("mara@house.example", "Mara Lind"),
    to=(Mailbox("ana@acme.example", "Ana Bérg, Dr."),),
    cc=(Mailbox("copy@acme.example"),),
    bcc=(Mailbox("hidden@house.example"),),
    subject="Grüße aus Köln",
    text="Hello Ana,\n\nsee https://house.example/a?b=1&c=2.\nBest <regards>",
    message_id="<abc123@house.example>",
    sent_at="2026-03-01T10:00:00+01:00",
    answers=("<new@acme.example>", "<old@acme.example>"),
    files=(7, 8),
)


def read(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_says_what_it_should() -> None:
    found = read(as_bytes(LETTER, [("Angebot 1.pdf", "application/pdf", b"%PDF")]))
    assert found["From"] == "Mara Lind <mara@house.example>"
    assert found["To"] == '"Ana Bérg, Dr." <ana@acme.example>'
    assert found["Subject"] == "Grüße aus Köln"
    assert found["Message-ID"] == "<abc123@house.example>"
    assert found["In-Reply-To"] == "<new@acme.example>"
    assert found["References"] == "<old@acme.example> <new@acme.example>"
    assert "Bcc" not in found
    assert b"hidden@house.example" not in as_bytes(LETTER)
    assert [part.get_filename() for part in found.iter_attachments()] == ["Angebot 1.pdf"]
    plain, rich = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert "Best <regards>" in plain.get_content()
    assert rich is not None
    assert '<a href="https://house.example/a?b=1&amp;c=2">' in rich.get_content()
    assert "Best &lt;regards&gt;" in rich.get_content()


def test_every_try_has_the_same_bytes_also_after_a_stay_in_the_outbox() -> None:
    attached = [("a.txt", "text/plain", b"x" * 2_000)]
    assert as_bytes(LETTER, attached) == as_bytes(from_json(LETTER.as_json()), attached)


def test_it_goes_to_everybody_once() -> None:
    doubled = replace(LETTER, cc=(Mailbox("ana@acme.example"),))
    assert doubled.recipients == ["ana@acme.example", "hidden@house.example"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_becomes_a_header_of_its_own(subject: str, name: str) -> None:
    hostile = replace(
        LETTER, subject=f"a\r\nBcc: evil@x.example\n{subject}", sender=Mailbox("m@house.example", f"{name}\nX: y")
    )
    head = as_bytes(hostile).partition(b"\r\n\r\n")[0]
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")}
    assert names <= {
        *(b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references"),
        *(b"mime-version", b"content-type"),
    }


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    page = as_html(text + "<script>alert(1)</script>", "en")
    assert "<script" not in page


def test_addresses_are_checked() -> None:
    assert mailbox(" ana@ACME.example ", "x\ny") == Mailbox("ana@acme.example", "x y")
    with pytest.raises(ValidationError, match="no e-mail address"):
        mailbox("a@x <b@y>")
    with pytest.raises(ValidationError):
        check(replace(LETTER, to=(), cc=(), bcc=()))
    with pytest.raises(ValidationError, match="at most 100"):
        check(replace(LETTER, to=tuple(Mailbox(f"a{n}@x.example") for n in range(101))))

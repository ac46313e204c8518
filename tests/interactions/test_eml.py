"""Reading mails as they are sent: good ones fully, hostile ones without an exception, none without a trace."""

import random
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.interactions.eml import Mail, Unreadable, read, text_of_html
from tests import sizes


def written(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    values = {
        "From": '"Berg, Ana" <Ana@Acme.example>',
        "To": "mara@house.example, Ben <ben@acme.example>",
        "Subject": "Angebot für März",
        "Date": "Mon, 02 Mar 2026 13:00:00 +0100",
        "Message-ID": "<1@acme.example>",
    }
    for name, value in (values | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        mail[name] = value
    mail.set_content("Guten Tag,\n\nbitte ein Angebot.\n")
    return mail


def test_a_good_mail_is_read_whole() -> None:
    source = written(References="<a@x.example> <b@x.example>", In_Reply_To="<b@x.example>")
    source.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Prüfung.pdf")
    mail = read(source.as_bytes())
    assert (mail.subject, mail.message_id) == ("Angebot für März", "<1@acme.example>")
    assert mail.sent_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert [(one.email, one.name) for one in mail.sender] == [("ana@acme.example", "Berg, Ana")]
    assert [one.email for one in mail.to] == ["mara@house.example", "ben@acme.example"]
    assert mail.references == ("<b@x.example>", "<a@x.example>")
    assert mail.text == "Guten Tag,\n\nbitte ein Angebot."
    assert [(one.name, one.content) for one in mail.attachments] == [("Prüfung.pdf", b"%PDF-1.7")]
    assert mail.problems == ()


def test_of_html_only_the_words_are_kept() -> None:
    source = written()
    source.set_content(
        "<html><style>p{}</style><script>steal()</script><p>Hallo&nbsp;<b>Welt</b></p><p onclick=x>Zeile&lt;2&gt;",
        subtype="html",
    )
    assert read(source.as_bytes()).text == "Hallo\xa0Welt\nZeile<2>"
    assert "alert" not in text_of_html("<svg><script>alert(1)</script></svg><!-- alert(2) -->")


def test_plain_text_wins_over_html_beside_it() -> None:
    source = written()
    source.add_alternative("<p>rich</p>", subtype="html")
    assert read(source.as_bytes()).text.startswith("Guten Tag")


@pytest.mark.parametrize(
    "bytes_", [b"", b"hello", b"\x00" * 1000, b"PK\x03\x04zip", b"\xff\xfe\x00", b"X-Nothing: 1\n\nx"]
)
def test_what_is_no_mail_says_so(bytes_: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(bytes_)
    assert str(caught.value)


# Seen in the wild and in the reports of the library: each crashed or hung something once.
HOSTILE = [
    b"From: <>\nSubject: x\n\n",
    b"From: =?utf-8?b?====?= <a@b.example>\n\nx",
    b"From: a@b.example\nSubject: =?unknown-charset?q?=E4?=\n\nx",
    b"From: a@b.example\nSubject: =?utf-8?x?abc?=\n\nx",
    b"From: a@b.example\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nx",
    b"From: a@b.example\nDate: Tue, 01 Jan 2026 00:00:00 +99999999999\n\nx",
    b"From: a@b.example\nMessage-ID: <[]@x>\n\nx",
    b"From: a@b.example\nMessage-ID: [<x@y.example>\n\nx",
    b"To: :\n\nx",
    b"To: a@b.example, <c@d.example\nFrom: \"unclosed <x@y.example>\n\nx",
    b"From: a@b.example\nContent-Type: multipart/mixed\n\nno boundary",
    b"From: a@b.example\n" + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--x\n" * 2 + b"\n--x--",
    b"From: a@b.example\nContent-Type: text/plain; charset=\"utf-99\"\n\n\xe4\xf6",
    b"From: a@b.example\nContent-Type: text/plain; charset*=''%00\n\nx",
    b"From: a@b.example\nContent-Type: /; name*0*=x''%E4; name*2=y\n\nx",
    b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!",
    b"From: a@b.example\nContent-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n!!!!\nend\n",
    b"From: a@b.example\nContent-Disposition: attachment; filename*=utf-99''%FF%FE\n\nx",
    b"From: a@b.example\nContent-Disposition: attachment; filename=\"../../etc/passwd\x00.txt\"\n\nx",
    b"From: \xe4\xf6\xfc <a@b.example>\nSubject: \xff\xfe raw\n\n\xff",
    b"From: a@b.example\nContent-Type: message/rfc822\n\n",
    b"From: a@b.example\nContent-Type: message/delivery-status\n\n\n\n",
    b"Subject: " + b"=?utf-8?q?a?= " * 5000 + b"\n\nx",
    b"To: " + b"a@b.example, " * 20000 + b"\n\nx",
    b"To: " + b"(" * 50000 + b"\n\nx",
    b"From: a@b.example\nReferences: " + b"<" * 50000 + b"\n\nx",
    b"From: a@b.example\n" + b"".join(b"Content-Type: multipart/x; boundary=%d\n\n--%d\n" % (n, n) for n in range(500)),
    b"From: a@b.example\r\n\r\n" + b"<" * 200_000,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_mail_raises_nothing(number: int) -> None:
    assert isinstance(read(HOSTILE[number]), Mail)


def test_a_mail_with_broken_bytes_keeps_its_words() -> None:
    mail = read(b"From: M\xfcller <m@acme.example>\nSubject: Gr\xfc\xdfe\n\nSch\xf6ne Gr\xfc\xdfe")
    assert (mail.subject, mail.text) == ("Grüße", "Schöne Grüße")
    assert mail.sender[0].name == "Müller"


def test_an_automatic_answer_is_known() -> None:
    assert read(written(Auto_Submitted="auto-replied").as_bytes()).is_automatic
    assert not read(written(Auto_Submitted="no").as_bytes()).is_automatic


@settings(max_examples=sizes.cases("damaged mails"), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_any_damage_to_a_mail_is_survived(seed: int, wounds: int) -> None:
    chance = random.Random(seed)
    source = written(References="<a@x.example>")
    source.add_attachment(b"x" * 50, maintype="image", subtype="png", filename="a.png")
    raw = bytearray(source.as_bytes())
    for _ in range(wounds):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randrange(4)] = bytes(
            chance.choices(b'\x00\xff=?<>";:\n\r-()[]%ab', k=chance.randrange(5))
        )
    try:
        assert isinstance(read(bytes(raw)), Mail)
    except Unreadable as reason:
        assert str(reason)


@settings(max_examples=sizes.cases("mails of any bytes"), deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_unreadable(raw: bytes) -> None:
    try:
        assert isinstance(read(b"From: a@b.example\n" + raw), Mail)
    except Unreadable:
        pytest.fail("it has a header")

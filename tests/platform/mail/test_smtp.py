"""SMTP with servers that misbehave: each outcome is as exact as the protocol allows, and each try ends in time."""

from __future__ import annotations

import time

import pytest

from rapport.platform.mail.server import Server
from rapport.platform.mail.smtp import NotSent, Session, Took, Unknown
from tests.platform.mail.bad_server import Script, serving

MESSAGE = b"Subject: Hello\r\n\r\nFirst line\r\n.starts with a dot\r\n"


def send(
    script: Script, *, seconds: float = 1.5, to: tuple[str, ...] = ("a@b.example",), safety: str = "plain"
) -> Took:
    with serving(script):
        session = Session(Server("127.0.0.1", script.port, safety), seconds)  # type: ignore[arg-type]  # as the test says
        try:
            return session.send("us@house.example", to, MESSAGE)
        finally:
            session.close()


def test_a_mail_arrives_as_it_was_given() -> None:
    script = Script()
    took = send(script)
    assert took == Took("taken as 4711", {}, {})
    assert script.taken == [MESSAGE.replace(b"\r\n.starts", b"\r\n..starts")]  # dots doubled on the way (RFC 5321)


@pytest.mark.parametrize(
    ("replies", "is_final"),
    [
        ({"greeting": "421 too busy"}, False),
        ({"greeting": "554 go away"}, False),  # the server as a whole: it may be another one tomorrow
        ({"mail": "451 try later"}, False),
        ({"mail": "550 not from you"}, True),
        ({"rcpt": "450 mailbox busy"}, False),
        ({"rcpt": "550 no such user"}, True),
        ({"data": "451 not now"}, False),
        ({"data": "554 no"}, True),
        ({"dot": "451 disk full"}, False),
        ({"dot": "550 looks like spam"}, True),
        ({"greeting": ""}, False),
        ({"mail": ""}, False),
        ({"data": ""}, False),
        ({"greeting": "HTTP/1.1 400 Bad Request"}, False),
        ({"mail": "what?"}, False),
    ],
)
def test_what_certainly_did_not_arrive(replies: dict[str, str], is_final: bool) -> None:
    script = Script(replies=replies)
    with pytest.raises(NotSent) as caught:
        send(script)
    assert caught.value.is_final is is_final
    assert str(caught.value)


def test_a_line_cut_before_the_final_dot_is_certain() -> None:
    script = Script(hang_up_in_data=True)
    with pytest.raises((NotSent, Unknown)):
        send(script)
    assert script.taken == []


@pytest.mark.parametrize("reply", ["", "…", "nonsense", "999 what"])
def test_after_the_final_dot_only_an_answer_is_an_answer(reply: str) -> None:
    script = Script(replies={"dot": reply})
    with pytest.raises(Unknown):
        send(script, seconds=1)
    assert len(script.taken) == 1


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "data"])
def test_one_byte_a_second_does_not_outlast_the_deadline(step: str) -> None:
    began = time.monotonic()
    with pytest.raises(NotSent):
        send(Script(drip=step), seconds=1)
    assert time.monotonic() - began < 6


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    began = time.monotonic()
    with pytest.raises(NotSent):
        send(Script(replies={"ehlo": "…"}), seconds=1)
    assert time.monotonic() - began < 6


def test_those_not_taken_are_named_with_the_reason() -> None:
    script = Script(refuse={"gone@b.example": "550 no such user", "full@b.example": "452 mailbox full"})
    took = send(script, to=("a@b.example", "gone@b.example", "full@b.example"))
    assert took.refused == {"gone@b.example": "550 no such user"}
    assert took.postponed == {"full@b.example": "452 mailbox full"}
    assert len(script.taken) == 1


def test_encryption_that_is_not_offered_is_not_done_without() -> None:
    with pytest.raises(NotSent, match="STARTTLS"):
        send(Script(), safety="starttls")


def test_broken_encryption_is_a_clear_refusal() -> None:
    with pytest.raises(NotSent):
        send(
            Script(
                replies={"starttls": "220 go"},
            ),
            safety="tls",
        )


def test_a_port_where_nobody_listens_is_a_clear_refusal() -> None:
    with pytest.raises(NotSent, match=":1: "):
        Session(Server("127.0.0.1", 1, "plain"), 1).send("a@b.example", ["c@d.example"], MESSAGE)


def test_a_connection_the_server_has_closed_meanwhile_is_opened_anew() -> None:
    script = Script()
    with serving(script):
        session = Session(Server("127.0.0.1", script.port, "plain"), 2)
        session.send("us@house.example", ["a@b.example"], MESSAGE)
        assert session._smtp is not None
        assert session._smtp.sock is not None
        session._smtp.sock.shutdown(2)
        assert session.send("us@house.example", ["a@b.example"], MESSAGE).answer == "taken as 4711"
        session.close()
    assert len(script.taken) == 2

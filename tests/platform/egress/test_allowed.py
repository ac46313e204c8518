"""What the house lets in of its own network, and what an address belongs to."""

from ipaddress import ip_address

import pytest

from rapport.config.environment import BadSettings, Environment
from rapport.platform.egress.addresses import is_public
from rapport.platform.egress.allowed import parse


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "172.32.0.1"])
def test_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *("0.1.2.3", "10.9.8.7", "100.127.255.255", "127.9.9.9", "168.63.129.16", "169.254.0.1", "172.16.0.1"),
        *("192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.19.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808"),
        *("64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1"),
        *("fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
    ],
)
def test_everything_with_a_purpose_of_its_own_is_not(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "entry, host, address, port, lets",
    [
        ("10.1.0.0/16", "x.lan", "10.1.2.3", 80, True),
        ("10.1.0.0/16", "x.lan", "10.2.2.3", 80, False),
        ("10.1.0.0/16", "x.lan", "::ffff:10.1.2.3", 80, False),
        ("hooks.lan", "hooks.lan", "10.2.2.3", 80, True),
        ("Hooks.LAN", "hooks.lan", "fd00::7", 80, True),
        ("hooks.lan", "x.hooks.lan", "10.2.2.3", 80, False),
        ("hooks.lan", "hooks.lan", "169.254.169.254", 80, False),
        ("hooks.lan", "hooks.lan", "::ffff:169.254.169.254", 80, False),
        ("hooks.lan", "hooks.lan", "fd00:ec2::254", 80, False),
        ("hooks.lan", "hooks.lan", "0.0.0.0", 80, False),  # noqa: S104  # judged, not bound
        ("hooks.lan:8080", "hooks.lan", "10.2.2.3", 80, False),
        ("hooks.lan:8080", "hooks.lan", "10.2.2.3", 8080, True),
        ("[fd00::1]:8443", "fd00::1", "fd00::1", 8443, True),
        ("fd00::/8", "x.lan", "fd00::1", 80, True),
        ("127.0.0.1:2525", "localhost", "127.0.0.1", 2525, True),
    ],
)
def test_an_entry_lets_through_what_it_names(entry: str, host: str, address: str, port: int, lets: bool) -> None:
    assert parse([entry])[0].is_for(host, ip_address(address), port) is lets


@pytest.mark.parametrize(
    "entry", ["http://hooks.lan", "hooks.lan:0", "hooks.lan:99999", "10.1.0.0/64", "1.2.3", "*", "a b"]
)
def test_an_entry_that_cannot_be_read_forbids_the_start(entry: str) -> None:
    with pytest.raises(BadSettings, match="RAPPORT_EGRESS_ALLOW has an entry that is no name, address or network"):
        Environment.read({"RAPPORT_EGRESS_ALLOW": f"hooks.lan,{entry}"})

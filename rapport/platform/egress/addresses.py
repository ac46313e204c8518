"""Which IP addresses belong to the public internet.

A list of our own rather than `ipaddress.is_global`: what that says differs between releases of Python, and it takes an
IPv4 address wrapped into IPv6 (mapped, NAT64, 6to4, Teredo) for the IPv6 address it is wrapped into.
Source: IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network: Linux takes 0.0.0.0 for the machine itself
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, and the metadata of Alibaba
            "127.0.0.0/8",
            "168.63.129.16/32",  # a public address by which Azure speaks to its machines
            "169.254.0.0/16",  # link-local: the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments, and the metadata of Oracle
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
# All unicast addresses that were given out are in here; ::1, mapped, NAT64, fc00::/7, fe80::/10 and ff00::/8 are not.
GIVEN_OUT_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, among them Teredo
            "2001:db8::/32",
            "2002::/16",  # 6to4 carries an IPv4 address
            "3fff::/20",
        ),
    )
)

# What a house gives its own machines.
OF_A_HOUSE_4 = tuple(
    map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
)
OF_A_HOUSE_6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))
# Clouds that give out their keys inside the networks of a house: Alibaba, Amazon.
METADATA = (IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"))


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach this machine too."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in GIVEN_OUT_6 and not any(address in network for network in NOT_PUBLIC_6)


def is_of_a_house(address: Address) -> bool:
    """Whether a house may have given this address to a machine of its own."""
    if address in METADATA:
        return False
    if isinstance(address, IPv4Address):
        return any(address in network for network in OF_A_HOUSE_4)
    return any(address in network for network in OF_A_HOUSE_6)

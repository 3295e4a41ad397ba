# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Recorded answers of real servers. The captures are not part of the project: without them these tests are skipped by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _events as ev
from ansible_collections.rdpops.health.plugins.module_utils._rdp._connection import Connection, State

from tests.support.captures import conversations
from tests.support.optional import shared_folder
from tests.support.rdp_bytes import requested_protocols

# capture -> what the server chose or refused, for each TCP connection that begins with a Connection Request
RECORDED: dict[str, list[ev.Event]] = {
    "zeek-rdp-to-ssl.pcap": [ev.NegotiationResponse(1, 2), ev.NegotiationResponse(1, 2)],
    "zeek-rdp-no-cookie-mstshash.pcap": [ev.NegotiationResponse(0x1F, 8)],
    "zeek-rdp-proprietary-encryption.pcap": [ev.NegotiationFailure(2), ev.NegotiationResponse(0, 0)],
    "zeek-rdp-x509.pcap": [ev.NegotiationResponse(0, 0)],
    "zeek-rdp-unknown-keyboard.pcap": [ev.NegotiationResponse(0, 0)],
    "suricata-verify-RDP-003.pcap": [ev.LegacyConfirm()],
    "ndpi-rdp.pcap": [ev.NegotiationResponse(0x1F, 8)],
    "ndpi-rdp_over_tls.pcap": [ev.NegotiationResponse(0x1F, 2)],
    "ndpi-rdp3.pcap": [ev.LegacyConfirm()],
    "wireshark-rdp-rdp-nla-ntlm-rejected1.pcapng": [ev.NegotiationResponse(0x1F, 8), ev.NegotiationFailure(5)],
    "wireshark-rdp-rdp-nla-ntlm-rejected2.pcapng": [ev.NegotiationResponse(0x1F, 8)],
    "wireshark-rdp-rdp-no-nla-rejected1.pcapng": [ev.NegotiationFailure(5)],
    "wireshark-rdp-rdp-no-nla-accepted1-first40.pcapng": [ev.NegotiationResponse(0x1F, 1)],
    "wireshark-rdp-rdp-no-tls-accepted1-first40.pcapng": [ev.NegotiationFailure(2), ev.NegotiationResponse(0x1F, 0)],
    "wireshark-rdp-rdp-nla-kerberos-auth1-first40.pcapng": [ev.NegotiationResponse(0x1F, 8)],
    "wireshark-rdp-rdp-restricted-admin-accepted1-first40.pcapng": [ev.NegotiationResponse(0x1F, 8)],
    "wireshark-rdp-rdp-restricted-admin-rejected1-first40.pcapng": [ev.NegotiationResponse(0x1F, 8)],
    "wireshark-rdp-rdp-credential-guard-accepted1-first40.pcapng": [ev.NegotiationResponse(0x1F, 8)],
}


def capture(name: str) -> Path:
    folder = shared_folder()
    if folder is None or not (folder / "captures" / name).is_file():
        pytest.skip(f"the capture {name} is not here: it belongs to others and is not part of the project")
    return folder / "captures" / name


def offered_by(client: bytes) -> int:
    """Return what the recorded client offered, as far as the probe would offer it; a client without structure offers nothing."""
    request = client[: int.from_bytes(client[2:4], "big")]
    return requested_protocols(request) & 0x0B if request[-8:-6] in (b"\x01\x00", b"\x01\x01", b"\x01\x02") else 0


def replayed(client: bytes, server: bytes, chunk: int) -> Connection:
    connection = Connection()
    connection.send(ev.ConnectionRequest(offered_by(client)))
    connection.receive_data(server[:chunk])
    return connection


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("chunk", [19, 2000])
def test_a_recorded_negotiation_is_read(name: str, chunk: int) -> None:
    pairs = [pair for pair in conversations(capture(name)) if pair[0][:2] == b"\x03\x00"]
    events = []
    for client, server in pairs:
        connection = replayed(client, server, chunk)
        events.append(connection.next_event())
        if connection.state is State.TLS_CHOSEN:
            connection.client_hello_sent()
            connection.receive_data(server[chunk : chunk + 4000] or b"")
            following = connection.next_event()
            # only whether it is TLS is compared: the bytes hold names of other people's machines
            assert isinstance(following, (ev.TlsStarted, ev.PeerClosed))
    assert events == RECORDED[name]


def test_an_invalid_length_is_an_answer_of_another_kind() -> None:
    pairs = conversations(capture("zeek-rdp-invalid-length.pcap"))
    connection = Connection()
    connection.send(ev.ConnectionRequest(0x0B))
    connection.receive_data(pairs[0][1])
    assert isinstance(connection.next_event(), ev.OtherAnswer)
    assert connection.state is State.ENDED


def test_rdp_inside_a_proxy_protocol_is_not_rdp_until_the_proxy_is_through() -> None:
    dummy_client, server = conversations(capture("arkime-socks5-rdp.pcap"))[0]
    connection = Connection()
    connection.send(ev.ConnectionRequest(0))
    connection.receive_data(server[:64])
    assert connection.next_event() == ev.NotRdp("")
    inside = Connection()
    inside.send(ev.ConnectionRequest(0))
    inside.receive_data(server[server.index(b"\x03\x00\x00\x13") :][:64])
    assert inside.next_event() == ev.NegotiationResponse(0, 0)

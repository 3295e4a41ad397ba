# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How to record one failing attempt for those who are asked: commands that read, install nothing, and leave every setting as it is. Pure.

The commands and the providers of traces are those that Microsoft names for Remote Desktop and TLS; none was tried on a real host yet.
"""

from __future__ import annotations

import re

FOLDER = r"C:\Temp"
_SERVICES = "Microsoft-Windows-TerminalServices-"
# what is traced -> its name or id as a provider of events
PROVIDERS = {
    "the connection manager": f"{_SERVICES}RemoteConnectionManager",
    "the protocol": "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
    "the sessions": f"{_SERVICES}LocalSessionManager",
    "TLS (Schannel)": "{37D2C3CD-C5D4-4587-8531-4696C44244C8}",
    "CredSSP (TSPkg)": "{6165F3E2-AE38-45D4-9B23-6B4818758BD9}",
}
_NAME = re.compile(r"[0-9A-Za-z_.:%-]{1,255}")  # what may stand in a command that somebody copies
_ALL = "0xffffffffffffffff 0xff"  # every keyword, every level


def trace_of_host() -> tuple[str, ...]:
    """Say how the host and its network are traced while somebody tries once."""
    first, *others = PROVIDERS.values()
    return (
        f"on the host, as administrator, with a folder {FOLDER}; the trace ends with its commands and leaves nothing switched on:",
        rf'logman create trace rdp -ow -o {FOLDER}\rdp.etl -p "{first}" {_ALL} -nb 16 16 -bs 1024 -mode Circular -f bincirc -max 1024 -ets',
        *(f'logman update trace rdp -p "{provider}" {_ALL} -ets' for provider in others),
        rf"netsh trace start capture=yes report=disabled overwrite=yes maxsize=512 filemode=circular tracefile={FOLDER}\network.etl",
        "try once from the client that fails, and write down the time in UTC",
        "netsh trace stop",
        "logman stop rdp -ets",
        "or with the script that support asks for, TSS: .\\TSS.ps1 -UEX_RDS -Netsh -UEX_Logon -UEX_EVT -UEX_Auth (read first what it switches on)",
    )


def resolution_on_both_sides(name: str) -> tuple[str, ...]:
    """Say what is asked of the name servers where a name is not resolved."""
    name = _copied(name)
    return (
        "on the client that fails and on a machine that gets there, so that the two can be compared:",
        f"Resolve-DnsName {name} (or: nslookup {name}), once as it is and once with -Server for each name server that the machine uses",
        "ipconfig /all: name servers and search suffixes of each adapter, also that of a VPN",
        "of the zone: is there the record, in every view of a split DNS, and how old is it",
    )


def capture_on_both_sides(host: str, port: int) -> tuple[str, ...]:
    """Say what is captured where the connection gets lost on the way.

    :param host: address or name of the host as it was probed.
    """
    return (
        f"on the client's side and on the host's at the same time, the whole of every packet, with the filter: host {host} and port {port} (TCP and UDP)",
        f"with tcpdump: tcpdump -i any -s 0 -w rdp.pcap 'host {host} and port {port}'",
        rf"on Windows: netsh trace start capture=yes report=disabled maxsize=512 tracefile={FOLDER}\network.etl IPv4.Address=<the other side>",
        "and afterwards there: netsh trace stop",
        "try once, and write down the time in UTC and the address that each side sees of the other",
        "compare: does the SYN that leaves one side reach the other; who sends an RST or FIN, and with which TTL; is it the same address and port after NAT",
        "compare sizes: MSS in both SYNs, the largest packet that arrives after the ClientHello, ICMP type 3 code 4 or ICMPv6 type 2 (MTU)",
        "from what stands between (firewall, VPN, load balancer): its log of this connection at that time, and its idle and session limits",
    )


def _copied(name: str) -> str:
    return name if _NAME.fullmatch(name) else "<the host>"

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hosts, and which client and which error belong to which of them."""

from __future__ import annotations

from . import blamed, certificates, handshakes, listening, pairs, people, ways, well

MODULES = (certificates, handshakes, listening, ways, people, pairs, well, blamed)

# host -> the client that showed the error
CLIENTS = {f"t{number:03d}": f"v{number:03d}" for number in (25, 26, 27, 34, 35, 40, 42, 52, 53, 57, 58, 63, 76, 86, 90)}

# host -> what somebody read off the screen
ERRORS = {
    "t001": "0x904/0x7", "t013": "0x3/0x8", "t022": "0x204", "t023": "0x204", "t024": "0x904/0x7", "t025": "0x904",
    "t026": "0x80090302", "t027": "0x904/0x7", "t030": "0x80090322", "t031": "0x1807", "t032": "0x1307", "t033": "0x1207",
    "t034": "0x807", "t035": "0x1607", "t039": "0x3/0x101", "t040": "0x3/0x10b", "t043": "0x904/0x7", "t046": "0x904/0x0",
    "t051": "0x204", "t053": "0x807", "t054": "0x207", "t056": "0x2107", "t058": "0xc000035b", "t061": "0x204", "t062": "0xc07", "t063": "0x904",
    "t064": "0x3/0x11", "t065": "0x904/0x7", "t074": "0x80090324", "t076": "0xd07", "t085": "0x904/0x7", "t086": "0x904/0x7", "t087": "0x80090304",
    "t088": "0x204", "t090": "0x904/0x7",
}  # fmt: skip

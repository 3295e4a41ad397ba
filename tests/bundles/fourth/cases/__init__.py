# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts and clients, by the story they belong to; which client and which typed error go with which host."""

from __future__ import annotations

from . import both, doors, fine, folk, halves, inside, keys, others, talk

MODULES = (keys, talk, doors, folk, inside, both, halves, fine, others)

# The number of a client is that of the host it went to.
_WITH_CLIENT = (5, 12, 13, 21, 22, 49, 55, 56, 58, 59, 60, 62, 63, 64, 65, 75, 76, 85)
CLIENTS = {f"f{number:03}": f"g{number:03}" for number in _WITH_CLIENT}

# What people typed from the screen.
ERRORS = {
    "f001": "0x904/0x7",
    "f005": "0x1b07",
    "f015": "0x904/0x7",
    "f016": "0x3/0x8",
    "f022": "0x904/0x7",
    "f027": "0x204",
    "f032": "0x904/0x7",
    "f036": "0x204",
    "f042": "0x904/0x7",
    "f046": "0x904/0x0",
    "f052": "0x1307",
    "f054": "0xe07",
    "f056": "0x1607",
    "f059": "0xb09",
    "f060": "0x2107",
    "f061": "0xc07",
    "f063": "0x808/0x10b",
    "f064": "0x904/0x0",
    "f065": "0x1207",
    "f068": "0x3/0x102",
    "f074": "0x3/0x101",
    "f081": "0xd07",
    "f082": "0x1807",
    "f091": "0x904/0x7",
    "f109": "0x904/0x7",
    "f113": "0x3/0xc",
}

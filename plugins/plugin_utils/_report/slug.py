# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn the name of a host into a file name: safe everywhere, and never the same for two names."""

from __future__ import annotations

import hashlib
import re

KEPT_CHARACTERS = 80  # of the name; with the suffix and ".json.tmp" far below the 255 bytes that file systems allow
HASH_DIGITS = 16  # 64 bits: two of a million names meet with a probability of 1 in 30 million

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_SUFFIXED = re.compile(rf".*--[0-9a-f]{{{HASH_DIGITS}}}", re.DOTALL)
_UNSAFE_RUN = re.compile(r"[^a-z0-9._-]+")


def slug(name: str) -> str:
    """Return the file name for a host, without extension.

    A name that is already safe stays as it is. Any other one is made safe and gets a hash of the original name. Upper case counts as
    unsafe, because some file systems do not tell it from lower case; a safe name that looks as if it had a hash gets one of its own.
    """
    if _SAFE.fullmatch(name) and not _SUFFIXED.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
    readable = _UNSAFE_RUN.sub("-", name[:KEPT_CHARACTERS].lower()).strip(".-_") or "host"
    return f"{readable}--{digest}"

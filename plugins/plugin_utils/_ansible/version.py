# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The version of this collection. A contract test holds it against galaxy.yml."""

from __future__ import annotations

COLLECTION_VERSION = "0.1.0"

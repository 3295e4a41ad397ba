# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates in words, where the Python package cryptography is there. For modules, which run where plugin_utils does not reach."""

from __future__ import annotations

from .certificate import HAS_CRYPTOGRAPHY, decode
from .names import matches
from .signature import is_self_signed

__all__ = ["HAS_CRYPTOGRAPHY", "decode", "is_self_signed", "matches"]

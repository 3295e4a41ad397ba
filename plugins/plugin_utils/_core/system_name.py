# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Name the system of a host as its owner knows it."""

from __future__ import annotations

from .model import JsonMap

FIRST_BUILD_OF_11 = 22000
_KEPT, _RIGHT = "Windows 10", "Windows 11"


def system_name(system: JsonMap) -> str | None:
    """Return the name of the product, or None where it was not told.

    Windows 11 keeps "Windows 10" in the registry's ``ProductName``; only the build tells them apart. No server is called so.

    :param system: the part ``os`` of the facts.
    """
    product, build = system.get("product_name"), system.get("build")
    if not isinstance(product, str):
        return None
    is_kept = product == _KEPT or product.startswith(f"{_KEPT} ")
    return _RIGHT + product[len(_KEPT) :] if is_kept and isinstance(build, int) and build >= FIRST_BUILD_OF_11 else product

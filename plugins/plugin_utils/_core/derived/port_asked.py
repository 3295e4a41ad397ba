# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the probe asked the port that the listener is set to."""

from __future__ import annotations

from ..model import JsonMap
from .listener import effective_values


def port_asked(probe: JsonMap, listener: JsonMap) -> JsonMap:
    """Compare the two ports.

    :returns: ``asked``, the ``listener``'s own, and whether they are the ``same``.
    :raises LookupError: the listener's port could not be read.
    """
    setting = effective_values(listener).get("PortNumber")
    if setting is None:
        raise LookupError("the port of the listener could not be read")
    asked = probe["target"]["port"]
    return {"asked": asked, "listener": setting["value"], "same": asked == setting["value"]}

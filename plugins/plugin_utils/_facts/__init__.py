# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From documents of the outside world to facts: bounded, validated, certificates decoded.

The core takes facts and nothing else; whatever comes from a host, an endpoint or a file passes here first.
"""

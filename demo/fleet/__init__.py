# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo fleet: eight invented hosts, described here and written out as bundles by `make_bundles.py`."""

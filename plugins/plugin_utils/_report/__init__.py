# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything from a judgement to bytes: the canonical report of a host, the fleet index, HTML and terminal text."""

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab: Windows hosts made of real parts on one Linux machine, for tests and to try things out. See docs/lab.md."""

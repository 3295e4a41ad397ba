# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people who write checks and causes need beside a run: validating a folder, mutating its conditions, comparing diagnoses with labels."""

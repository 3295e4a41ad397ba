# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# The documentation is in win_rdp_service.yml, the code in plugins/action/win_rdp_service.py.

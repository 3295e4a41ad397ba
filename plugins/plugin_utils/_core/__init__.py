# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judgement as pure functions: facts and catalogue in, findings, causes and plan out.

No Ansible, no input or output, no clock, no randomness. Standard library only.
"""

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies: one function per remedy that turns facts into operations or into a refusal with its reason.

A remedy looks at the facts again: where the state it repairs is not there, it proposes nothing. Adding one is a function and a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import Facts
from ..operations import Proposal
from .certificate import regenerate_unusable, set_self_signed_store, start_session_env, unbind_custom_certificate
from .exposure import open_firewall, remove_encryption_oracle, switch_on_tls12
from .key_store import restore_key_file_access, restore_key_folder_access
from .listener import allow_connections, enable_listener, raise_encryption_level, raise_security_layer, require_nla, start_term_service

# In the order in which they are carried out: what restarts nothing or SessionEnv first, then the firewall, then listener values,
# then what restarts TermService, then what needs a reboot.
REMEDIES: Mapping[str, Callable[[Facts], Proposal]] = {
    "restore_key_folder_access": restore_key_folder_access,
    "restore_key_file_access": restore_key_file_access,
    "set_self_signed_store": set_self_signed_store,
    "unbind_custom_certificate": unbind_custom_certificate,
    "start_session_env": start_session_env,
    "regenerate_self_signed": regenerate_unusable,
    "open_firewall": open_firewall,
    "allow_connections": allow_connections,
    "require_nla": require_nla,
    "raise_security_layer": raise_security_layer,
    "raise_encryption_level": raise_encryption_level,
    "enable_listener": enable_listener,
    "start_term_service": start_term_service,
    "remove_encryption_oracle": remove_encryption_oracle,
    "switch_on_tls12": switch_on_tls12,
}
ORDER = tuple(REMEDIES)
WAYS_IN = frozenset({"open_firewall", "enable_listener", "start_term_service"})  # each opens a door that somebody may have closed

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies for the key store: one file's or one folder's own access list, never anything below it."""

from __future__ import annotations

from ..derived.key_store import FOLDER_DACL, KEY_FILE_DACL
from ..model import Facts, Refusal
from ..operations import Proposal, file_acl
from ..paths import look_up
from .session_env import retry

RETRY = "lets SessionEnv try the key again; no session is cut off"


def restore_key_file_access(facts: Facts) -> Proposal:
    """Give NETWORK SERVICE and SYSTEM their documented access to the one listener key file."""
    found = look_up(facts.document, facts.gaps, "key_store")
    if found.known and found.value["listener_key"]["exists"] is False:
        return Proposal()  # a file that is not there has no access list: it is made anew with the certificate
    readable = look_up(facts.document, facts.gaps, "derived.listener_key.network_service_reads")
    if readable.value is True:
        return Proposal()
    serving = look_up(facts.document, facts.gaps, "derived.serving_key")
    if not readable.known and serving.known and serving.value.get("network_service_reads") is False:
        because = f"NETWORK SERVICE may not read {serving.value['file_name']}, the key of the certificate that somebody bound"
        instead = "win_rdp_cert with its thumbprint grants it on that one file, once its owner agrees"
        return Proposal(refusals=(Refusal("restore_key_file_access", because, instead, "by_hand"),))
    if not found.known or not readable.known:
        return Proposal(refusals=(Refusal("restore_key_file_access", "the key file's access list could not be read", "read the host first", "cannot_look"),))
    key = found.value["listener_key"]
    path = f"{found.value['folder']['path']}\\{key['file_name']}"
    why = "gives TermService (NETWORK SERVICE) read access to the listener's private key, on this one file"
    acl = file_acl(path, sddl=KEY_FILE_DACL, found=key["sddl"], why=why)
    return Proposal((acl, *retry(facts, why=RETRY)), (WHOLE_FOLDER,))


def restore_key_folder_access(facts: Facts) -> Proposal:
    """Put the documented access list back on the MachineKeys folder object itself."""
    found = look_up(facts.document, facts.gaps, "key_store")
    if not found.known or found.value["folder"]["sddl"] is None:
        return Proposal(refusals=(Refusal("restore_key_folder_access", "the folder's access list could not be read", "read the host first", "cannot_look"),))
    folder = found.value["folder"]
    acl = file_acl(folder["path"], sddl=FOLDER_DACL, found=folder["sddl"], why="puts the documented access list back on the folder itself")
    return Proposal((acl, *retry(facts, why=RETRY)), (WHOLE_FOLDER,))


WHOLE_FOLDER = Refusal(
    "key_store",
    "taking ownership of, resetting or renaming the whole MachineKeys folder exposes or destroys the keys of every other service on the host",
    "the one object that is wrong gets its own access list back",
    "never_weaker",
)

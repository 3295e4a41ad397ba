# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: replay
short_description: Answer the modules of this collection from a saved host instead of a live one
version_added: 0.1.0
author:
  - rdpops.health contributors (@rdpops)
description:
  - Stands in for a Windows host whose facts were saved to a bundle, so that a playbook which only looks runs unchanged on hosts
    that are far away, long gone or made up for a demonstration.
  - Answers M(rdpops.health.win_rdp_info) with the subsets that the call asks for, and M(rdpops.health.win_rdp_ops) by playing the
    operations on a copy of the saved host that lasts for the run; such an answer says C(simulated).
    The bundle itself is never changed. Every other module, every raw command
    and every file transfer gets one sentence and fails, and so do actions that begin with a folder for their files, such as
    M(ansible.builtin.copy) and M(ansible.builtin.script). Asynchronous tasks are not answered.
  - Some actions fail in Ansible itself, in its words, before they come here. M(ansible.builtin.setup), which C(gather_facts)
    runs, becomes C(ansible.windows.setup) for every Windows host, and cannot be loaded where that collection is not installed.
  - A bundle that records an unreachable host makes this connection fail in the same words.
  - Opens no socket and starts no process. M(rdpops.health.rdp_check) takes the probe and the moment of judgement
    from the bundle as well.
  - What is proven this way is how facts are judged and reported, never that anything works on Windows.
options:
  bundle:
    description:
      - Path of the bundle, a JSON file of the schema V(rdpops.health/bundle/1).
      - A relative path starts at the directory in which Ansible was started.
      - A host without one cannot be read.
    type: path
    vars:
      - name: rdp_health_bundle
"""

EXAMPLES = r"""
# inventory.yml: one saved host
all:
  hosts:
    ts01:
      ansible_connection: rdpops.health.replay
      rdp_health_bundle: "{{ inventory_dir }}/bundles/ts01.json"
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import constants as C  # noqa: N812 - the name that Ansible itself uses
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.connection import ConnectionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.manifest import read_call
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.replay import REFUSED_COMMAND, answer_call
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

if TYPE_CHECKING:
    from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import Bundle


class Connection(ConnectionBase):
    """One saved host. The bundle is read once per connection, when it is first needed."""

    transport = "rdpops.health.replay"
    module_implementation_preferences = (".ps1", ".exe", "")
    has_pipelining = True
    allow_executable = False
    # ansible-core up to 2.20 reads these two; from 2.19 on is_pipelining_enabled says the same
    always_pipeline_modules = True
    has_native_async = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: whatever the base class takes in this ansible-core
        """Choose the PowerShell shell plugin before the base class picks another one."""
        self._shell_type = "powershell"
        self._bundle: Bundle | None = None
        super().__init__(*args, **kwargs)

    @property
    def replay_bundle(self) -> Bundle:
        """The saved host, also when it was unreachable.

        :raises AnsibleConnectionFailure: the bundle is missing or cannot be used; one sentence with the file and the place.
        """
        if self._bundle is None:
            self._bundle = self._load()
        return self._bundle

    def is_pipelining_enabled(self, wrap_async: bool = False) -> bool:
        """Say yes always: one exec_command per module and no file transfer."""
        return True

    def _load(self) -> Bundle:
        path = self.get_option("bundle")
        if not path:
            raise AnsibleConnectionFailure("This host replays a bundle, but the variable rdp_health_bundle does not name one.")
        try:
            return load_bundle(path)
        except FactsError as exc:
            raise AnsibleConnectionFailure(str(exc)) from exc

    def _connect(self) -> Connection:
        """Be connected, unless the bundle is that of a host that could not be reached."""
        if not self._connected:
            unreachable = self.replay_bundle.unreachable
            if unreachable:
                raise AnsibleConnectionFailure(unreachable)
            self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Answer one module call from the bundle. Nothing of the command is ever run."""
        self._connect()
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        call = None if in_data is None else read_call(in_data)
        if call is None:  # an exit status would make Ansible guess at reasons, such as the rights on a folder for temporary files
            raise AnsibleError(REFUSED_COMMAND)
        bundle = self.replay_bundle
        return answer_call(call, bundle.snapshot, now=bundle.collected_at, kept_in=self._kept_in())

    def _kept_in(self) -> Path:
        """Return where this run keeps what operations made of the host: in Ansible's folder for the run, which it removes at its end."""
        whose = f"{self._play_context.remote_addr}\0{Path(self.get_option('bundle')).absolute()}"
        name = hashlib.sha256(whose.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        return Path(C.DEFAULT_LOCAL_TMP) / "rdpops-health-replay" / f"{name}.json"

    def put_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a saved host has no disk."""
        raise AnsibleError("A replayed host takes no files: only modules of rdpops.health are answered.")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a saved host has no disk."""
        raise AnsibleError("A replayed host has no files to fetch: only modules of rdpops.health are answered.")

    def reset(self) -> None:
        """Read the bundle again next time."""
        self.close()

    def close(self) -> None:
        """Forget the bundle."""
        self._connected = False
        self._bundle = None

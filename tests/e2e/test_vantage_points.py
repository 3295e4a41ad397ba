# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook of the guide, from two vantage points: one that gets an answer, one whose packets go nowhere."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.support.hostile_servers import Peer, answering, tls_server
from tests.support.playbook import Ran, run_playbook, write_inventory
from tests.support.probing import certificate_folder
from tests.support.rdp_bytes import failure, response

(GUIDE,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "vantage_points.md").read_text(encoding="utf-8"), flags=re.DOTALL)
ELSEWHERE = "127.0.0.3"
LOCAL = {"ansible_connection": "ansible.builtin.local", "ansible_python_interpreter": sys.executable}


def run_guide(folder: Path, host: dict[str, Any], jump: dict[str, Any] | None = None) -> Ran:
    folder.mkdir(exist_ok=True)
    inventory = {"all": {"children": {"windows": {"hosts": {"rds01": host}}}, "hosts": {"jump01": jump or LOCAL}}}
    (folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
    (folder / "guide.yml").write_text(GUIDE, encoding="utf-8")
    return run_playbook(folder, "-i", str(folder / "inventory.json"), playbook=folder / "guide.yml", variables={"rdp_health_save_bundles": str(folder)})


@contextlib.contextmanager
def dropping(host: str, port: int) -> Iterator[None]:
    """Drop every connection attempt, as a firewall does: a listener whose queue is full and that never takes anybody out of it."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((host, port))
        listener.listen(0)
        for dummy in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        yield


def causes(report: dict[str, Any]) -> dict[str, str]:
    return {cause["id"]: cause["rank"] for cause in report["causes"]}


def test_works_here_and_is_cut_there(tmp_path: Path) -> None:
    # Given a host that answers the controller, and a branch whose packets go nowhere
    certificate = certificate_folder(tmp_path)
    with Peer(answering({0x0B: response(1), 1: response(1), 0: failure(1)}, tls_server(certificate))) as peer, dropping(ELSEWHERE, peer.port):
        host = {**LOCAL, "ansible_host": peer.host, "rdp_health_port": peer.port, "rdp_health_views": ["outside"], "address_in_the_branch": ELSEWHERE}
        # When the playbook of the guide runs
        ran = run_guide(tmp_path / "live", host)
    # Then the host is not healthy for everybody, and the way is what is named
    report = ran.report("rds01")
    assert [(one["vantage"], one["ended_at"]) for one in report["handshake"]["vantages"]] == [("controller", "complete"), ("branch office", "connect")]
    assert causes(report)["C23"] == "likely"
    assert report["verdict"] == "failing"
    assert ran.status == 2
    assert "From 2 vantage points" in (tmp_path / "live" / "report" / "index.html").read_text(encoding="utf-8")
    # And a replay of what was saved says the same
    saved = {"rds01": {"rdp_health_bundle": str(tmp_path / "live" / "rds01.json"), "rdp_health_views": ["outside"]}}
    replayed = run_playbook(tmp_path / "again", "-i", str(write_inventory(tmp_path / "again.json", saved))).report("rds01")
    assert (replayed["handshake"], replayed["causes"], replayed["verdict"]) == (report["handshake"], report["causes"], report["verdict"])


def test_a_vantage_point_that_cannot_look_is_not_cut_off(tmp_path: Path) -> None:
    # Given a jump host that cannot be reached
    certificate = certificate_folder(tmp_path)
    down = {"ansible_connection": "ansible.builtin.ssh", "ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_ssh_timeout": 2}
    with Peer(answering({0x0B: response(1), 1: response(1), 0: failure(1)}, tls_server(certificate))) as peer:
        host = {**LOCAL, "ansible_host": peer.host, "rdp_health_port": peer.port, "rdp_health_views": ["outside"]}
        ran = run_guide(tmp_path / "live", host, jump=down)
    # Then it is said, and nobody is called cut off
    report = ran.report("rds01")
    assert report["handshake"]["vantages"] == []
    assert any(entry["what"] == "other_probes" and "a probe from elsewhere was not possible" in entry["why"] for entry in report["unknown"])
    assert "C23" not in causes(report)

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module: its options, its documentation and what it answers; run the way Ansible runs it, in a process of its own."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rdpops.health.plugins.doc_fragments.probe import ModuleDocFragment
from ansible_collections.rdpops.health.plugins.modules import rdp_probe

from tests.support.hostile_servers import Peer, answering, credssp_server, sending, sending_inside
from tests.support.probing import certificate_folder
from tests.support.rdp_bytes import challenge, failure, response

Run = Callable[[dict[str, Any]], dict[str, Any]]  # Any: options in, a JSON result out
DOCUMENTED = yaml.safe_load(rdp_probe.DOCUMENTATION)
SHARED = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the module with options and returns what it printed."""

    def runner(options: dict[str, Any]) -> dict[str, Any]:
        output = io.StringIO()
        monkeypatch.setattr(sys, "stdout", output)
        with patch_module_args(options), pytest.raises(SystemExit):
            rdp_probe.main()
        found: dict[str, Any] = json.loads(output.getvalue())
        return found

    return runner


def test_one_endpoint(run: Run) -> None:
    with Peer(sending(failure(3))) as peer:
        result = run({"host": peer.host, "port": peer.port, "vantage": "jump host"})
    assert result["changed"] is False
    assert result["probe"]["symptom"] == "failure_3"
    assert result["probe"]["vantage"] == "jump host"
    assert result["probes"] == [result["probe"]]
    assert "failed" not in result


def test_several_endpoints(run: Run) -> None:
    with Peer(sending(failure(3))) as one, Peer(sending(failure(2))) as two:
        result = run({"endpoints": [{"host": one.host, "port": one.port}, {"host": two.host, "port": two.port}]})
    assert [probe["symptom"] for probe in result["probes"]] == ["failure_3", "failure_2"]
    assert "probe" not in result


def test_check_mode_does_the_same(run: Run) -> None:
    with Peer(sending(failure(3))) as peer:
        result = run({"host": peer.host, "port": peer.port, "_ansible_check_mode": True})
    assert result["probe"]["symptom"] == "failure_3"
    assert result["changed"] is False


def seen(**parts: Any) -> list[dict[str, Any]]:
    return [{"ended_at": ended_at, "sentence": f"The {name} one."} for name, ended_at in parts.items()]


@pytest.mark.parametrize(
    ("probes", "message"),
    [
        ([], ""),
        (seen(first="negotiate", second="tls", third="complete"), ""),
        (seen(first="connect"), "The first one."),
        (seen(first="complete", second="resolve"), "The second one."),
        (seen(first="connect", second="resolve", third="connect"), "The first one. 2 more could not be reached either."),
    ],
)
def test_the_sentence_about_what_was_not_reached(probes: list[dict[str, Any]], message: str) -> None:
    assert rdp_probe.unreached(probes) == message


def test_an_unreachable_endpoint_fails_only_when_asked(run: Run) -> None:
    with Peer(sending(failure(3))) as peer:
        port = peer.port
    assert "failed" not in run({"host": "127.0.0.1", "port": port})
    result = run({"host": "127.0.0.1", "port": port, "fail_on_unreachable": True})
    assert result["failed"] is True
    assert result["msg"] == f"127.0.0.1:{port} refused the TCP connection: nothing listens there."
    assert result["probe"]["symptom"] == "connect_refused"


def test_a_server_that_answers_is_not_unreachable(run: Run) -> None:
    with Peer(sending(failure(3))) as peer:
        assert "failed" not in run({"host": peer.host, "port": peer.port, "fail_on_unreachable": True})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "one of the following is required: endpoints, host"),
        ({"host": "x", "endpoints": []}, "mutually exclusive"),
        ({"host": "x", "port": 0}, "The port of x must be a whole number from 1 to 65535, not 0."),
        ({"host": " "}, "The host must be a name or an address, not ' '."),
        ({"host": "a b"}, "'a b' is not a host name or an address."),
        ({"host": "rds01:3390"}, "'rds01:3390' is neither a name nor an IPv6 address: a port does not go into the host, it is given on its own."),
        ({"host": "x", "also_ask": ["rdstls"]}, "value of also_ask must be one or more of"),
        ({"endpoints": [{"port": 1}]}, "missing required arguments: host"),
        ({"endpoints": [{"host": "x", "prot": 1}]}, "Unsupported parameters"),
        ({"host": "x", "connect_timeout": 0}, "The connect time limit must be more than 0 and at most 300 seconds, not 0.0."),
        ({"host": "x", "tls_timeout": "soon"}, "tls_timeout"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, options: dict[str, Any], said: str) -> None:
    result = run(options)
    assert result["failed"] is True
    assert said in result["msg"]
    assert "\n" not in result["msg"]


def test_the_documentation_names_the_same_options_as_the_specification() -> None:
    def plain(options: dict[str, Any], inner: str) -> dict[str, Any]:
        kept = ("type", "default", "elements", "required")
        return {
            name: {**{key: option[key] for key in kept if key in option}, "inner": plain(option[inner], inner) if inner in option else None}
            for name, option in options.items()
        }

    assert plain({**DOCUMENTED["options"], **SHARED["options"]}, "suboptions") == plain(rdp_probe.argument_spec(), "options")
    assert DOCUMENTED["attributes"]["check_mode"]["support"] == "full"


def test_what_is_returned_is_documented() -> None:
    returned = yaml.safe_load(rdp_probe.RETURN)
    with Peer(sending(failure(3))) as peer:
        defaults = {name: option.get("default") for name, option in rdp_probe.argument_spec().items()}
        result = rdp_probe.run_probes({**defaults, "host": peer.host, "port": peer.port, "decode": True})
    assert set(result) - {"changed"} == set(returned)
    assert set(returned["probes"]["contains"]) == set(result["probe"])
    assert set(returned["probes"]["contains"]["connections"]["contains"]) == set(result["probe"]["connections"][0])
    assert set(returned["probes"]["contains"]["tls"]["contains"]) == set(result["probe"]["tls"])


def test_the_examples_use_options_that_exist() -> None:
    for task in yaml.safe_load(rdp_probe.EXAMPLES):
        options = task.get("rdpops.health.rdp_probe", {})
        assert set(options) <= set(rdp_probe.argument_spec())


def test_it_is_an_ansible_module() -> None:
    assert rdp_probe.AnsibleModule is basic.AnsibleModule


def test_a_thorough_probe_with_the_certificate_in_words(run: Run, tmp_path: Path) -> None:
    then = credssp_server(certificate_folder(tmp_path), sending_inside(challenge()))
    with Peer(answering({0x0B: response(8), 1: failure(5), 0: failure(5)}, then)) as peer:
        result = run({"host": peer.host, "port": peer.port, "depth": "full", "tries": 2, "decode": True, "name": "rdp-test"})
    assert result["probe"]["symptom"] == "reached_credssp"
    assert result["probe"]["tls"]["highest"] == "TLSv1.3"
    assert result["probe"]["latency"]["tries"] == 2
    (certificate,) = result["certificates"]
    assert (certificate["subject"], certificate["name_matches"], certificate["key"]) == ("CN=RDP-TEST", True, "RSA-2048")


def test_without_cryptography_there_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []  # Ansible keeps warnings for the whole process and tells each one once: what was printed depends on the tests before
    monkeypatch.setattr(rdp_probe.AnsibleModule, "warn", lambda module, warning: said.append(warning))
    monkeypatch.setattr(rdp_probe, "HAS_CRYPTOGRAPHY", False)
    with Peer(sending(failure(3))) as peer:
        result = run({"host": peer.host, "port": peer.port, "decode": True})
    assert result["certificates"] == [None]
    assert [warning for warning in said if "cryptography" in warning] == said != []


@pytest.mark.parametrize("tries", [0, 21])
def test_the_number_of_tries_has_bounds(run: Run, tries: int) -> None:
    assert "from 1 to 20" in run({"host": "192.0.2.1", "tries": tries})["msg"]

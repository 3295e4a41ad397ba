# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The endpoint with a small Linux program in the engine's place, met by unmodified pywinrm: streams, ends, bounds."""

from __future__ import annotations

import base64
import concurrent.futures
import http.client
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError
from winrm.protocol import Protocol

from tests.lab.commands import END_SECONDS, Engine
from tests.lab.winrs import ENVELOPE_LIMIT_BYTES, Endpoint

# Stands where the engine stands: runs the Python text that a test gives as the second word of the command line.
PROGRAM = (sys.executable, "-c", "import base64, sys; exec(base64.b64decode(sys.argv[2]))")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    engine = Engine(PROGRAM, {"PATH": "/usr/bin:/bin", "ONLY": "this"}, tmp_path_factory.mktemp("drive"))
    with Endpoint(engine, user="lab", password="pa:ssword") as found:
        yield found


@pytest.fixture
def protocol(endpoint: Endpoint) -> Protocol:
    return client(endpoint)


def client(endpoint: Endpoint, password: str = "pa:ssword", operation_timeout: int = 20) -> Protocol:
    where = f"http://127.0.0.1:{endpoint.port}/wsman"
    return Protocol(where, transport="basic", username="lab", password=password, operation_timeout_sec=operation_timeout, read_timeout_sec=60)


def start(protocol: Protocol, shell: str, text: str) -> str:
    return protocol.run_command(shell, "powershell", ["-run", base64.b64encode(text.encode()).decode()])


def test_streams_and_exit_status_come_back(protocol: Protocol) -> None:
    """Given a program that prints more than fits into one answer, when its output is fetched, then every byte is there."""
    shell = protocol.open_shell()
    size = 700_000
    command = start(protocol, shell, f"import os; sys.stdout.write('a' * {size}); sys.stdout.flush(); sys.stderr.write('\\u20ac'); sys.exit(3)")
    out, error, status = protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    assert (len(out), error.decode(), status) == (size, "\u20ac", 3)


def test_input_reaches_the_program(protocol: Protocol) -> None:
    """Given input in pieces, as large as Ansible sends them, when the last has been sent, then the program has read all of it."""
    shell = protocol.open_shell()
    command = start(protocol, shell, "data = sys.stdin.buffer.read(); print(len(data), data[-3:])")
    for piece, last in ((b"x" * 200_000, False), (b"end", True)):
        protocol.send_command_input(shell, command, piece, end=last)
    out, dummy, status = protocol.get_command_output(shell, command)
    assert (out.decode().strip(), status) == ("200003 b'end'", 0)
    protocol.close_shell(shell)


def test_nothing_of_this_process_comes_in(protocol: Protocol) -> None:
    shell = protocol.open_shell()
    command = start(protocol, shell, "import os; print(sorted(os.environ), os.getcwd())")
    out = protocol.get_command_output(shell, command)[0].decode()
    protocol.close_shell(shell)
    assert "ONLY" in out
    assert "HOME" not in out
    assert str(Path.cwd()) not in out


def test_silence_is_the_fault_that_means_ask_again(endpoint: Endpoint) -> None:
    protocol = client(endpoint, operation_timeout=1)
    shell = protocol.open_shell()
    command = start(protocol, shell, "import time; time.sleep(2); print('late')")
    started = time.monotonic()
    with pytest.raises(WinRMOperationTimeoutError):
        protocol.get_command_output_raw(shell, command)
    assert time.monotonic() - started < 1.9
    assert protocol.get_command_output(shell, command)[0].decode().strip() == "late"
    protocol.close_shell(shell)


@pytest.mark.parametrize("how", ["signal", "delete"])
def test_a_program_that_hangs_is_ended(protocol: Protocol, how: str, tmp_path: Path) -> None:
    """Given a program that ignores the first signal and has a child, when the client gives up, then both are gone within the bound."""
    noted = tmp_path / "pids"
    child = f"[sys.executable or {sys.executable!r}, '-c', 'import time; time.sleep(600)']"
    body = "import os, signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    shell = protocol.open_shell()
    command = start(protocol, shell, f"{body}p = subprocess.Popen({child}); open({str(noted)!r}, 'w').write(f'{{os.getpid()}} {{p.pid}}'); time.sleep(600)")
    limit = time.monotonic() + 10
    while not noted.exists() or not noted.read_text():
        assert time.monotonic() < limit
        time.sleep(0.02)
    started = time.monotonic()
    if how == "signal":
        protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    assert time.monotonic() - started < END_SECONDS + 1
    time.sleep(0.1)  # until the kernel has taken the child away
    assert [pid for pid in noted.read_text().split() if alive(int(pid))] == []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_several_shells_at_once(endpoint: Endpoint) -> None:
    """Given eight clients at a time, when each runs a program of its own, then nobody gets another's output."""

    def once(number: int) -> str:
        protocol = client(endpoint)
        shell = protocol.open_shell()
        command = start(protocol, shell, f"import time; time.sleep(0.3); print({number})")
        out: str = protocol.get_command_output(shell, command)[0].decode().strip()
        protocol.close_shell(shell)
        return out

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(8))) == [str(number) for number in range(8)]


def test_a_wrong_password_is_401(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidCredentialsError):
        client(endpoint, password="wrong").open_shell()


def test_a_shell_that_is_gone_is_a_fault(protocol: Protocol) -> None:
    shell = protocol.open_shell()
    protocol.close_shell(shell, close_session=False)
    with pytest.raises(WSManFaultError, match="no such shell"):
        start(protocol, shell, "pass")


def test_another_program_is_refused_with_a_sentence(protocol: Protocol) -> None:
    shell = protocol.open_shell()
    with pytest.raises(WSManFaultError, match="PowerShell only"):
        protocol.run_command(shell, "ipconfig", ["/all"])
    protocol.close_shell(shell)


@pytest.mark.parametrize(
    ("path", "length", "status"), [("/wsman", str(ENVELOPE_LIMIT_BYTES + 1), 413), ("/wsman", "many", 411), ("/other", "0", 404), ("/wsman", "0", 500)]
)
def test_what_is_no_message_is_refused(endpoint: Endpoint, path: str, length: str, status: int) -> None:
    """Given a body that is too large, without a length, elsewhere or empty, when it is posted, then it is refused before it is read as XML."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=5)
    connection.putrequest("POST", path)
    for name, value in {"Content-Length": length, "Authorization": "Basic " + base64.b64encode(b"lab:pa:ssword").decode()}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_every_exchange_is_counted(tmp_path: Path) -> None:
    with Endpoint(Engine(PROGRAM, {}, tmp_path), user="lab", password="pa:ssword") as endpoint:
        protocol = client(endpoint)
        shell = protocol.open_shell()
        command = start(protocol, shell, "pass")
        protocol.get_command_output(shell, command)
        protocol.cleanup_command(shell, command)
        protocol.close_shell(shell)
        actions = [message.action for message in endpoint.log]
    assert actions[:2] + actions[-2:] == ["Create", "Command", "Signal", "Delete"]
    assert set(actions[2:-2]) == {"Receive"}
    assert all(message.received > 500 and message.sent > 300 for message in endpoint.log)

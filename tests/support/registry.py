# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put registry values into a Wine host by Wine's own reg program: another way than the one under test reads them."""

from __future__ import annotations

from collections.abc import Mapping

from .wine import Host

# Path of a key -> name of a value -> (kind, value). A key with no values is made empty.
Table = Mapping[str, Mapping[str, "tuple[str, int | str | bytes | list[str]]"]]
# Number of each kind in the registry's own counting; bytes can be stored under any of them.
KINDS = {
    "REG_NONE": 0,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_DWORD_BIG_ENDIAN": 5,
    "REG_MULTI_SZ": 7,
    "REG_QWORD": 11,
}
HIVES = {"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER"}


class RegistryError(Exception):
    """The host did not take the values."""


def put(host: Host, table: Table) -> None:
    """Write these values into the host's registry, beside what is there."""
    path = host.drive / "put.reg"
    path.write_text(as_reg_file(table), encoding="utf-16")
    done = host.run("reg", "import", "C:\\put.reg")
    path.unlink()
    if done.returncode != 0:
        raise RegistryError(f"reg import: {done.stdout.decode(errors='replace')} {done.stderr.decode(errors='replace')}")


def as_reg_file(table: Table) -> str:
    """Return the text of a .reg file with these values."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    for path, values in table.items():
        hive, dummy, rest = path.partition("\\")
        lines.append(f"[{HIVES[hive]}\\{rest}]")
        lines += [f'"{_escaped(name)}"={_data(kind, value)}' for name, (kind, value) in values.items()]
        lines.append("")
    return "\r\n".join(lines)


def _data(kind: str, value: int | str | bytes | list[str]) -> str:
    """Return a value as the bytes that the registry keeps: every kind can be written so, also a wrong length."""
    if isinstance(value, int):
        raw = value.to_bytes(8 if kind == "REG_QWORD" else 4, "little")
    elif isinstance(value, list):
        raw = "".join(f"{text}\0" for text in [*value, ""]).encode("utf-16-le")
    elif isinstance(value, str):
        raw = f"{value}\0".encode("utf-16-le")
    else:
        raw = value
    return f"hex({KINDS[kind]:x}):{','.join(f'{byte:02x}' for byte in raw)}"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One certificate from DER to words."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._x509 import decode as package_decode
from ansible_collections.rdpops.health.plugins.module_utils._x509.certificate import decode
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.certificates import decode_certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from demo.servers import CertificateSpec, ServerSpec, write_certificate


def der_of(folder: Path, key: str) -> bytes:
    write_certificate(ServerSpec("x", "y", certificate=CertificateSpec("RDS-01", key=key)), folder)
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(("key", "named"), [("rsa2048", "RSA-2048"), ("rsa1024", "RSA-1024"), ("ec", "EC-secp256r1")])
def test_a_certificate_like_those_of_windows(tmp_path: Path, key: str, named: str) -> None:
    found = decode(der_of(tmp_path, key), "rds-01")
    assert found is not None
    assert (found["subject"], found["issuer"], found["self_signed"], found["key"]) == ("CN=RDS-01", "CN=RDS-01", True, named)
    assert (found["signature"], found["key_usages"], found["alternative_names"]) == ("sha256", ["serverAuth"], [])
    assert (found["name"], found["name_matches"]) == ("rds-01", True)
    assert found["not_before"] < found["not_after"]


class Panic(BaseException):
    """As the Rust below cryptography raises it."""


@pytest.mark.parametrize("error", [RuntimeError("not one of the errors that the library declares"), Panic("index out of bounds")])
def test_bytes_that_the_library_stumbles_over_lose_nothing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def stumble(*dummy: object) -> None:
        raise error

    monkeypatch.setattr(x509, "load_der_x509_certificate", stumble)
    assert decode(b"x", "x") is None
    assert decode_certificate("eA==") is None


def test_somebody_who_interrupts_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*dummy: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(x509, "load_der_x509_certificate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        decode(b"x", "x")
    with pytest.raises(KeyboardInterrupt):
        decode_certificate("eA==")


def test_another_name(tmp_path: Path) -> None:
    found = decode(der_of(tmp_path, "ec"), "other")
    assert found is not None
    assert found["name_matches"] is False


def test_without_cryptography_nothing_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.rdpops.health.plugins.module_utils._x509.certificate.HAS_CRYPTOGRAPHY", False)
    assert decode(der_of(tmp_path, "ec"), "x") is None
    assert package_decode(b"", "x") is None


@given(st.binary(max_size=100))
def test_rubbish_is_no_certificate(data: bytes) -> None:
    assert decode(data, "x") is None

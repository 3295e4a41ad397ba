# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a caller may ask for."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._errors import ProbeInputError
from ansible_collections.rdpops.health.plugins.module_utils._rdp._input import Endpoint, Timeouts, as_endpoint, endpoint, parse_endpoint, server_name
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rds01", Endpoint("rds01", 3389)),
        (" rds01.example.com ", Endpoint("rds01.example.com", 3389)),
        ("rds01:3390", Endpoint("rds01", 3390)),
        ("192.0.2.1", Endpoint("192.0.2.1", 3389)),
        ("[2001:db8::1]:3390", Endpoint("2001:db8::1", 3390)),
        ("[2001:db8::1]", Endpoint("2001:db8::1", 3389)),
        ("2001:db8::1", Endpoint("2001:db8::1", 3389)),
        ("fe80::1%eth0", Endpoint("fe80::1%eth0", 3389)),
    ],
)
def test_how_people_write_endpoints(text: str, expected: Endpoint) -> None:
    assert parse_endpoint(text) == expected


@pytest.mark.parametrize("text", ["", " ", ":", ":3389", "host:", "host:rdp", "host:0", "host:65536", "host:99999999999", "host:-1", "a b", "[]:1", "http://x"])
def test_what_is_no_endpoint_gets_a_sentence(text: str) -> None:
    with pytest.raises(ProbeInputError, match=r"^[^\n]+\.$"):
        parse_endpoint(text)


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        (None, 3389, "host must be"),
        (5, 3389, "host must be"),
        ("", 3389, "host must be"),
        ("a\x00b", 3389, "not a host name"),
        ("a\nb", 3389, "not a host name"),
        ("a/b", 3389, "not a host name"),
        ("<script>", 3389, "not a host name"),
        ("x" * 256, 3389, "not a host name"),
        ("rds01:3390", 3389, "a port does not go into the host"),
        ("192.0.2.1:3390", 3389, "a port does not go into the host"),
        ("[2001:db8::1]:3390", 3389, "a port does not go into the host"),
        ("2001:db8::g", 3389, "neither a name nor an IPv6 address"),
        ("x", 0, "port of x"),
        ("x", 65536, "port of x"),
        ("x", -1, "port of x"),
        ("x", True, "port of x"),
        ("x", "3389", "port of x"),
        ("x", 3389.0, "port of x"),
        ("x", None, "port of x"),
    ],
)
def test_what_makes_no_sense_is_named(host: object, port: object, said: str) -> None:
    with pytest.raises(ProbeInputError, match=said):
        endpoint(host, port)


@pytest.mark.parametrize("host", ["2001:db8::1", "[2001:db8::1]", "::1", "fe80::1%eth0", "[fe80::1%eth0]", "::ffff:192.0.2.1"])
def test_an_ipv6_address_needs_no_brackets_and_may_have_them(host: str) -> None:
    assert endpoint(host).host == host.strip("[]")


@pytest.mark.parametrize("value", ["x", ("x", 3389), {"host": "x"}, {"host": "x", "port": 3389}, Endpoint("x"), ["x", 3389], "[x]"])
def test_an_endpoint_in_any_form(value: object) -> None:
    assert as_endpoint(value) == Endpoint("x", 3389)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [{}, {"port": 1}, {"host": "x", "prot": 1}, ("x",), ("x", 1, 2), None, 7, Endpoint("", 1), Endpoint("x", 0)])
def test_an_endpoint_in_no_form(value: object) -> None:
    with pytest.raises(ProbeInputError):
        as_endpoint(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [0, -1, 300.5, float("nan"), float("inf"), True, "5", None])
@pytest.mark.parametrize("step", ["connect", "negotiate", "tls"])
def test_a_time_limit_that_makes_no_sense_is_named(step: str, seconds: object) -> None:
    with pytest.raises(ProbeInputError, match=f"The {step} time limit"):
        Timeouts(**{step: seconds})  # type: ignore[arg-type]


def test_the_usual_time_limits() -> None:
    assert Timeouts() == Timeouts(5.0, 5.0, 10.0)
    assert Timeouts(300, 0.001, 1).connect == 300


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("rds01.example.com", "rds01.example.com"),
        ("rds01.example.com.", "rds01.example.com"),
        ("RDS_01", "RDS_01"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
        ("fe80::1%eth0", None),
        (".example", None),
        (".", None),
        ("a..b", None),
        ("x" * 64, None),
    ],
)
def test_the_name_for_the_tls_handshake(host: str, name: str | None) -> None:
    assert server_name(host) == name


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        server_name(parse_endpoint(text).host)
    except ProbeInputError as error:
        assert "\n" not in str(error)

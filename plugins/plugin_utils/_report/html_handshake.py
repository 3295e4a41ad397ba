# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The handshake, drawn: a track of the steps with the place where it ended, then each connection as arrows between two sides.

Lists and CSS rather than SVG: text keeps its size on a phone, wraps, can be searched and copied, and is read out in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._core.model import JsonMap
from .html_endpoint import endpoint_part
from .html_parts import SIGNS, facts_list, folded, heading, row, table, tag, time_of, took
from .html_vantages import vantages_part
from .markup import Markup, el, group
from .words import PROTOCOL, STEP, STEP_OUTCOME

_ORDER = ("resolve", "connect", "negotiate", "tls", "credssp", "complete")
_USE_TONE = {"required": "ok", "offered": "plain", "refused": "plain", "unknown": "unknown"}
# A refusal of an offer without TLS or without NLA is how a well-configured endpoint answers: failure code -> (bits that must be absent, words).
_PROPER_REFUSALS = {1: (0b1011, "refuses: wants TLS"), 5: (0b1010, "refuses: wants Network Level Authentication")}
_NLA = {"required": ("ok", "required"), "optional": ("warn", "optional"), "absent": ("bad", "not offered"), "unknown": ("unknown", "unknown")}


def handshake_part(handshake: JsonMap | None, view: JsonMap, level: int) -> Markup:
    """Return the drawing of what the probe saw.

    :param view: the outside view; says why there is nothing to draw.
    """
    if handshake is None:
        why = view["detail"] or "the probe was not asked for"
        return el("section", heading(level, "The handshake"), el("p", f"Not seen: {why}.", class_="note"), class_="part")
    connections = handshake["connections"]
    return el(
        "section",
        heading(level, "The handshake"),
        el("p", handshake["sentence"], " ", el("small", group("seen from ", handshake["vantage"], " at ", el("code", handshake["endpoint"])))),
        _track(handshake),
        el("div", [_ladder(connection, number, len(connections), handshake) for number, connection in enumerate(connections, 1)], class_="ladders"),
        _answers(handshake),
        endpoint_part(handshake),
        vantages_part(handshake, level + 1),
        class_="part handshake",
    )


def _track(handshake: JsonMap) -> Markup:
    furthest = _furthest(handshake)
    end = _ORDER.index(handshake["ended_at"])
    items = [_stop(name, place, end, furthest) for place, name in enumerate(_ORDER)]
    return el("ol", items, class_="track", aria_label="How far the handshake came")


def _furthest(handshake: JsonMap) -> dict[str, JsonMap]:
    """Return for each step the one that the probe's verdict rests on: of the connection that came furthest."""
    connections = sorted(handshake["connections"], key=lambda connection: sum(step["outcome"] == "ok" for step in connection["steps"]))
    return {step["step"]: step for connection in connections for step in connection["steps"]}


def _stop(name: str, place: int, end: int, steps: dict[str, JsonMap]) -> Markup:
    step = steps.get(name)
    reached_all = end == len(_ORDER) - 1
    if reached_all and name == "credssp" and step is None:
        tone, word = "none", "not used"  # a server without Network Level Authentication ends with TLS
    elif place < end or reached_all:
        tone, word = "ok", "done" if name == "complete" else "ok"
    elif place == end:
        tone, word = "bad", STEP_OUTCOME[step["outcome"]] if step and step["outcome"] != "ok" else "ended here"
    else:
        tone, word = "none", "not reached"
    return el(
        "li",
        el("span", SIGNS.get(tone, ""), class_="stop", aria_hidden="true"),
        el("strong", STEP[name]),
        el("span", word, class_="word"),
        took(step["ms"]) if step and tone != "none" else None,
        class_=tone,
    )


def _ladder(connection: JsonMap, number: int, total: int, handshake: JsonMap) -> Markup:
    offered = " + ".join(connection["requested_names"])
    label = f"Connection {number} of {total}: offers {offered}"
    head = el("p", el("strong", f"Connection {number}"), " ", el("small", "offers ", offered), class_="which")
    sides = el("p", el("span", handshake["vantage"]), el("span", handshake["endpoint"]), class_="sides", aria_hidden="true")
    return el("div", head, sides, el("ol", list(_rungs(connection, handshake)), aria_label=label, class_="ladder"), class_="connection")


def _rungs(connection: JsonMap, handshake: JsonMap) -> Iterator[Markup]:
    offered = " + ".join(connection["requested_names"])
    asks = {"connect": "TCP connect", "negotiate": f"asks for {offered}", "tls": "TLS ClientHello", "credssp": "asks for a CredSSP challenge"}
    for step in connection["steps"]:
        if step["step"] == "resolve":
            yield _local(step, handshake)
            continue
        yield el("li", _arrow("out", asks[step["step"]]), class_="out")
        yield _reply(step, connection, handshake)


def _local(step: JsonMap, handshake: JsonMap) -> Markup:
    good = step["outcome"] == "ok"
    words = f"name → {handshake['address']}" if good and handshake["address"] else step["detail"] or STEP_OUTCOME[step["outcome"]]
    return el("li", el("span", SIGNS["ok" if good else "bad"], " ", words, class_="words"), took(step["ms"]), class_="local" if good else "local bad")


def _reply(step: JsonMap, connection: JsonMap, handshake: JsonMap) -> Markup:
    proper = _proper_refusal(step, connection)
    good = step["outcome"] == "ok" or bool(proper)
    answered = good or step["outcome"] in ("failure", "alert", "not_rdp", "not_tls", "not_credssp", "spnego_only", "clear_text", "refused", "reset", "closed")
    words = proper or (_good_words(step, connection, handshake) if good else _bad_words(step, connection))
    kind = "in" if good else "in bad" if answered else "silent bad"
    return el("li", _arrow("in", words, None if good else SIGNS["bad"]), took(step["ms"]), class_=kind)


def _proper_refusal(step: JsonMap, connection: JsonMap) -> str:
    answer = connection["answer"]
    if step["step"] != "negotiate" or answer is None or answer["kind"] != "failure":
        return ""
    absent, words = _PROPER_REFUSALS.get(answer["code"], (0, ""))
    return f"{words} (failure {answer['code']})" if words and not connection["requested"] & absent else ""


def _good_words(step: JsonMap, connection: JsonMap, handshake: JsonMap) -> str:
    if step["step"] == "connect":
        return "accepted"
    if step["step"] == "negotiate":
        return _answer_words(connection["answer"]) or "answered"
    if step["step"] == "credssp":
        return step["detail"] or "answered with a challenge"
    tls = handshake["tls"]
    spoken = " ".join(part for part in (tls["version"], tls["cipher"]) if part)
    return spoken or step["detail"] or "TLS agreed"


def _answer_words(answer: JsonMap | None) -> str:
    if answer is None:
        return ""
    if answer["kind"] == "response":
        return f"chooses {answer['selected_name'] or answer['selected']}"
    if answer["kind"] == "failure":
        return f"failure {answer['code']}: {answer['code_name'] or 'undocumented'}"
    return f"{answer['kind']} answer"


def _bad_words(step: JsonMap, connection: JsonMap) -> str:
    said = _answer_words(connection["answer"]) if step["step"] == "negotiate" else ""
    return said or step["detail"] or STEP_OUTCOME[step["outcome"]]


def _arrow(direction: str, words: str, sign: str | None = None) -> Markup:
    spoken = "client: " if direction == "out" else "server: "
    mark = el("span", sign, " ", aria_hidden="true") if sign else None
    return el("span", el("span", spoken, class_="quiet"), mark, words, class_="words")


def _answers(handshake: JsonMap) -> Markup:
    tone, word = _NLA[handshake["nla"]]
    if handshake["nla"] == "unknown" and set(handshake["protocols"].values()) == {"unknown"}:
        return el(
            "p", "It ended too early to show which protocols the endpoint speaks, whether it requires NLA, and which certificate it has.", class_="note after"
        )
    rows = [row(PROTOCOL[name], tag(_USE_TONE[use], use)) for name, use in handshake["protocols"].items() if name in PROTOCOL]
    rows.append(row("Network Level Authentication", tag(tone, word)))
    protocols = table("What the endpoint speaks", ("Protocol", "The endpoint"), rows, class_="protocols", scrolls=False)
    return el("div", protocols, _tls_facts(handshake), class_="pair")


def _tls_facts(handshake: JsonMap) -> Markup:
    tls, certificate = handshake["tls"], handshake["certificate"]
    entries: list[tuple[str, Markup | str | None]] = [
        ("TLS", STEP_OUTCOME[tls["outcome"]]),
        ("Version", tls["version"]),
        ("Takes", _range(tls)),
        ("Cipher", tls["cipher"]),
    ]
    if certificate is None:
        return el("div", facts_list([*entries, ("Certificate", "none was shown")]), class_="tls")
    entries += [
        ("Certificate", group(certificate["subject"], el("small", "self-signed" if certificate["self_signed"] else f"issued by {certificate['issuer']}"))),
        ("Made out to", _made_out_to(certificate)),
        ("Valid", group(time_of(certificate["not_before"]), " to ", time_of(certificate["not_after"]))),
        ("Key", _joined_text((certificate["key"], certificate["signature"]))),
        ("Thumbprint", el("code", certificate["sha1"])),
    ]
    return el("div", facts_list(entries), folded("SHA-256 fingerprint", el("p", el("code", certificate["sha256"]))), class_="tls")


def _range(tls: JsonMap) -> str | None:
    """Say which versions the endpoint takes, where they were tried; a gap between the lowest and the highest is said as well."""
    if not tls["lowest"] or not tls["highest"]:
        return None
    spoken = tls["lowest"] if tls["lowest"] == tls["highest"] else f"{tls['lowest']} to {tls['highest']}"
    refused = [name for name, support in (tls["versions"] or {}).items() if support == "refused" and tls["lowest"] < name < tls["highest"]]
    return f"{spoken}, but not {', '.join(refused)}" if refused else spoken


def _made_out_to(certificate: JsonMap) -> Markup | None:
    if certificate["name_matches"] is None:
        return None
    return group(
        tag("ok", "the name asked for") if certificate["name_matches"] else tag("warn", "another name"), el("small", f"asked for {certificate['asked']}")
    )


def _joined_text(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)

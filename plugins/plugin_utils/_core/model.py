# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of this collection as frozen types; every other part speaks in these.

Nothing here decides. Documents that cross a file or process boundary stay plain mappings (``JsonMap``);
what crosses a function boundary inside the core is one of these dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from .escalation import Escalation

JsonMap = Mapping[str, Any]  # a JSON object: any value that JSON can hold, so Any is the honest type


class Outcome(str, Enum):
    """What one check came to for one host."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"  # could not look: never the same as pass
    WAIVED = "waived"


class Severity(str, Enum):
    """How bad a failed check is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Impact(str, Enum):
    """What a failed check costs: the connection, the protection, or nothing yet."""

    OUTAGE = "outage"
    SECURITY = "security"
    HYGIENE = "hygiene"


def is_information(severity: str, impact: str) -> bool:
    """Tell whether a finding is told for information alone: it changes no verdict, and fails no run."""
    return severity == Severity.INFO and impact != Impact.OUTAGE


class Rank(str, Enum):
    """How sure a cause is, surest first."""

    CERTAIN = "certain"  # two independent pieces of evidence, one of them strong, none against
    LIKELY = "likely"
    POSSIBLE = "possible"
    RULED_OUT = "ruled_out"


class View(str, Enum):
    """Where an observation was made."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    CLIENT = "client"


class Speaks(str, Enum):
    """Which way a piece of evidence points."""

    FOR = "for"
    AGAINST = "against"
    RULES_OUT = "rules_out"


class Strength(str, Enum):
    """How much a piece of evidence weighs."""

    STRONG = "strong"
    SUPPORTING = "supporting"


class RestartClass(str, Enum):
    """What has to restart before a change takes effect, mildest first."""

    NONE = "none"
    SESSION_ENV = "session_env"
    TERM_SERVICE = "term_service"
    REBOOT = "reboot"


class Risk(str, Enum):
    """What carrying out an operation may do to people who are connected."""

    LOW = "low"
    RESTARTS_LISTENER = "restarts_listener"
    MAY_CUT_CONNECTION = "may_cut_connection"


class Verdict(str, Enum):
    """One word for one host."""

    HEALTHY = "healthy"
    FAILING = "failing"  # at least one check with impact outage failed
    ATTENTION = "attention"  # reachable, but a security or hygiene check failed
    UNKNOWN = "unknown"  # nothing failed, but something that would show an outage could not be looked at


@dataclass(frozen=True)
class Certificate:
    """The readable part of one X.509 certificate, decoded from DER outside the core.

    :ivar sha1: thumbprint, 40 upper-case hex digits.
    :ivar not_before: start of validity, UTC.
    :ivar not_after: end of validity, UTC.
    :ivar key: for example ``RSA-2048`` or ``EC-secp256r1``.
    :ivar eku: dotted object identifiers; empty when the extension is absent.
    """

    sha1: str
    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    self_signed: bool
    key: str
    signature: str
    san: tuple[str, ...] = ()
    eku: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything known about one host: inside, outside and client view, and what follows from them.

    :ivar host: the name that the inventory uses; the report is filed under it.
    :ivar now: the moment of judgement, UTC. Always an argument, never read from a clock in the core.
    :ivar document: one plain nested mapping that checks and causes look into by path:
        a key per snapshot subset, ``probe``, ``client``, and ``derived`` (computed by the core).
    :ivar gaps: path prefix -> why nothing stands there (``"key_store": "denied: ..."``).
    :ivar certificates: decoded certificates by SHA-1 thumbprint.
    """

    host: str
    now: datetime
    document: JsonMap
    gaps: Mapping[str, str]
    certificates: Mapping[str, Certificate] = field(default_factory=dict)


@dataclass(frozen=True)
class Observation:
    """One value that was looked at: the path, what stood there and what a condition wanted of it."""

    path: str
    value: Any  # any JSON value; bounded when rendered
    wanted: str
    known: bool


@dataclass(frozen=True)
class Reference:
    """Where a claim can be read up."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class Check:
    """One rule of the catalogue. Conditions are validated plain data, see ``conditions``.

    :ivar expect: None where ``test`` names an Ansible test plugin that is asked instead.
    :ivar operations: the remedy as data, see ``remedies.data``; ``remedy`` is the check's own id then.
    """

    id: str
    title: str
    why: str
    severity: Severity
    impact: Impact
    needs: tuple[str, ...]
    applies_when: JsonMap | None
    expect: JsonMap | None
    fail_text: str
    pass_text: str
    evidence: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()  # see evaluate.selected
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # who numbers rules -> the numbers of this one there
    remedy: str | None = None
    restart: RestartClass = RestartClass.NONE
    floor: str | None = None
    references: tuple[Reference, ...] = ()
    tests: tuple[JsonMap, ...] = ()
    source: str = ""
    test: str | None = None
    operations: tuple[JsonMap, ...] = ()


@dataclass(frozen=True)
class Waiver:
    """A dated, owned, reasoned acceptance of findings. An empty part of the scope restricts nothing.

    :ivar hosts: globs over the names of the inventory.
    :ivar starts: first moment at which it holds, UTC.
    :ivar expires: first moment at which it no longer holds, UTC.
    :ivar source: name of the file that it stands in, empty where it was given as it is.
    """

    id: str
    reason: str
    owner: str
    ticket: str
    starts: datetime
    expires: datetime
    hosts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    source: str = ""


class WaiverState(str, Enum):
    """What a waiver is at one moment."""

    IN_FORCE = "in_force"
    EXPIRING = "expiring"  # in force, and soon no longer
    EXPIRED = "expired"
    NOT_BEGUN = "not_begun"
    TOO_WIDE = "too_wide"  # every check on every host: it waives nothing


@dataclass(frozen=True)
class WaiverUse:
    """What one waiver did on one host.

    :ivar waived: how many findings it covers.
    :ivar open: how many checks of its scope could not be settled or were not looked at, so that nobody can call it unused.
    """

    waiver: Waiver
    state: WaiverState
    waived: int
    open: int


@dataclass(frozen=True)
class Finding:
    """What one check came to.

    :ivar waiver: what accepts it, where the outcome is ``waived``.
    """

    check: Check
    outcome: Outcome
    reason: str
    evidence: tuple[Observation, ...]
    fingerprint: str
    waiver: Waiver | None = None


@dataclass(frozen=True)
class EvidenceRule:
    """One line of a cause: a condition and which way it points when it holds."""

    id: str
    view: View
    source: str  # what the observation rests on (a subset or a probe step): two of one source are not independent
    speaks: Speaks
    strength: Strength
    when: JsonMap
    text: str


@dataclass(frozen=True)
class Cause:
    """One named explanation of a failure."""

    id: str
    name: str
    title: str
    explanation: str
    impact: Impact
    evidence: tuple[EvidenceRule, ...]
    settles: str  # what its evidence reads, in words
    remedy: str | None
    restart: RestartClass
    advice: str
    explains: tuple[str, ...] = ()  # ids of checks whose failure this cause explains
    follows_from: tuple[str, ...] = ()  # ids of causes that bring this one about: beside one of them it is a consequence, and never certain
    references: tuple[Reference, ...] = ()
    tests: tuple[JsonMap, ...] = ()
    source: str = ""
    operations: tuple[JsonMap, ...] = ()  # the remedy as data; ``remedy`` is the cause's own id then
    by_hand: str = ""  # what would settle it that nothing here reads: another attempt, a restart, a look at another machine


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence that was found (``holds`` true) or could not be looked at (``holds`` None)."""

    rule: EvidenceRule
    holds: bool | None
    text: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class RankedCause:
    """A cause with all that speaks for and against it on this host."""

    cause: Cause
    rank: Rank
    score: int
    evidence_for: tuple[Evidence, ...]
    evidence_against: tuple[Evidence, ...]
    missing: tuple[Evidence, ...]
    next_observation: str


@dataclass(frozen=True)
class Operation:
    """One typed goal state for the target, with the state it assumes.

    :ivar target: what is changed, by kind: ``{"key": ..., "value": ...}``, ``{"service": ...}``, ``{"path": ...}``, ``{"rule": ...}``.
    :ivar ensure: the state wanted.
    :ivar expect: the state assumed; the target refuses (``conflict``) when it finds another.
    """

    id: str
    kind: str
    target: JsonMap
    ensure: JsonMap
    expect: JsonMap
    reversible: bool
    risk: Risk
    restart: RestartClass
    why: str


@dataclass(frozen=True)
class Refusal:
    """Something the plan will not do, why, and what is right instead."""

    remedy: str
    because: str
    instead: str
    rule: str  # one of never_weaker, lock_out, policy_owns, needs_consent, cannot_look, by_hand


@dataclass(frozen=True)
class Plan:
    """Ordered operations, what was refused, and what is predicted to be true afterwards.

    :ivar digest: SHA-256 over host and operations, each with the state it assumes: exactly what was reviewed can be applied later.
    :ivar predicted: check id -> outcome predicted after the plan, for the checks that would change.
    """

    operations: tuple[Operation, ...]
    refusals: tuple[Refusal, ...]
    restart: RestartClass
    digest: str
    predicted: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """All that the core has to say about one host."""

    host: str
    verdict: Verdict
    sentence: str
    findings: tuple[Finding, ...]
    causes: tuple[RankedCause, ...]
    plan: Plan
    floor: Mapping[str, str]
    waivers: tuple[WaiverUse, ...] = ()
    escalation: Escalation | None = None
    complaint: str = ""  # the code of a client that nothing explains: the verdict is that of the host alone


@dataclass(frozen=True)
class Catalogue:
    """The checks and causes of one run.

    :ivar digest: SHA-256 over the files it was read from, so that two reports can tell whether they were judged alike.
    :ivar usual: word of the probe -> causes in the order in which they are usual.
    """

    checks: tuple[Check, ...]
    causes: tuple[Cause, ...]
    version: str
    digest: str
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

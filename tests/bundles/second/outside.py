# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe reports, in the cases that the first package had no word for. Only the records are made up; what they mean is the probe's own word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bundles.unseen import outside as first
from tests.bundles.unseen.outside import FULL, RDP_ONLY, TLS_ONLY, Name, Record, Step, Word

if TYPE_CHECKING:
    from ansible_collections.rdpops.health.plugins.module_utils._rdp import _document, _events, _result
else:  # found where the first package found it
    from _rdp import _document, _events, _result


class Look(first.Look):
    """One probe of one machine from one place."""

    def silent(self) -> dict[str, Any]:
        """TCP comes about, and nothing is answered until the time is up."""
        step = Step(Name.NEGOTIATE, Word.SILENT, 5003.1, "without a byte")
        return self._judged(Record(FULL, self._steps(step, first=True)))

    def cut_later(self, der: bytes) -> dict[str, Any]:
        """The first connection goes through, and the ones after it are closed before an answer."""
        step, credssp = self._credssp(6, -0.2)
        seen = _result.Tls(Word.OK, *self.machine.release.tls, certificate=der, chain=(der,))
        steps = self._steps(self._chose(8), Step(Name.TLS, Word.OK, self.ms(13.4)), step, first=True)
        shut = Step(Name.NEGOTIATE, Word.CLOSED, self.ms(2.3), "without a byte")
        rest = [Record(asked, self._steps(shut, first=False)) for asked in (TLS_ONLY, RDP_ONLY)]
        return self._judged(Record(FULL, steps, _events.NegotiationResponse(0x1F, 8), seen, credssp), *rest)

    def refuses_what_it_demands(self, code: int = 1) -> dict[str, Any]:
        """No healthy Windows: TLS is demanded of a request that offers it."""
        return self._judged(self._failed(FULL, code, first=True), self._failed(TLS_ONLY, code), self._failed(RDP_ONLY, code))

    def other_chain(self, der: bytes, *above: bytes) -> dict[str, Any]:
        """Everything works, and the certificate comes with those above it."""
        document = self.whole(der)
        for upper in above:
            document["tls"]["chain"].append(_document._certificate_json(upper))
        return document

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Repair one host: validate, look, plan, apply, look again, answer. Nothing about Windows or RDP is decided here."""

from __future__ import annotations

import time
from typing import Any  # Any: task variables and results are JSON values

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import small_answer
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.bundles import save_asked
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE, LoadedCatalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.enforce import Choices, Repair, enforce
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.given_away import packed_without_names
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.host_action import HostAction
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.reboot import can_reboot
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.repair import MOST, diff_of, repair_document
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.repair_options import ACTION, RepairOptions, read_repair_options
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.runs import report_run
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.senses import HostEyes, HostHands
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.verdict import fault_sentence, judging, sentence_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import got_worse
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import write_host


class ActionModule(HostAction[RepairOptions]):
    """Look, plan, apply, look again, keep or take back: one task per host."""

    name = ACTION
    mode = "enforce"

    def read(self, host: str, variables: dict[str, Any]) -> RepairOptions:
        """Validate the options of this task."""
        return read_repair_options(self, variables, host)

    def carry_out(self, host: str, options: RepairOptions, variables: dict[str, Any]) -> dict[str, Any]:
        """Repair the host of this task."""
        if CATALOGUE.catalogue is None:
            return {"failed": True, "changed": False, "msg": f"{ACTION}: the catalogue cannot be used: {CATALOGUE.problem}"}
        started = time.monotonic()
        look = options.look
        loaded = look.others.beside(CATALOGUE)
        eyes = HostEyes(self, variables, host, look.wanted, loaded, look.error)
        hands = HostHands(self, variables, options.consents, open_journal=options.open_journal, again=options.reviewed is not None)
        choices = Choices(options.consents, check_mode=bool(self._task.check_mode), reviewed=options.reviewed)
        repair = enforce(eyes, hands, choices)
        bundle = save_asked(host, eyes.seen, look)
        report = self._report(repair, eyes, loaded, options, round((time.monotonic() - started) * 1000))
        told = report["enforced"]
        more = {
            "changed": repair.changed,
            **{name: told[name] for name in ("outcome", "simulated", "restart", "reboot_required")},
            "got_worse": got_worse(report),
            "can_reboot": can_reboot(self, simulated=told["simulated"]),
            "journal": (told["journal"] or {}).get("id"),
            "operations": [{name: entry[name] for name in ("id", "kind", "status")} for entry in told["operations"][:MOST]],
        }
        answer = small_answer(report, write_host(look.report_dir, report), bundle, more)
        return {**answer, "diff": diff_of(told["operations"])} if self._task.diff else answer

    def _report(self, repair: Repair, eyes: HostEyes, loaded: LoadedCatalogue, options: RepairOptions, took: int) -> dict[str, Any]:
        look, last, enforced = options.look, repair.last, repair_document(repair)
        run = report_run("enforce", check_mode=self._task.check_mode, loaded=loaded)
        try:
            seen = eyes.seen if look.redact_bundles else None
            return host_report(
                last.judgement,
                last.facts,
                run,
                source=eyes.seen.source if eyes.seen else "live",
                duration_ms=took,
                error_code=look.error,
                include_names=look.include_names,
                enforced=enforced,
                without_names=packed_without_names(last.facts.host, last, seen, look.error, judging(loaded)) if seen else None,
            )
        except Exception as exc:  # a host too odd to be told of: what was done to it is told all the same
            return sentence_report(last.facts.host, fault_sentence(exc), now=last.facts.now, run=run, enforced=enforced)

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Examine one host: validate, read, judge, write its files, answer in a few lines. Nothing about Windows or RDP is decided here."""

from __future__ import annotations

import time
from typing import Any  # Any: task variables and results are JSON values

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.after import before_this_look
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import small_answer
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.bundles import asked_document, save_asked
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.host import ACTION, Options, read_options
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.host_action import HostAction
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.look import look
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.plans import save_plan
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.runs import report_run
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.verdict import judged_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import write_host


class ActionModule(HostAction[Options]):
    """Look at one host and say what is the matter. Fails for wrong arguments alone, never for what was found."""

    name = ACTION
    mode = "check"

    def read(self, host: str, variables: dict[str, Any]) -> Options:
        """Validate the options of this task."""
        return read_options(self, variables)

    def carry_out(self, host: str, options: Options, variables: dict[str, Any]) -> dict[str, Any]:
        """Examine the host of this task."""
        started = time.monotonic()
        loaded = options.others.beside(CATALOGUE)
        seen = look(self, variables, options.wanted)
        before = before_this_look(options.report_dir, host)
        judged = judged_report(
            host,
            seen,
            loaded=loaded,
            run=report_run(options.mode, check_mode=self._task.check_mode, loaded=loaded),
            error=options.error,
            include_names=options.include_names,
            duration_ms=round((time.monotonic() - started) * 1000),
            keep=before.keep,
            redact=options.redact_bundles,
            mended=before.mended,
        )
        bundle = save_asked(host, seen, options)
        answer = small_answer(judged.report, write_host(options.report_dir, judged.report), bundle)
        if options.save_plans and judged.plan is not None:
            answer["plan"] = str(save_plan(options.save_plans, host, judged.plan))
        return {**answer, "facts": asked_document(host, seen, options)} if options.return_facts else answer

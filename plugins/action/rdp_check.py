# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Examine one host: validate, read, judge, write its files, answer in a few lines. Nothing about Windows or RDP is decided here."""

from __future__ import annotations

import time
from typing import Any  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.after import keeping_what_was_done
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import small_answer
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.bundles import asked_document, save_asked
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.host import ACTION, Options, read_options
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.look import look
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.plans import save_plan
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.refused import refuse
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.runs import report_run
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.verdict import judged_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import ReportError, write_host


class ActionModule(ActionBase):
    """Look at one host and say what is the matter. Fails for wrong arguments alone, never for what was found."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Examine the host of this task."""
        super().run(tmp, task_vars)
        variables: dict[str, Any] = task_vars or {}
        host = str(variables.get("inventory_hostname", self._play_context.remote_addr))
        try:
            options = read_options(self, variables)
        except BadInputError as exc:
            return refuse(host, str(exc), report_dir=self._task.args.get("report_dir"), mode="check", check_mode=self._task.check_mode, action=ACTION)
        try:
            return self._examine(host, options, variables)
        except ReportError as exc:
            return {"failed": True, "changed": False, "msg": str(exc)}

    def _examine(self, host: str, options: Options, variables: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()
        loaded = options.others.beside(CATALOGUE)
        seen = look(self, variables, options.wanted)
        judged = judged_report(
            host,
            seen,
            loaded=loaded,
            run=report_run(options.mode, check_mode=self._task.check_mode, loaded=loaded),
            error=options.error,
            include_names=options.include_names,
            duration_ms=round((time.monotonic() - started) * 1000),
            keep=keeping_what_was_done(options.report_dir, host),
        )
        bundle = save_asked(host, seen, options)
        answer = small_answer(judged.report, write_host(options.report_dir, judged.report), bundle)
        if options.save_plans and judged.plan is not None:
            answer["plan"] = str(save_plan(options.save_plans, host, judged.plan))
        return {**answer, "facts": asked_document(host, seen, options)} if options.return_facts else answer

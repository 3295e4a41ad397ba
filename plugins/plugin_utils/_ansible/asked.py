# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask an Ansible test plugin of somebody else about the facts of a host: the escape hatch of the checks.

The plugin runs in the worker of that host. It gets a copy of the facts, so that it can spoil nothing, and whatever goes wrong in it
makes its own check unknown, and nothing else.
"""

from __future__ import annotations

import copy

from ansible.plugins.loader import test_loader

from .._core.conditions import Truth
from .._core.model import Facts
from .limit import TimeIsUpError, within
from .plain import one_line

TIME_LIMIT_SECONDS = 10.0  # to load it and to ask it, each: the facts are in memory, what takes longer waits for something


def ask_test(name: str, facts: Facts) -> Truth:
    """Call a test with the facts.

    :param name: full name of the test, ``namespace.collection.name``.
    :returns: what it said. None, anything but a truth value, a fault, and no answer in time are unknown, with a sentence.
    """
    try:
        plugin = within(TIME_LIMIT_SECONDS, lambda: test_loader.get(name))
    except TimeIsUpError:
        return _unknown(f"the test {name} was stopped, it did not load within {TIME_LIMIT_SECONDS:g} seconds")
    except Exception as exc:  # a file of somebody else is imported here
        return _unknown(f"the test {name} cannot be loaded: {one_line(exc, 200)}")
    if plugin is None:
        return _unknown(f"there is no test {name}; is its collection installed?")
    try:
        said = within(TIME_LIMIT_SECONDS, lambda: plugin.j2_function(copy.deepcopy(dict(facts.document))))
    except TimeIsUpError:
        return _unknown(f"the test {name} was stopped, it did not answer within {TIME_LIMIT_SECONDS:g} seconds")
    except (Exception, SystemExit) as exc:  # anything at all: see the docstring of this file
        return _unknown(f"the test {name} failed with {type(exc).__name__}: {one_line(exc, 200)}")
    if said is None:
        return _unknown(f"the test {name} could not tell")
    if not isinstance(said, bool):
        return _unknown(f"the test {name} said {type(said).__name__} where it must say true or false")
    return Truth(said)


def _unknown(why: str) -> Truth:
    return Truth(None, (), (why,))

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a page as a strict reader does and list everything about it that is not as it should be."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset({"meta", "wbr"})
LOADS = frozenset({"src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest"})
FORBIDDEN = frozenset({"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "svg", "video", "audio"})


class PageReader(HTMLParser):
    """Collects faults, ids, references to ids and the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.wanted_ids: set[str] = set()
        self.links: list[str] = []
        self.elements: Counter[str] = Counter()
        self.text: list[str] = []
        self._open: list[str] = []
        self._level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        if tag not in VOID:
            self._open.append(tag)
        if tag in FORBIDDEN:
            self.faults.append(f"<{tag}> is not wanted in a report")
        names = Counter(name for name, _value in attrs)
        self.faults += [f"<{tag}> has {name} twice" for name, number in names.items() if number > 1]
        self._check_attributes(tag, {name: value or "" for name, value in attrs})
        self._check_heading(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing that is open")

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.text.append(data)

    def _check_attributes(self, tag: str, attributes: dict[str, str]) -> None:
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        for name in ("aria-labelledby", "aria-describedby"):
            self.wanted_ids.update(attributes.get(name, "").split())
        self.faults += [f"<{tag} {name}> loads something or runs something" for name in attributes if name in LOADS or name.startswith("on")]
        if tag == "th" and attributes.get("scope") not in ("col", "row"):
            self.faults.append("<th> without scope")
        if "href" in attributes:
            self._check_link(tag, attributes["href"])

    def _check_link(self, tag: str, address: str) -> None:
        if tag != "a" or not address.startswith(("#", "hosts/", "../", "https://", "http://")):
            self.faults.append(f"<{tag} href={address[:60]}> is not wanted")
        self.links.append(address)
        if address.startswith("#"):
            self.wanted_ids.add(address[1:])

    def _check_heading(self, tag: str) -> None:
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            level = int(tag[1])
            if level > self._level + 1:
                self.faults.append(f"<{tag}> follows <h{self._level}>")
            self._level = level

    def finish(self) -> None:
        """Check what can only be known at the end."""
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"id {name} stands {number} times" for name, number in self.ids.items() if number > 1]
        self.faults += [f"id {name} is referred to and missing" for name in sorted(self.wanted_ids - self.ids.keys())]
        self.faults += [f"{self.elements[tag]} <{tag}>" for tag in ("h1", "main", "header", "footer", "title") if self.elements[tag] != 1]
        if self.elements["table"] != self.elements["caption"]:
            self.faults.append("a table has no caption")


def read_page(page: str) -> PageReader:
    """Read a page; its faults are in ``faults``."""
    reader = PageReader()
    reader.feed(page)
    reader.finish()
    return reader

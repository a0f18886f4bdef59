"""Headings have the anchors that a reader's links use."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.markdown import Link, anchors, broken, links

PAGE = """\
# Where `specs` err

## HTTPS only? Port 80, too
## Same
## Same
See [the top](#where-specs-err), `[no](link)` and [another](other.md#there).

```text
# no heading
[no](link)
```
"""


def test_a_heading_has_the_anchor_that_github_gives_it() -> None:
    assert anchors(PAGE) == {"where-specs-err", "https-only-port-80-too", "same", "same-1"}


def test_links_in_code_are_none() -> None:
    assert links(PAGE) == [Link("#where-specs-err", 6), Link("other.md#there", 6)]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("#same", ""),
        ("#nowhere", "page.md has no heading #nowhere"),
        ("other.md", "there is no other.md"),
        ("https://example.com/#x", ""),
    ],
)
def test_a_link_that_leads_nowhere_is_told_why(tmp_path: Path, target: str, why: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)

    assert broken(page, target) == why

"""What axe finds wrong with a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Colours that are on their way from one scheme to the other are at their end.
SETTLE = """() => document.getAnimations()
    .forEach(each => each instanceof CSSTransition && each.finish())"""


def violations(page: Page, *, colours_alone: bool = False) -> list[str]:
    """What axe finds, with where; of colours alone where the rest was looked at before."""
    options: dict[str, list[str]] = {"resultTypes": ["violations"]}
    if colours_alone:
        options["runOnly"] = ["color-contrast", "link-in-text-block"]
    page.evaluate(SETTLE)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in found
        for node in each["nodes"]
    ]

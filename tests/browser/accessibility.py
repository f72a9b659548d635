"""Every page that a test visits is looked at by axe."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map(found => found.id + ": " + found.help + " " +
    found.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", "))
"""


def check_accessibility(page: Page) -> None:
    """No violation of axe's rules on the page as it is now."""
    # As a function of the test's own world, so that the page's strict CSP stays as it is.
    page.evaluate(AXE.read_text("utf-8") + "; window.axe = axe; undefined")
    found = page.evaluate(LOOK)
    assert found == [], f"{page.url}: " + "; ".join(found)

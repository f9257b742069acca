"""From a click on a filter to what is seen in the browser, on each page.

Run: python benchmarks/clicks.py [--rows 10000 1000000] [--write]

The app runs as a server and Chromium looks at it, both on this machine. The clock is the browser's: from the click
until the words over the page say the new number of responses, and until the last change of the page itself (charts
drawn). Medians over clicks that each ask for something new.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rerun import COUNTRIES, survey
from table import load, write_table

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
PAGES = ("Summary", "Over time", "By segment", "Two sides", "Comments", "Drivers", "Who speaks")
CLICKS = 9
AT_REST = 1500  # ms in which nothing changes any more
WATCH = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const words = () => document.querySelector('p.say.quiet')?.innerText;
  const before = words(), seen = window.seen = {words: 0, last: 0, from: 0};
  document.addEventListener('keydown', () => { seen.from = performance.now(); }, {capture: true, once: true});
  window.watch?.disconnect();
  window.watch = new MutationObserver(() => {
    if (!seen.from) return;
    seen.last = performance.now() - seen.from;
    if (!seen.words && words() && words() !== before) seen.words = seen.last;
  });
  const watched = {subtree: true, childList: true, characterData: true};
  window.watch.observe(main, {...watched, attributes: true, attributeFilter: ['d', 'transform']});
}"""


def main() -> None:
    """Print a row a page."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    ask.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = ask.parse_args()
    taken = {rows: clicks(rows) for rows in asked.rows}
    heads = " | ".join(f"{rows:,} responses: words | all drawn" for rows in taken)
    lines = [f"| page | {heads} |", "| --- |" + " ---: | ---: |" * len(taken)]
    for page in PAGES:
        cells = " | ".join(f"{own[page][0]:.0f} ms | {own[page][1]:.0f} ms" for own in taken.values())
        lines.append(f"| {page} | {cells} |")
    lines += ["", load()]
    print("\n".join(lines))
    if asked.write:
        write_table("clicks", lines)


def clicks(rows: int) -> dict[str, tuple[float, float]]:
    """Of each page the medians, in ms, until the words have changed and until all is drawn."""
    from server import chromium, go, idle, running_app, upload  # noqa: PLC0415 - beside the tests

    with tempfile.TemporaryDirectory() as folder, running_app() as address, chromium() as browser:
        file = Path(folder) / "survey.csv"
        file.write_bytes(survey(rows))
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        upload(page, file)
        found = {}
        for title in PAGES:
            go(page, title)
            page.locator(".st-key-bar-open button").first.click()
            idle(page)
            page.locator(".st-key-picker").get_by_text("Country", exact=True).first.click()
            page.wait_for_timeout(AT_REST)
            times = [_click(page, country) for country in COUNTRIES[:CLICKS]]
            found[title] = tuple(map(statistics.median, zip(*times, strict=True)))
            page.keyboard.press("Escape")  # closes the list
            page.get_by_role("button", name="Reset filters").click()
            idle(page)
        return found


def _click(page: Page, country: str) -> tuple[float, float]:
    """Pick one more country."""
    page.locator(".st-key-picker").get_by_role("combobox").fill(country)
    page.get_by_role("option", name=country).first.wait_for()
    page.evaluate(WATCH)
    page.keyboard.press("Enter")
    page.wait_for_timeout(AT_REST)
    seen = page.evaluate("seen")
    assert seen["words"], "nothing changed"
    return seen["words"], seen["last"]


if __name__ == "__main__":
    main()

"""A picture of every page, light and dark, wide and narrow, into pictures/: for whoever works on the look.

Run `make pictures`, or `make pictures FILE=survey.csv` for another survey than the sample. The picture of the README
is made anew by `.venv/bin/python tests/browser/pictures.py --readme`, for when the look has changed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from server import COMMENT_VIEWS, PAGES, ROOT, chromium, go_to_view, idle, open_sample, running_app, upload

SIZES = {"wide": (1440, 900), "middle": (768, 1024), "narrow": (390, 844)}


def main(file: Path | None) -> None:
    """Take the pictures."""
    folder = ROOT / "pictures" / (file.stem if file else "sample")
    folder.mkdir(parents=True, exist_ok=True)
    with running_app() as address, chromium() as browser:
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(address)
                page.wait_for_selector("h1.answer")
                idle(page)
                page.screenshot(path=folder / f"0-start-{scheme}-{size}.png")
                if file:
                    upload(page, file)
                else:
                    open_sample(page)
                _visit(page, folder, f"{scheme}-{size}")
                page.close()
    print(f"pictures are in {folder.relative_to(ROOT)}")


def readme() -> None:
    """Take the picture of the README: the summary of the sample, which is one screen."""
    with running_app() as address, chromium() as browser:
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, color_scheme="light", device_scale_factor=1.5
        )
        page.goto(address)
        open_sample(page)
        page.wait_for_timeout(1_000)  # charts fade in
        page.screenshot(path=ROOT / "docs" / "summary.png")
        page.close()


def _visit(page, folder, name):
    size = page.viewport_size
    there = PAGES.index("Comments") + 1
    views = [f"Comments: {view}" for view in COMMENT_VIEWS[1:]]
    for number, title in enumerate((*PAGES[:there], *views, *PAGES[there:]), start=1):
        if title in views and not page.locator(".st-key-comments-view").count():
            continue  # a file without comments
        go_to_view(page, title)
        page.wait_for_timeout(700)  # charts fade in
        _grow(page)
        picture = (
            f"{number:02}-{title.lower().replace(': ', '-').replace('/', '-').replace(' ', '-')}-{name}.png"
        )
        page.screenshot(path=folder / picture)
        page.set_viewport_size(size)
    _visit_what_opens(page, folder, name)


def _visit_what_opens(page, folder, name):
    """Where figures are looked up, what a click opens, and a row of filters; as tall as the window."""
    here = urlsplit(page.url)
    page.goto(here._replace(path="/method").geturl())
    page.wait_for_selector("h1.answer")
    idle(page)
    page.screenshot(path=folder / f"20-method-{name}.png")
    page.goto(here._replace(path="/", query=f"{here.query}&group=passive&group=detractor").geturl())
    page.wait_for_selector("h1.answer")
    idle(page)
    page.locator(".st-key-bar-open button").first.click()
    idle(page)
    page.screenshot(path=folder / f"21-filters-{name}.png")
    page.keyboard.press("Escape")
    page.locator(".st-key-into-groups button").focus()
    for key in ("Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.wait_for_selector("[role=dialog]")
    idle(page)
    page.screenshot(path=folder / f"22-panel-{name}.png")


def _grow(page):
    """Streamlit scrolls inside the page: make the window as tall as what is in it."""
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": min(int(tall) + 20, 6000)})
    page.wait_for_timeout(500)


if __name__ == "__main__":
    if sys.argv[1:] == ["--readme"]:
        readme()
    else:
        main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)

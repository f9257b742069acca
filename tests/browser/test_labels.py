"""Names of columns, values, files and themes are shown as they are written.

Whatever they mean to Streamlit or plotly.
"""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import server
from server import PAGES, go, idle, running_app, upload

pytestmark = pytest.mark.browser

STRINGS = (
    ":material/delete: x", ":streamlit: x", ":smile: x", ":red[x]", ":blue-badge[x]", "<b>x</b>",
    "<a href='x'>x</a>", "<br>x", "$5 and $6", "$$x$$", "[x](y)", "![](http://x.example)", "[^1] x", "# x",
    "1. x", "2) x", "- x", "+ x", "> x", "*x* _x_ **x**", "`x`", "~~x~~", "| a | b |", "---",
    "https://auto.example", "www.auto.example", "mailto:a@b.example", "a@b.example", "<https://x.example>",
    "a &lt; b", "&amp; x", "a -> b <- c", "x -- y", "a >= b <= c ~= d <-> e", "\\*x\\*", "%{x} {y}", " x  y ",
    "x\ty", "^x^ {a}",
)  # fmt: skip
MADE = (
    "a, b, strong, em, code, del, mark, img, h1, h2, h3, h4, ol, ul, blockquote, table, hr, sup, .katex,"
    " [class*=Badge], [class*=ColoredText]"
)


def shown(text):
    """As a reader sees it: blanks run together, and joiners are invisible."""
    return " ".join(text.replace("\u2060", "").split())


def elements_made(page, within):
    """What markdown made of text in labels: anything but text and the icons that we name ourselves."""
    found = page.evaluate(
        f"[...document.querySelectorAll('{within} [data-testid=stMarkdownContainer]')].flatMap(box =>"
        f" [...box.querySelectorAll('{MADE}, [data-testid=stIconMaterial]')].map(one =>"
        " one.outerHTML.slice(0, 200)))"
    )
    return list(found)


_TIMES = 12  # that each string stands in its block of labels_app.py


def test_every_kind_of_label_shows_the_text_as_written(browser, tmp_path):
    """Options of pills, segmented_control and radio are markdown; those of selectbox and multiselect are not."""
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps(STRINGS), encoding="utf-8")
    with running_app(
        "tests/browser/labels_app.py", LABELS=str(labels), PYTHONPATH=str(server.ROOT)
    ) as address:
        page = browser.new_page()
        page.goto(address)
        last = len(STRINGS) - 1
        page.locator(f".st-key-plain-{last} [data-testid=stMultiSelect] [data-tag]").wait_for(timeout=60_000)
        idle(page)
        assert elements_made(page, "[class*=st-key-markdown]") == []
        for place, text in enumerate(map(shown, STRINGS)):
            block = page.locator(f".st-key-markdown-{place}")
            for _ in range(300):  # the browser loads a widget's own script when it first meets one
                lines = [shown(line) for line in block.inner_text().splitlines()]
                if lines.count(text) >= _TIMES:
                    break
                page.wait_for_timeout(100)
            # input, multiselect, pills, segmented, radio and its caption, toggle, expander, popover, tab,
            # metric, caption
            assert lines.count(text) == _TIMES, (text, lines)
            assert f"Remove {text}" in lines
            assert f"{text} …" in lines
            plain = page.locator(f".st-key-plain-{place}")
            values = plain.locator("[data-testid=stSelectbox] input").evaluate_all(
                "all => all.map(one => one.value || one.placeholder)"
            )
            assert [shown(value) for value in values] == [text, text]
            assert shown(plain.locator("[data-tag]").inner_text()) == text
        page.close()


@pytest.fixture
def hostile_file(tmp_path):
    """A survey whose columns, values, comments, accounts and file name are the strings."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = [f"{text} {place}" for place, text in enumerate(STRINGS)]
    writer.writerow(
        [
            "Date",
            "Account",
            "NPS <b>score</b>",
            "Reason $5 and $6",
            "How satisfied are you? [x](y) (1-5)",
            *columns,
        ]
    )
    for row in range(240):
        text = STRINGS[row % len(STRINGS)]
        values = [STRINGS[(place + row % 3) % len(STRINGS)] for place in range(len(columns))]
        comment = f"The price of {text} is too high" if row % 2 else f"Support for {text} is slow and rude"
        score = (9 + row % 2) if row % 3 else row % 7
        writer.writerow(
            [f"2026-{1 + row % 9:02}-1{row % 9}", STRINGS[row % 12], score, comment, 1 + row % 5, *values]
        )
    file = tmp_path / "[x](y) <b>b<b> $5 and $6 :smile: # x.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    return file


def left_over(text, written):
    """What is left of a page's text without the strings: marks of escaping among it are ours."""
    for one in sorted(written, key=len, reverse=True):
        text = text.replace(one, "")
    return re.findall(r".{0,30}(?:\\|&(?:amp|lt|gt|#\d+);).{0,30}", text)


def test_a_survey_of_such_names_is_shown_as_written_on_every_page(page, hostile_file):
    upload(page, hostile_file)
    written = {shown(text) for text in STRINGS}
    seen = ""
    for title in PAGES:
        go(page, title)
        for box in page.locator("[data-testid=stExpander] summary:visible").all():
            box.click()
            idle(page)
        if title == "Comments":
            page.get_by_text("Edit themes", exact=True).first.click()
            idle(page)
            name = page.locator("[class*=st-key-hand-name] input").first
            name.fill(":material/delete: <b>x</b> $5 and $6 -> y")
            name.press("Enter")
            idle(page)
        assert page.get_by_text("could not be drawn").count() == 0, title
        assert elements_made(page, "[data-testid=stApp]") == [], title
        assert page.locator(".js-plotly-plot :is(a, [style*=underline])").count() == 0, title
        texts = page.evaluate(
            "[document.body.innerText, ...[...document.querySelectorAll('.js-plotly-plot svg text')].map(one"
            " => one.textContent), ...[...document.querySelectorAll('input, textarea')].map(one =>"
            " `${one.value} ${one.placeholder}`)]"
        )
        text = shown("\n".join(texts))
        assert left_over(text, written) == [], title
        seen += text
    assert shown(hostile_file.name) in seen
    assert ":material/delete: <b>x</b> $5 and $6 -> y" in seen
    # Values of the first columns, in charts and in the first rows of the file; tags too, which headers lose when read.
    assert [text for text in map(shown, STRINGS[:12]) if text not in seen] == []
    columns = [
        shown(f"{text} {place}") for place, text in enumerate(STRINGS) if not re.search("<[^<>]*>", text)
    ]
    page.locator(".st-key-bar-open button").first.click()
    idle(page)
    names = page.locator(".st-key-picker").get_by_role("combobox").first
    labels = set()
    for column in columns:
        names.fill(column[:20])
        labels |= set(map(shown, page.get_by_role("option").all_inner_texts()))
    # Two of them are read as who answered, going by their names.
    assert {column.split()[0] for column in columns if column not in labels} <= {
        "www.auto.example",
        "mailto:a@b.example",
    }
    assert page.outside == []

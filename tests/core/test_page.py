"""The page: the story's own figures in one file that fetches nothing."""

import base64
import hashlib
import html
import json
import re

import pytest
from stories import BAD, bad, hostile, usual

from nps_core.charts.draw.plotly import SCRIPT, plotly_figure
from nps_core.report.page import _HERE, page

MOST_BYTES = 5_500_000


@pytest.fixture(scope="module")
def text():
    return page(usual()).decode("utf-8")


def without_scripts(text):
    return re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)


def cells(text):
    return [
        html.unescape(cell) for cell in re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", without_scripts(text))
    ]


def test_every_word_and_figure_of_the_story_is_there(text):
    shown = html.unescape(without_scripts(text))
    for part in usual().parts:
        for said in (
            part.title,
            part.subtitle,
            *part.bullets,
            *part.big,
            *(quote.text for quote in part.quotes),
        ):
            assert said in shown
        if part.table and not part.quotes and part.key != "answer":
            start = shown.index(f'<h2 dir="auto">{part.title}</h2>')
            there = cells(shown[start : shown.index("</section>", start)])
            assert there == [*part.table.heads, *(cell for row in part.table.words() for cell in row)]


def test_live_charts_are_the_figures_of_the_app(text):
    charts = json.loads(re.search(r'id="charts">(.*?)</script>', text, re.DOTALL)[1])
    figures = [json.loads(plotly_figure(part.chart).to_json()) for part in usual().parts if part.chart]
    assert list(charts.values()) == figures
    for place in charts:
        assert f'id="{place}"' in text


def test_comments_are_masked(text):
    assert "jo.doe@example.com" not in text


def test_it_is_small_enough_for_a_mail_and_whole(shared, text):
    assert len(text.encode()) < MOST_BYTES
    assert len(page(hostile(shared))) < MOST_BYTES
    outside = without_scripts(text).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|src=", outside)
    assert set(re.findall(r'href="(.)', outside)) == {"#"}


def test_the_policy_knows_its_scripts_and_no_other(text):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert scripts[0] == SCRIPT.read_text(encoding="utf-8")
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert re.findall(r"'sha256-([^']*)'", policy) == hashes
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src ([^;]*);", policy)[1].count("unsafe") == 0


def test_hostile_text_is_text(shared):
    made = page(hostile(shared)).decode("utf-8")
    tags = set(re.findall(r"<(/?[a-zA-Z][\w-]*)", without_scripts(made)))
    usual_tags = set(re.findall(r"<(/?[a-zA-Z][\w-]*)", without_scripts(page(usual()).decode("utf-8"))))
    assert tags <= usual_tags
    assert len(re.findall("</script>", made)) == 3


@pytest.mark.parametrize("name", BAD)
def test_surveys_that_lack_or_overdo_something(name):
    made = page(bad(name)).decode("utf-8")
    for part in bad(name).parts:
        assert html.escape(part.title) in made


def test_the_font_is_that_of_the_app():
    static = _HERE.parents[1] / "static" / "inter-latin.woff2"
    assert (_HERE / "inter-latin.woff2").read_bytes() == static.read_bytes()


def test_only_what_the_page_makes_itself_is_called_safe():
    template = (_HERE / "page.html.j2").read_text(encoding="utf-8")
    safe = set(re.findall(r"{{ ([^}]*?) \| safe }}", template))
    assert safe == {"policy", "style", "charts", "plotly", "script", "part.chart | still"}
    assert template.count("safe }}") == len(safe)
    assert "autoescape" not in template

"""Stories of unlike surveys, for the tests of what is taken away."""

import datetime as dt
import functools
import json

import numpy as np
import pandas as pd
from surveys import survey_of

import nps_core
from nps_core import Action, Filters, build_report
from nps_core.report.builder import slide_choices
from nps_core.scope import Scope
from nps_core.themes import find_themes

WORDS = {
    0: ["the price is far too high for us", "price too high, we may leave because of the price"],
    1: ["support answers quickly and helps", "great support, quick answers every time"],
}
LONG = (
    "Which of the following statements describes best how your team works with the product today and in"
    " future " * 2
)
ARABIC, HEBREW, CHINESE = "عملاء المؤسسات في الشرق الأوسط", "לקוחות עסקיים בצפון", "华东地区的企业客户"


def frame_of(n=900, *, seed=11, **columns):
    rng = np.random.default_rng(seed)
    plan = rng.choice(["Pro", "Starter", "Team"], n)
    score = np.where(plan == "Starter", rng.integers(0, 9, n), rng.integers(6, 11, n))
    made = {
        "score": score,
        "date": np.datetime64("2024-10-01") + rng.integers(0, 720, n),
        "Plan": plan,
        "Persona": rng.choice(["Decision maker", "End user", "Champion"], n),
        "comment": [f"{WORDS[int(one > 7)][place % 2]} {place}" for place, one in enumerate(score)],
        **columns,
    }
    return pd.DataFrame({name: cells for name, cells in made.items() if cells is not None})


def told(frame, *, filters=None, themes=True, name="test.csv", **more):
    """The story of a frame with every part that it can have."""
    made = survey_of(frame)
    attributes = made.mapping.attributes
    persona = "Persona" if "Persona" in attributes else None
    mapping = nps_core.Mapping(score="score", reason="comment", attributes=attributes, persona=persona)
    survey = nps_core.Survey(**{**made.__dict__, "mapping": mapping, "name": name})
    found = find_themes(frame["comment"].tolist(), k=3) if themes and "comment" in frame else None
    keys = [choice.key for choice in slide_choices(survey)]
    did = [Action(dt.date(2026, 4, 1), "New desk", said="The desk is slow")]
    more = {
        "compare": "previous",
        "actions": did,
        **more,
    }  # these tell of no change, and every part is wanted
    return build_report(Scope(survey, filters or Filters()), themes=found, slides=keys, **more)


@functools.cache
def usual():
    frame = frame_of()
    frame.loc[:3, "comment"] = "write to jo.doe@example.com or call +49 170 1234567 about the price"
    return told(frame)


def hostile_strings(shared):
    strings = json.loads((shared / "csv" / "hostile_strings.json").read_text(encoding="utf-8"))
    own = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("https://outside.example")',
        "https://outside.example",
        "mailto:a@outside.example",
        "<img src=https://outside.example/a.png onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "]]>",
        "<a href='javascript:alert(1)'>x</a>",
        "${7*7}",
        '#import "x"',
        "'Sheet'!A1",
        "a\x00b",
        "_x0041_",
        "<!--",
        "</style>",
        "\u202egnp.exe",
        "&lt;b&gt;",
    ]
    # Reading replaces what is no text in UTF-8.
    return [text.encode("utf-8", "replace").decode() for text in strings if isinstance(text, str)] + own


@functools.cache
def hostile(shared):
    """Every hostile string as a comment, an attribute's value, an account and a respondent.

    Some as names of columns, too.
    """
    strings = hostile_strings(shared)
    n = 3 * len(strings)
    rng = np.random.default_rng(5)
    values = [strings[place % len(strings)] for place in range(n)]
    frame = frame_of(n, Plan=values, comment=values, respondent=values, account=values[::-1])
    frame["=1+1 <img src=https://outside.example/b.png>"] = rng.choice(
        ["=cmd|'/c calc'!A0", "<script>alert(2)</script>"], n
    )
    did = [Action(dt.date(2026, 1, 1), text, said=text) for text in strings[-30:]]
    return told(frame, actions=did, name='=1+1 "><script>alert(3)</script>.csv')


BAD = {
    "one period": lambda: told(frame_of(80, date=np.full(80, np.datetime64("2026-03-03")))),
    "no comments": lambda: told(frame_of(300, comment=None)),
    "no dates": lambda: told(frame_of(300, date=None)),
    "scores alone": lambda: told(pd.DataFrame({"score": [0, 5, 7, 9, 10] * 8})),
    "one response": lambda: told(pd.DataFrame({"score": [9]})),
    "60 segments": lambda: told(frame_of(3000, Team=[f"Team {place % 60}" for place in range(3000)])),
    "long names": lambda: told(
        frame_of(400, **{LONG[:200]: [LONG[place % 7 :][:200] for place in range(400)]})
    ),
    "right to left, Chinese": lambda: told(
        frame_of(400, Region=[(ARABIC, HEBREW, CHINESE, "DACH")[place % 4] for place in range(400)])
    ),
    "nothing matches": lambda: told(frame_of(300), filters=Filters(text="no such words")),
}
"""Surveys that lack or overdo something."""


@functools.cache
def bad(name):
    return BAD[name]()

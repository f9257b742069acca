"""Charts: the figures behind them, what is drawn, and the one light picture that is taken away."""

import datetime as dt
import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from surveys import survey_of

import nps_core
from nps_core.charts.axes import points_axis, shown_ticks
from nps_core.charts.draw.plotly import picture, plotly_figure
from nps_core.charts.draw.plotly_parts import PAGE_INK, PAGE_QUIET, label_of, labels_of, points_ticks
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.formatting import format_interval
from nps_core.report.tables import file_name
from nps_core.score.chart import distribution_chart, groups_chart, interval_chart
from nps_core.score.estimate import estimate
from nps_core.survey import Scale


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(4)
    n = 600
    plan = rng.choice(["Pro", "Starter"], n)
    score = np.where(plan == "Pro", rng.integers(7, 11, n), rng.integers(0, 9, n))
    date = np.datetime64("2025-01-01") + rng.integers(0, 700, n)
    region = rng.choice(["NA", "EMEA"], n)
    return survey_of(pd.DataFrame({"score": score, "date": date, "Plan": plan, "Region": region}))


def test_groups_stand_in_the_order_of_the_score_with_shares_that_add_up():
    chart = groups_chart(estimate(1879, 684, 437), subtitle="", source="")
    assert list(chart.table["group"]) == ["detractor", "passive", "promoter"]
    assert chart.table["percent"].sum() == 100
    assert [bar.marker.color for bar in plotly_figure(chart).data] == [
        GROUP_COLOURS[group] for group in chart.table["group"]
    ]
    assert [bar.x[0] for bar in plotly_figure(chart).data] == list(chart.table["percent"])
    assert chart.title.startswith("NPS +48: ")


def test_distribution_says_the_same_shares_as_the_groups():
    """Shares that are rounded one by one disagree with those that add up to 100."""
    counts = [30, 20, 30, 60, 50, 120, 127, 270, 414, 870, 1009]
    drawn = {
        text.split("<br>")[0].split(" ")[0]: text
        for text in (
            note.text
            for note in plotly_figure(
                distribution_chart(counts, Scale(), subtitle="", source="")
            ).layout.annotations
        )
    }
    groups = groups_chart(estimate(1879, 684, 437), subtitle="", source="").table.set_index("group")[
        "percent"
    ]
    for group, percent in groups.items():
        assert f"{percent}%" in drawn[f"{group.title()}s"]


def test_distribution_covers_every_score_of_the_scale():
    chart = distribution_chart([0, 0, 5, 1, 2, 3, 4], Scale(1, 7, 3, 6), subtitle="", source="")
    assert list(chart.table["score"]) == [1, 2, 3, 4, 5, 6, 7]
    assert list(chart.table["group"]) == ["detractor"] * 3 + ["passive"] * 2 + ["promoter"] * 2


def test_trend_draws_gaps_as_gaps():
    days = ["2026-01-05"] * 20 + ["2026-04-07"] * 10
    early = survey_of(pd.DataFrame({"score": [10, 9, 3, 8] * 5 + [10, 2] * 5, "date": days}))
    found = nps_core.find_trend(nps_core.Scope(early), "month")
    figure = plotly_figure(found.chart())
    line = next(trace for trace in figure.data if trace.mode == "lines+markers")
    assert [value is None for value in line.y] == [False, True, True, False]
    assert line.connectgaps is False
    # A period without neighbours has its interval as an upright line: a shape of one point would be nothing.
    alone = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"]
    assert [set(trace.x) for trace in alone] == [{line.x[0]}, {line.x[3]}]
    estimate = found.estimate
    assert [(min(trace.y), max(trace.y)) for trace in alone] == [
        (estimate.low[place], estimate.high[place]) for place in (0, 3)
    ]
    assert all(trace.line.width > 2 for trace in alone)


def test_a_trend_shows_scores_at_the_end_of_the_scale_and_how_many_answered():
    frame = pd.DataFrame({"score": [10] * 1_200, "date": ["2026-01-05"] * 600 + ["2026-02-05"] * 600})
    figure = plotly_figure(nps_core.find_trend(nps_core.Scope(survey_of(frame)), "month").chart())
    assert figure.layout.yaxis.range[1] > 100
    assert "+100" in figure.layout.yaxis.ticktext
    assert next(trace for trace in figure.data if trace.mode == "lines+markers").cliponaxis is False
    assert list(figure.layout.yaxis2.ticktext) == ["0", "600"]


def test_periods_are_named_at_steps_that_people_count_in():
    assert shown_ticks(8, "quarter", 9) == list(range(8))
    assert [19 - place for place in shown_ticks(20, "quarter", 9)] == [16, 12, 8, 4, 0]
    assert {59 - place for place in shown_ticks(60, "month", 9)} == {0, 12, 24, 36, 48}
    assert shown_ticks(3_000, "week", 9)[-1] == 2_999
    assert len(shown_ticks(3_000, "week", 9)) <= 9


def test_labels_that_would_read_alike_lose_their_middle():
    names = [f"Customers who renewed in the half-year {number}" for number in range(3)] + ["Pro"]
    labels = labels_of(names, 20)
    assert len(set(labels)) == 4
    assert all(len(label) <= 20 for label in labels)
    assert labels[3] == "Pro"
    assert labels[0].startswith("Customers")
    assert labels[0].endswith("0")


def test_labels_show_quotes_and_ampersands_as_they_stand():
    # Plotly knows the names of a few marks only, and that of the quote is none of them.
    assert label_of('Tools "R" Us & Co') == 'Tools "R" Us &amp; Co'
    assert label_of("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"


def test_an_axis_that_leaves_ticks_out_keeps_zero():
    for low, high in ((-61, 35), (-12, 41), (-40, 3), (-95, -2), (-90, 400)):
        chart = interval_chart(estimate(1, 1, 1))
        kept = points_ticks(replace(chart, axis=points_axis([low, high])), most=4)["ticktext"]
        assert "0" in kept
        assert len(kept) <= 4


def test_a_heatmap_draws_the_largest_segments_and_its_table_keeps_all():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "score": rng.choice([10, 8, 3], 900),
            "Plan": rng.choice(["Pro", "Free"], 900),
            "Country": [f"Country {min(place % 40, 24):02d}" for place in range(900)],
        }
    )
    table = nps_core.cross_segments(nps_core.Scope(survey_of(frame)), "Plan", "Country")
    chart = table.chart()
    heads = list(plotly_figure(chart).layout.xaxis.ticktext)
    assert len(heads) == 8
    assert "Country 24" in heads
    assert "The 8 largest of 25 columns are drawn." in chart.source
    assert len(chart.table) == 50
    few = nps_core.cross_segments(nps_core.Scope(survey_of(frame)), "Country", "Plan").chart()
    assert "largest" not in few.source


def test_a_heatmap_colours_no_cell_that_chance_explains_and_shows_each_interval():
    """Scores drawn alike for all: whatever a small cell happens to hold is neither good nor bad news."""
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "score": rng.choice([10, 8, 3], 300),
            "Plan": rng.choice(["Pro", "Free", "Team"], 300),
            "Country": rng.choice(list("ABCDEFG"), 300),
        }
    )
    frame.loc[frame["Plan"].eq("Pro") & frame["Country"].eq("A"), "score"] = 0
    table = nps_core.cross_segments(nps_core.Scope(survey_of(frame)), "Plan", "Country")
    chart = table.chart()
    at = table.labels_a.index("Pro"), table.labels_b.index("A")
    drawn = np.asarray(plotly_figure(chart).data[0].z)
    assert drawn[at] == 1
    assert drawn.sum() == table.beyond_chance.sum() == 1
    texts = [note.text for note in plotly_figure(chart).layout.annotations]
    for place in zip(*np.nonzero(~table.too_few), strict=True):
        interval = format_interval(table.low[place], table.high[place])
        assert any(interval in text and f"n {table.n[place]}" in text for text in texts)


def test_a_question_as_an_attribute_stays_a_question_in_the_title():
    for name, title in (
        ("Plan", "No plan differs"),
        ("Which plan are you on?", "No segment of “Which plan are you on?” differs"),
    ):
        rows = pd.DataFrame({"score": [10, 10, 3, 3] * 20, name: ["Pro", "Free"] * 40})
        assert nps_core.find_segments(nps_core.Scope(survey_of(rows)), name).title.startswith(title)


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([0] * 9 + [3, 5], "The most frequent answer is 10"),
        ([0] * 9 + [5, 5], "The most frequent answers are 9 and 10"),
        ([2, 0, 2] + [0] * 7 + [2], "The most frequent answers are 0, 2 and 10"),
        ([0] * 11, "No scores to draw"),
    ],
)
def test_answers_that_are_equally_frequent_are_all_named(counts, title):
    assert distribution_chart(counts, Scale(), subtitle="", source="").title == title


def test_segments_within_chance_are_not_coloured(survey):
    chart = nps_core.find_segments(nps_core.Scope(survey), "Region").chart()
    assert set(
        next(trace for trace in plotly_figure(chart).data if trace.mode == "markers").marker.color
    ) == {"#8b95a1"}
    apart = nps_core.find_segments(nps_core.Scope(survey), "Plan").chart()
    assert set(
        next(trace for trace in plotly_figure(apart).data if trace.mode == "markers").marker.color
    ) == {"#3b76d6"}
    assert "Starter" in apart.title
    assert "NA" in set(chart.table["Region"])


def test_picture_is_light_complete_and_the_same_each_time(survey):
    chart = nps_core.find_trend(nps_core.Scope(survey), "quarter").chart()
    first, second = picture(chart), picture(chart)
    assert first.to_json() == second.to_json()
    assert first.layout.paper_bgcolor == "#ffffff"
    assert chart.title.split()[0] in first.layout.title.text
    assert "600 responses" in first.layout.title.subtitle.text
    assert any("Source: test.csv." in note.text for note in first.layout.annotations)
    assert not any(ink in first.to_json() for ink in (PAGE_INK, PAGE_QUIET))
    assert plotly_figure(chart).layout.title.text is None  # the picture is a copy


@pytest.mark.parametrize("text", ['<a href="https://x.example">x</a>', "<b>bold</b>", "<img src=x>"])
def test_labels_are_inert(text):
    assert "<" not in label_of(text)


def test_labels_are_cut_with_an_ellipsis():
    assert label_of("a" * 50, 10) == "aaaaaaaaa…"
    assert label_of("two\nlines") == "two lines"


def test_file_names_say_what_filter_and_date():
    day = dt.date(2026, 3, 31)
    assert file_name("trend-month", "all responses", "png", day) == "nps-trend-month_2026-03-31.png"
    name = file_name("themes", "Plan: ../../etc/passwd or <x>; since 3 Mar 2026", "svg", day)
    assert name == "nps-themes_plan-etc-passwd-or-x-since-3-mar-2026_2026-03-31.svg"


def test_a_figure_is_plotlys_as_soon_as_it_is_looked_at():
    figure = plotly_figure(groups_chart(estimate(1879, 684, 437), subtitle="", source=""))
    sent, plain = figure.to_json(), figure.to_dict()
    assert "_data_objs" not in vars(figure)  # nothing was built to send it
    built = go.Figure(plain)
    assert json.loads(sent) == json.loads(built.to_json())
    assert figure == built
    assert pickle.loads(pickle.dumps(figure)) == built  # noqa: S301 - our own
    changed = plotly_figure(groups_chart(estimate(1879, 684, 437), subtitle="", source=""))
    changed.update_layout(height=500)
    assert changed.to_dict()["layout"]["height"] == 500
    assert figure.to_dict()["layout"]["height"] == 64
    with pytest.raises(AttributeError):
        _ = changed.nothing_of_this_name


def test_the_table_of_a_chart_is_made_when_asked_for_and_once():
    chart = groups_chart(estimate(1879, 684, 437), subtitle="", source="")
    assert "table" not in vars(chart)
    assert chart.table is chart.table


def test_one_segment_alone_is_called_that():
    rows = survey_of(pd.DataFrame({"score": [10, 8, 3] * 9, "Plan": ["Pro", "Free", "Pro"] * 9}))
    alone = nps_core.find_segments(
        nps_core.Scope(rows, nps_core.Filters().with_attribute("Plan", ["Pro"])), "Plan"
    )
    assert alone.title == "All of these responses are of one segment: Plan “Pro”"


def test_points_stand_level_and_few_enough_for_a_telephone():
    rows = pd.DataFrame(
        {"score": [10, 10, 3, 3, 10, 3] * 9, "Plan": ["Pro", "Pro", "Free", "Free", "Team", "Team"] * 9}
    )
    chart = nps_core.find_segments(nps_core.Scope(survey_of(rows)), "Plan").chart()
    axis = plotly_figure(chart).layout.xaxis
    assert axis.tickangle == 0
    assert len(axis.ticktext) <= 6
    assert "0" in axis.ticktext

"""What a viewer sees: as if the file had been cut, by plain pandas, before anybody opened it."""

import random

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

from nps_core import (
    Filters,
    Scope,
    build_report,
    compare_groups,
    filter_choices,
    filtered_responses,
    find_accounts,
    find_drivers,
    find_segments,
    find_survey_themes,
    find_trend,
    nps_of,
    overview,
    read_comments,
    read_survey,
    write_report,
)
from nps_core.column_profile import reading_words
from nps_core.comments import order_comments, search_comments
from nps_core.compare.groups import span_of
from nps_core.errors import AccessError, FilterError
from nps_core.filters import NO_VALUE
from nps_core.report.tables import safe_csv
from nps_core.seen import seen_by
from nps_core.survey import GROUPS
from nps_core.viewer import EVERYONE, Viewer

TRIES = 1_000
REGIONS, PLANS = ("North", "South", "East", "West"), ("Pro", "Team", "Free")
WORDS = ("the support is slow", "love the reports", "far too expensive", "the export fails", "easy to use")


def frame_of(n=240, seed=7):
    """Responses of which each names itself: its comment, account and respondent hold a word that stands nowhere else."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    rows = []
    for number in range(n):
        region = draw.choice([*REGIONS, None])
        rows.append(
            {
                "score": draw.randint(0, 10),
                "date": pd.Timestamp("2026-01-01") + pd.Timedelta(days=draw.randint(0, 300)),
                "comment": f"{draw.choice(WORDS)} canary{number:04}" if draw.random() < 0.8 else None,
                "respondent": f"person{number % 150:04}@example.com",
                "account": f"Acme {region} {draw.randint(1, 9)}",
                "Region": region,
                "Plan": draw.choice(PLANS),
                # A value that only one region has: its name alone would tell of the others.
                "Team": f"{region} team {draw.randint(1, 2)}",
            }
        )
    return pd.DataFrame(rows)


FRAME = frame_of()


def some(draw, values, most=2):
    return tuple(sorted(draw.sample(values, draw.randint(1, min(most, len(values))))))


def filters_of(draw, values):
    """Filters as somebody may have them: those of a viewer, or what a link asks for."""
    found = Filters()
    if draw.random() < 0.7:
        found = found.with_attribute("Region", some(draw, [*REGIONS, NO_VALUE]))
    if draw.random() < 0.4:
        found = found.with_attribute("Plan", some(draw, PLANS))
    if draw.random() < 0.3:
        found = found.with_attribute("Team", some(draw, values, 3))
    days = pd.date_range("2026-01-01", "2026-10-01").date
    since, until = sorted(draw.sample(list(days), 2))
    groups = some(draw, list(GROUPS))
    return Filters(
        since=since if draw.random() < 0.3 else None,
        until=until if draw.random() < 0.3 else None,
        groups=groups if draw.random() < 0.2 else (),
        attributes=found.attributes,
    )


def cut(frame, filters):
    """The rows that pass, by pandas alone."""
    keep = pd.Series(data=True, index=frame.index)
    for name, values in filters.attributes:
        keep &= frame[name].fillna(NO_VALUE).isin(values)
    if filters.groups:
        group = np.where(
            frame["score"] >= 9, "promoter", np.where(frame["score"] >= 7, "passive", "detractor")
        )
        keep &= pd.Series(group, index=frame.index).isin(filters.groups)
    if filters.since:
        keep &= frame["date"] >= pd.Timestamp(filters.since)
    if filters.until:
        keep &= frame["date"] <= pd.Timestamp(filters.until)
    return frame[keep]


def nps(frame):
    return 100 * ((frame["score"] >= 9).sum() - (frame["score"] <= 6).sum()) / len(frame)


def figures(scope):
    """n and NPS of all, and of each value of an attribute."""
    table = scope.counts.by("Plan")
    by_plan = {label: int(n) for label, n in zip(table.labels, table.n, strict=True) if n}
    return scope.n, round(float(nps_of(scope).nps), 6), by_plan


def tokens(*rows):
    """The words by which rows of the frame name themselves."""
    found = set()
    for frame in rows:
        found |= {text.split()[-1] for text in frame["comment"].dropna()}
        found |= set(frame["Team"]) | set(frame["account"])
    return found


def exported(scope):
    return safe_csv(filtered_responses(scope, None)).decode()


def refused(scope):
    """What an error tells of a survey to who asks for what is not there."""
    told = []
    for ask in (Filters(attributes=(("Team", ("nobody",)),)), Filters(attributes=(("Nothing", ("x",)),))):
        with pytest.raises(FilterError) as error:
            Scope(scope.survey, ask, scope.viewer).n  # noqa: B018 - counting is what is tested
        told.append(str(error.value))
    return " ".join(told)


def choices(scope):
    return repr(filter_choices(scope.survey)) + refused(scope)


def said(scope):
    """The comments, in the order of a page; those that were searched for; and those at positions made up."""
    rows = order_comments(scope)
    found = [*rows[:5], *search_comments(scope, rows, "support")[:5], *range(min(5, scope.total))]
    return repr(read_comments(scope, found))


def whole(scope):
    """What is told of the file as a whole."""
    survey = scope.survey
    parts = (survey.left_out, survey.preview, survey.looks, survey.column_uses, survey.choices, survey.doubts)
    return reading_words(survey) + "".join(map(repr, parts)) + repr(survey.rows)


def of_results(scope):
    results = [
        overview(scope),
        find_trend(scope, "month"),
        find_segments(scope, "Team"),
        find_accounts(scope),
    ]
    return " ".join(f"{getattr(result, 'title', '')} {result.table().to_csv()}" for result in results)


READINGS = (exported, choices, said, whole)


def test_a_thousand_viewers_see_what_a_file_cut_before_shows():
    draw, survey = random.Random(23), survey_of(FRAME)  # noqa: S311 - no secret
    teams, every = sorted(set(FRAME["Team"])), tokens(FRAME)
    for attempt in range(TRIES):
        viewer = Viewer("Ana", "viewer", filters_of(draw, teams))
        visible = cut(FRAME, viewer.filters)
        if visible.empty:
            with pytest.raises(AccessError):
                Scope(survey, viewer=viewer)
            continue
        asked = filters_of(draw, sorted(set(visible["Team"])))
        asked = asked.known_to(seen_by(survey, viewer))  # as a link is read
        scope = Scope(survey, asked, viewer)
        shown = cut(visible, asked)
        if len(shown):
            n, points, plans = figures(scope)
            assert n == len(shown), (viewer, asked)
            assert points == pytest.approx(nps(shown), abs=1e-5)
            assert plans == shown["Plan"].value_counts().to_dict()
        assert scope.total == len(visible)
        hidden = every - tokens(visible)
        read = (
            (*READINGS, of_results) if attempt % 20 == 0 and len(shown) > 1 else READINGS[attempt % 4 :][:1]
        )
        for reading in read:
            text = reading(scope)
            assert not [token for token in hidden if token in text], (reading, viewer, asked)


@pytest.mark.parametrize("ending", ["html", "xlsx", "pptx"])
def test_no_report_holds_what_a_viewer_may_not_see(ending):
    survey = survey_of(FRAME)
    viewer = Viewer("Ana", "viewer", Filters().with_attribute("Region", ["North"]))
    scope = Scope(survey, viewer=viewer)
    themes = find_survey_themes(scope.survey)
    data = write_report(build_report(scope, themes=themes), ending).data
    text = unpacked(data) if ending != "html" else data.decode()
    visible = cut(FRAME, viewer.filters)
    assert not [token for token in tokens(FRAME) - tokens(visible) if token in text]
    assert [token for token in tokens(visible) if token in text]


def unpacked(data):
    """All texts of an Office file, and of the sheets within it."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return " ".join(
        unpacked(part) if name.endswith(".xlsx") else part.decode("utf-8", "ignore")
        for name, part in parts.items()
    )


def test_nothing_of_the_whole_file_is_in_what_a_viewer_opens():
    lines = [
        "Score,Comment,Region,Email",
        *(f"{n % 11},c{n} said,{'NS'[n % 2]},u{n}@a.example" for n in range(60)),
    ]
    lines += ["x,secret one,S,gone@a.example", ",secret two,S,gone2@a.example"]
    survey = read_survey("\n".join(lines).encode(), name="all.csv", mapping={"attributes": ["Region"]})
    assert len(survey.left_out)
    seen = seen_by(survey, Viewer("Ana", "viewer", Filters().with_attribute("Region", ["N"])))
    assert (seen.rows.read, seen.rows.kept) == (30, 30)
    assert sum(seen.rows.groups) == 30
    assert len(seen.left_out) == len(seen.preview) == len(seen.looks) == len(seen.column_uses) == 0
    assert seen.silent is None
    assert list(seen.responses["Region"].cat.categories) == ["N"]
    assert seen.digest != survey.digest
    assert list(seen.left_out.columns) == list(survey.left_out.columns)


def test_a_survey_is_cut_once_and_let_go_of_with_the_last_who_looks():
    survey = survey_of(FRAME)
    north = Viewer("Ana", "viewer", Filters().with_attribute("Region", ["North"]))
    first = Scope(survey, viewer=north)
    assert Scope(survey, viewer=Viewer("Ben", "viewer", north.filters)).survey is first.survey
    assert seen_by(first.survey, north) is first.survey
    assert seen_by(survey, EVERYONE) is survey
    assert first.whole.survey is first.survey
    south = Viewer("Ana", "viewer", Filters().with_attribute("Region", ["South"]))
    assert Scope(survey, viewer=south).survey.digest != first.survey.digest


def test_what_a_viewer_may_see_and_a_survey_does_not_have_is_refused_without_a_word_about_it():
    survey = survey_of(FRAME)
    for name, value in (("Region", "Atlantis"), ("Country", "DE")):
        with pytest.raises(AccessError) as error:
            Scope(survey, viewer=Viewer("Ana", "viewer", Filters().with_attribute(name, [value])))
        assert not [own for own in (*REGIONS, *PLANS) if own in str(error.value)]
    # Of several segments those that still exist are shown.
    some_are_gone = Filters().with_attribute("Region", ["North", "Atlantis"])
    assert (
        Scope(survey, viewer=Viewer("Ana", "viewer", some_are_gone)).total
        == (FRAME["Region"] == "North").sum()
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"role": "owner"}, "no role"),
        ({"role": "viewer", "masks": ("cats",)}, "cannot be masked"),
        ({"role": "editor", "masks": ("names",)}, "for viewers alone"),
        ({"role": "admin", "filters": Filters(groups=("promoter",))}, "for viewers alone"),
    ],
)
def test_a_viewer_that_is_none_is_refused(given, words):
    with pytest.raises(AccessError, match=words):
        Viewer("Ana", **given)


def test_what_is_masked_is_masked_wherever_it_is_read():
    frame = FRAME.assign(
        comment="Ask jo.doe@example.com or 415-555-2671, says Maria Lopez",
        respondent=["maria.lopez@example.com", "jo.doe@example.com"] * (len(FRAME) // 2),
        Owner=["ana@firm.example", "ben@firm.example", "Contact 415-555-2671"] * (len(FRAME) // 3),
    )
    survey = survey_of(frame)
    viewer = Viewer("Ana", "viewer", masks=("e-mails", "phones", "names"))
    scope = Scope(survey, viewer=viewer)
    report = write_report(
        build_report(scope, themes=find_survey_themes(scope.survey), mask=False), "html"
    ).data
    read = " ".join((exported(scope), said(scope), choices(scope), of_results(scope), report.decode()))
    assert not [
        text for text in ("jo.doe", "says Maria", "Lopez", "555-2671", "firm.example") if text in read
    ]
    assert read_comments(scope, [0])[0].text == "Ask [e-mail] or [phone], says [name]"
    # Who answered twice is still one person, and figures are what they were.
    assert scope.survey.responses["respondent"].nunique() == 2
    assert figures(scope) == figures(Scope(survey))
    # What is masked cannot be found by searching for it.
    assert scope.with_filters(text="jo.doe").n == 0
    one_kind = Scope(survey, viewer=Viewer("Ana", "viewer", masks=("phones",)))
    assert read_comments(one_kind, [0])[0].text == "Ask jo.doe@example.com or [phone], says Maria Lopez"


def test_comparisons_and_drivers_are_of_what_a_viewer_sees():
    viewer = Viewer("Ana", "viewer", Filters().with_attribute("Region", ["North", "South"]))
    visible = survey_of(cut(FRAME, viewer.filters).reset_index(drop=True))
    mine, theirs = Scope(survey_of(FRAME), viewer=viewer), Scope(visible)
    ever = span_of(None, None)
    a, b = (
        compare_groups(one, ever, ever, attribute="Plan", values=(("Pro",), ("Team",)))
        for one in (mine, theirs)
    )
    assert a.title == b.title
    assert find_drivers(mine).table().equals(find_drivers(theirs).table())

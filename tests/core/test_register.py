"""The register: what went with each action, exact by hand; surveys in which nothing differs; words; refusals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

from benchmarks.register import claims
from nps_core import Filters, Mapping, Scope
from nps_core.errors import FollowUpError
from nps_core.follow_ups.register import NOT_FROM_IT, change_words, changed, find_outcomes
from nps_core.formatting import format_change, format_nps, whole_points
from nps_core.report.builder import build_report, usual_slides
from nps_core.score.difference import difference
from nps_core.trends.actions import Action, actions_of
from nps_core.trends.interventions import compare_before_after, hold_together

DAY = dt.date(2026, 3, 1)
PRO = ("Plan", ("Pro",))
SUPPORT = "Support"


def survey_from(cells, comments=None):
    """{(plan, day): (promoters, passives, detractors)}; comments by the row."""
    rows = [
        {"score": score, "date": day, "Plan": plan}
        for (plan, day), counts in cells.items()
        for score, count in zip((10, 8, 3), counts, strict=True)
        for _ in range(count)
    ]
    frame = pd.DataFrame(rows)
    return survey_of(frame if comments is None else frame.assign(comment=comments(frame)))


CELLS = {
    ("Pro", "2026-02-20"): (40, 30, 30),
    ("Pro", "2026-03-20"): (80, 15, 5),
    ("Free", "2026-02-20"): (50, 30, 20),
    ("Free", "2026-05-29"): (50, 30, 20),  # the last of the 90 days
}


def survey():
    return survey_from(CELLS)


def themed(survey, spoken):
    """A survey in which everybody comments, and its themes: Support, of which these responses speak, and Price."""
    commented = survey.responses.assign(comment=pd.Series(["words"] * len(spoken), dtype="str"))
    mapping = Mapping(score="score", reason="comment", attributes=survey.attributes)
    kinds = np.eye(2, dtype=bool), np.where(spoken, 0, 1).astype(np.int32)
    return replace(survey, responses=commented, mapping=mapping), SimpleNamespace(
        titles=(SUPPORT, "Price"), kinds=kinds
    )


def test_an_action_for_a_segment_is_told_by_what_is_left_beside_the_others():
    (one,) = find_outcomes(Scope(survey()), [Action(DAY, "New desk", PRO)])
    assert one.found.test is one.found.beyond_others
    assert one.found.test.points == pytest.approx(65)
    assert one.beyond_chance
    assert one.since.startswith("Pro: NPS +10 before, +75 since; +65 compared with the others (+")
    assert one.since.endswith("), beyond chance.")
    assert one.did == "New desk (since 1 Mar 2026)"
    # Whether it is more than chance is told once.
    own, others, beyond = one.sentences
    assert "a change of +65 (+" in own
    assert others.startswith("The others, over the same days: 0 (−")
    assert "beyond chance" not in own + others
    assert "beyond chance" in beyond


def test_an_action_for_everybody_has_nobody_beside_it_and_says_so():
    (one,) = find_outcomes(Scope(survey()), [Action(DAY, "New desk")])
    assert one.found.test is one.found.touched.change
    assert one.since == ("NPS +20 before, +53 since: +33 (+17 to +47), beyond chance; no comparison group.")


def test_an_action_for_a_theme_is_told_by_its_share_which_is_counted_by_hand():
    plain = survey()
    after = plain.responses["date"].dt.date.to_numpy() >= DAY
    number = np.arange(len(after))
    spoken = np.where(after, number % 10 == 0, number % 2 == 0)
    commented, themes = themed(plain, spoken)
    (one,) = find_outcomes(Scope(commented), [Action(DAY, "New desk", theme=SUPPORT)], themes)
    share = one.found.share
    assert share.n == (200, 200)
    assert (share.before, share.after) == (0.5, 0.1)
    by_hand = difference((20, 0, 180), (100, 0, 100))
    assert share.change.points == pytest.approx(-40)
    assert share.change.points == pytest.approx(by_hand.points / 2)
    groups = plain.responses["group"].astype(str).to_numpy()
    for side, when in ((one.found.touched.before, ~after), (one.found.touched.after, after)):
        counts = [
            int(((groups == name) & spoken & when).sum()) for name in ("promoter", "passive", "detractor")
        ]
        assert list(side.groups) == counts
    assert one.beyond_chance
    assert one.said == "“Support”, in 50% of comments"
    assert one.since.startswith("50% of comments before, 10% since: −40 percentage points (−48 to −")
    assert one.sentences[-1].endswith("Those who speak of it may not be the same people as before.")
    assert "beyond chance" not in " ".join(one.sentences[1:])


def test_what_cannot_be_compared_says_why():
    scope = Scope(survey())
    told = {
        one.action.name: one.since
        for one in find_outcomes(
            scope,
            [
                Action(dt.date(2026, 6, 1), "later"),
                Action(DAY, "theme", theme=SUPPORT),
                Action(DAY, "gone", ("Plan", ("Gold",))),
                Action(dt.date(2024, 3, 1), "long ago", PRO),
                Action(DAY, "planned", status="planned"),
                Action(DAY, "dropped", status="dropped"),
            ],
        )
    }
    assert told == {
        "later": "There are no responses from 1 Jun 2026 on: the last one is of 29 May 2026.",
        "theme": "The themes are not known yet: look into the comments first.",
        "gone": told["gone"],
        "long ago": "There are no responses of Pro on one side of that day: nothing to compare.",
    }
    assert "“Gold”" in told["gone"]
    few = survey_from({**CELLS, ("Team", "2026-02-20"): (3, 0, 0), ("Team", "2026-03-20"): (3, 0, 0)})
    (one,) = find_outcomes(Scope(few), [Action(DAY, "few", ("Plan", ("Team",)))])
    assert one.since == "Too few answered to tell a change from chance."
    assert not one.beyond_chance
    (one,) = find_outcomes(Scope(survey(), Filters(groups=("promoter",))), [Action(DAY, "picked", PRO)])
    assert one.since == "Only some of the groups are looked at, so nothing is said of chance."
    undated = survey_of(pd.DataFrame({"score": [10, 9, 3] * 9}))
    (one,) = find_outcomes(Scope(undated), [Action(DAY, "undated")])
    assert "no dates" in one.since
    commented, themes = themed(survey(), np.arange(400) % 2 == 0)
    (one,) = find_outcomes(Scope(commented), [Action(DAY, "x", theme="Gone")], themes)
    assert one.since == "There is no theme “Gone” now."


def test_days_that_have_not_passed_are_said():
    cells = {key: counts for key, counts in CELLS.items() if key[1] < "2026-05"}
    cells["Free", "2026-03-15"] = (50, 30, 20)
    (one,) = find_outcomes(Scope(survey_from(cells)), [Action(DAY, "New desk", PRO)])
    assert one.found.so_far == 20
    assert one.since.endswith("beyond chance; 20 of 90 days so far.")
    assert "in the 20 days from then to the last response" in one.sentences[0]


def test_many_actions_are_looked_at_together():
    """What is beyond chance alone is not among forty, and the words say so."""
    cells = {**CELLS, ("Pro", "2026-03-20"): (58, 28, 14)}
    scope = Scope(survey_from(cells))
    (alone,) = find_outcomes(scope, [Action(DAY, "New desk", PRO)])
    assert alone.beyond_chance
    many = find_outcomes(scope, [Action(DAY, f"desk {number}", PRO) for number in range(40)])
    assert not any(one.beyond_chance for one in many)
    assert many[0].found.test.points == alone.found.test.points
    assert "which among 40 actions may be chance" in many[0].sentences[2]
    assert many.title == "40 actions taken: no change beyond chance went with them"
    assert hold_together([]) == ()


def test_one_action_is_told_as_without_a_register():
    scope = Scope(survey())
    (one,) = find_outcomes(scope, [Action(DAY, "New desk", PRO)])
    assert one.sentences == compare_before_after(scope, DAY, touched=PRO).sentences


RUNS = 40


@pytest.mark.parametrize("accounts", [0, 60])
def test_where_the_actions_did_nothing_something_is_claimed_of_one_register_in_twenty(accounts):
    """benchmarks/register.py has more of them."""
    share = claims(accounts, 0.0, RUNS)
    print(f"{accounts} accounts: {share:.3f} of {RUNS} registers claim anything")
    assert share <= 0.05 + 2 * (0.05 * 0.95 / RUNS) ** 0.5


def test_a_target_travels_in_a_link_and_the_rest_of_an_entry_does_not():
    plain = survey()
    texts = [
        Action(
            DAY, "for a theme", theme=SUPPORT, said="x", owner="Ann", status="planned", id=3, version=2
        ).to_text(),
        Action(DAY, "for a segment", PRO).to_text(),
    ]
    assert actions_of(texts, plain) == (
        Action(DAY, "for a theme", theme=SUPPORT),
        Action(DAY, "for a segment", PRO),
    )


def test_changes_are_cleaned_refused_and_said():
    was = Action(DAY, "New desk", PRO, owner="Ann", id=1, version=1)
    now = changed(
        was, {"name": " A\r\nBcc: x \x00", "owner": "", "status": "dropped", "day": dt.date(2026, 4, 1)}
    )
    assert (now.name, now.owner, now.version) == ("A Bcc: x", "", 1)
    assert change_words(was, now) == (
        "what was done: A Bcc: x; first day 1 Apr 2026; owner taken away; status done → dropped"
    )
    assert (
        change_words(was, replace(was, touched=None, theme=SUPPORT)) == "meant for taken away; theme: Support"
    )
    for told, why in (
        ({"name": " "}, "needs a name"),
        ({"status": "open"}, "no status “open”"),
        ({"theme": SUPPORT}, "for a segment or for a theme"),
        ({"day": dt.date(1, 1, 1)}, "needs its first day"),
        ({"day": None}, "needs its first day"),
        ({"id": 4}, "cannot be changed"),
    ):
        with pytest.raises(FollowUpError, match=why):
            changed(was, told)
    assert len(changed(was, {"said": "x" * 999}).said) == 300


def test_the_slide_says_what_holds_masks_addresses_and_comes_by_itself():
    scope = Scope(survey())
    did = [
        Action(DAY, "New desk", PRO, said="Mail ana@firm.example"),
        Action(dt.date(2026, 5, 20), "New price"),
        Action(DAY, "Planned", status="planned"),
    ]
    report = build_report(scope, slides=["actions"], actions=did)
    (part,) = report.parts
    assert part.title == "2 actions taken: a change beyond chance went with one of them"
    first, second = part.table.rows
    assert first[:2] == ("Mail [e-mail]", "New desk (since 1 Mar 2026)")
    assert second[0] == "–"
    assert NOT_FROM_IT in part.source
    bare = build_report(scope, slides=["actions"], actions=did, mask=False)
    assert bare.parts[0].table.rows[0][0] == "Mail ana@firm.example"
    assert "actions" in usual_slides(scope, actions=did)
    assert "actions" not in usual_slides(scope, actions=did[2:])
    none = build_report(scope, slides=["score", "actions"], actions=did[2:])
    assert none.left_out == ("No action that was taken is written down: add one under Actions.",)


def test_a_slide_has_six_actions_those_beyond_chance_first_and_the_notes_have_all():
    did = [Action(DAY + dt.timedelta(place), f"desk {place}") for place in range(9)]
    (part,) = build_report(Scope(survey()), slides=["actions"], actions=did).parts
    assert len(part.table.rows) == 6
    assert part.bullets == ("3 more actions in the notes.",)
    assert all(any(f"desk {place} " in note for note in part.notes) for place in range(9))


def test_a_difference_never_contradicts_the_two_figures_beside_it():
    """Whole percents and points round each on its own: 8.6% to 8.2% is no "9% before, 8% since: 0"."""
    spoken = np.zeros(700, dtype=bool)
    cells = {("Pro", "2026-02-20"): (250, 0, 0), ("Pro", "2026-03-20"): (450, 0, 0)}
    spoken[[*range(24), *range(250, 250 + 38)]] = True  # 9.6% and 8.4%
    commented, themes = themed(survey_from(cells), spoken)
    (one,) = find_outcomes(Scope(commented), [Action(DAY, "x", theme=SUPPORT)], themes)
    assert one.since.startswith("10% of comments before, 8% since: −1.2 percentage points (")
    assert ": −1.2 percentage points (" in one.sentences[0]
    # +10.4 and +17.6.
    cells = {("Pro", "2026-02-20"): (50, 38, 37), ("Pro", "2026-03-20"): (54, 39, 32)}
    (one,) = find_outcomes(Scope(survey_from(cells)), [Action(DAY, "x")])
    assert one.since.startswith("NPS +10 before, +18 since: +7.2 (")
    assert "A change of +7.2 (" in one.sentences[0]
    for low in np.arange(-90, 90, 3.7):
        for change in np.arange(-30, 30, 1.3):
            written = format_change(change, low, low + change)
            wholes = whole_points(low + change) - whole_points(low)
            assert "." in written or written == format_nps(wholes)


def test_what_was_never_said_is_not_counted_and_one_side_alone_is_named():
    spoken = np.zeros(400, dtype=bool)
    commented, themes = themed(survey(), spoken)
    (one,) = find_outcomes(Scope(commented), [Action(DAY, "x", theme=SUPPORT)], themes)
    assert one.said == "“Support”"
    later = {("Pro", "2026-02-20"): (40, 30, 30), ("Pro", "2026-03-20"): (80, 15, 5)}
    later["Free", "2026-03-21"] = (50, 30, 20)
    (one,) = find_outcomes(Scope(survey_from(later)), [Action(DAY, "x", PRO)])
    assert (
        one.since == "There are no responses of the others on one side of that day: nothing to compare with."
    )
    (one,) = find_outcomes(Scope(commented), [Action(dt.date(2025, 1, 1), "x", theme=SUPPORT)], themes)
    assert one.since == "There are no comments on one side of that day: nothing to compare."


def test_the_title_speaks_of_those_that_can_be_compared():
    scope = Scope(survey_from({("Pro", "2026-02-20"): (40, 30, 30), ("Pro", "2026-03-20"): (41, 30, 29)}))
    early = [Action(dt.date(2024, 3, 1), f"early {number}") for number in range(2)]
    assert find_outcomes(scope, early).title == "2 actions taken: nothing to compare yet, or too few answers"
    assert find_outcomes(scope, [*early, Action(DAY, "x")]).title == (
        "3 actions taken: no change beyond chance went with the one that can be compared"
    )
    both = [*early, Action(DAY, "x"), Action(DAY, "y")]
    assert find_outcomes(scope, both).title.endswith("went with the 2 that can be compared")

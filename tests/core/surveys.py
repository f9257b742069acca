"""Surveys made of a frame, for tests that are not about reading."""

import pandas as pd

from nps_core.survey import GROUPS, Mapping, Measure, RowAccount, Scale, Survey


def survey_of(
    frame: pd.DataFrame, *, scale: Scale | None = None, measures: tuple[Measure, ...] = ()
) -> Survey:
    """A survey with these columns: score or group, and any of date, comment, respondent, account.

    Every other column is an attribute, unless a measure names it.
    """
    scale = scale or Scale()
    made = pd.DataFrame({"row": range(1, len(frame) + 1)})
    made["score"] = pd.array(frame.get("score", [pd.NA] * len(frame)), dtype="Int8")
    words = frame["group"] if "group" in frame else [_group(score, scale) for score in frame["score"]]
    made["group"] = pd.Categorical(list(words), categories=list(GROUPS))
    made["date"] = pd.to_datetime(pd.Series(list(frame.get("date", [None] * len(frame))), dtype=object))
    made["date"] = made["date"].astype("datetime64[ns]")
    for name in ("comment", "respondent", "account"):
        made[name] = pd.array(list(frame.get(name, [None] * len(frame))), dtype="str")
    measured = [measure.column for measure in measures]
    others = [name for name in frame if name not in made and name not in measured]
    for name in others:
        values = frame[name]
        is_ready = isinstance(values.dtype, pd.CategoricalDtype)
        made[name] = (values if is_ready else values.astype("category")).array
    for name in measured:
        made[name] = frame[name].astype(float).array
    return Survey(
        name="test.csv",
        digest="0" * 64,
        responses=made,
        mapping=Mapping(score="score", attributes=tuple(others)),
        scale=scale,
        rows=RowAccount(len(made), len(made)),
        left_out=pd.DataFrame(),
        preview=pd.DataFrame(),
        layout="test",
        measures=measures,
        columns=tuple(frame.columns),
    )


def _group(score: int, scale: Scale) -> str:
    if score <= scale.detractor_to:
        return "detractor"
    return "promoter" if score >= scale.promoter_from else "passive"

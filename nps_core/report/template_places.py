"""Filling named places: last quarter's deck, or a firm's own, becomes this quarter's."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pptx.chart.data import CategoryChartData, XyChartData

from nps_core.charts.draw.text_width import cut, font_factor
from nps_core.formatting import NOTHING
from nps_core.report.fingerprint import all_shapes, fingerprint_of, kind_of
from nps_core.report.model import OWN
from nps_core.report.shapes import take_out
from nps_core.report.template import PREFIX, is_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nps_core.charts.spec import Chart
    from nps_core.report.model import Part, Report

SINGLE = ("score", "interval", "n", "filters", "period", "survey")
"""Names of single figures: "nps:score" in a text box is the score, "nps:score" on a chart is the groups."""

_PLACES = ("title", "subtitle", "text", "source")
_EMU = 12700
_USUAL_SIZE = 18.0  # points, where a text box does not say


def named_keys(deck: Any) -> tuple[str, ...]:  # noqa: ANN401 - python-pptx has no types
    """The parts that the named places of a deck ask for, in the order of their slides."""
    found: dict[str, None] = {}
    for slide in deck.slides:
        for shape in all_shapes(slide.shapes):
            if is_named(shape):
                name = name_of(shape)
                key = key_of(name)
                if name not in SINGLE or getattr(shape, "has_chart", False):
                    found[key] = None
    return tuple(found)


def name_of(shape: Any) -> str:  # noqa: ANN401
    """What stands after "nps:" in the name of a shape."""
    return str(shape.name).strip()[len(PREFIX) :].strip()


def key_of(name: str) -> str:
    """The part that a name asks for: "trend.title" and "trend title" ask for "trend"."""
    for place in _PLACES:
        for between in (".", " "):
            if name.endswith(between + place):
                return name[: -len(place) - 1]
    return name


def is_own(slide: Any) -> str:  # noqa: ANN401
    """The key of the part that a slide was made of here, when it still has its title and subtitle; else empty.

    A slide of one's own has no subtitle.
    """
    names = {name_of(shape) for shape in slide.shapes if is_named(shape)}
    return next(
        (
            key
            for name in names
            if name.endswith(" title")
            and ((key := key_of(name)).startswith(OWN) or f"{key} subtitle" in names)
        ),
        "",
    )


def fill_slide(slide: Any, story: Report, base: Mapping[str, Any]) -> tuple[list[str], list[str]]:  # noqa: ANN401
    """Fill the named places of a firm's own slide.

    Returns sentences about those that could not be, and the words that somebody wrote over what was filled last time
    (`base`, by kind and name): they stay.
    """
    doubts, kept = [], []
    for shape in [shape for shape in all_shapes(slide.shapes) if is_named(shape)]:
        was = base.get(f"{kind_of(shape)}|{shape.name}", {})
        if kind_of(shape) == "text" and was and fingerprint_of(shape)["words"] != was["words"]:
            kept.append(shape.text_frame.text)
            continue
        doubt = _fill(shape, name_of(shape), story)
        if doubt:
            doubts.append(doubt)
    return doubts, kept


def _fill(shape: Any, name: str, story: Report) -> str:  # noqa: ANN401
    part = _part(story, key_of(name))
    if getattr(shape, "has_chart", False):
        if part is None or part.chart is None:
            take_out(shape.part.slide, shape)
            return f"“{PREFIX}{name}” was taken out: there is no such chart in this report."
        try:
            _fill_chart(shape.chart, part.chart)
        except (NotImplementedError, ValueError, AttributeError, KeyError):
            take_out(shape.part.slide, shape)  # as above
            return f"“{PREFIX}{name}” was taken out: its kind of chart cannot be filled."
        shape._element.nvGraphicFramePr.cNvPr.set("descr", part.alt)  # noqa: SLF001 - it has no setter
        return ""
    if getattr(shape, "has_table", False):
        return _fill_table(shape.table, part, name)
    if not getattr(shape, "has_text_frame", False):
        return f"“{PREFIX}{name}” is neither a text box, nor a chart, nor a table: it stays as it was."
    text = _single(story, name) if name in SINGLE else _text(part, name)
    _set_text(shape, NOTHING if text is None else text)
    return (
        "" if text is not None else f"“{PREFIX}{name}” stands empty: there is no such figure in this report."
    )


def _part(story: Report, key: str) -> Part | None:
    wanted = key.lower()
    return next((part for part in story.parts if part.key.lower() == wanted), None) or story.part(key)


def _single(story: Report, name: str) -> str | None:
    big = next((part.big for part in story.parts if part.big), ())
    known = {"filters": story.filters, "period": story.period, "survey": story.name}
    if big:
        score, interval, n = big
        known |= {"score": score, "interval": interval.partition(" with ")[0], "n": n.removeprefix("n ")}
    return known.get(name) or None


def _text(part: Part | None, name: str) -> str | None:
    if part is None:
        return None
    place = name[len(key_of(name)) + 1 :]
    texts = {"subtitle": part.subtitle, "text": "\n".join(part.bullets), "source": part.source}
    return texts.get(place, part.title)


def _set_text(shape: Any, text: str) -> None:  # noqa: ANN401
    """Put words into a text box in the look of its first run, cut to its room."""
    frame = shape.text_frame
    first = next((run for paragraph in frame.paragraphs for run in paragraph.runs), None)
    size = first.font.size.pt if first is not None and first.font.size else _USUAL_SIZE
    look = first._r.rPr if first is not None else None  # noqa: SLF001 - the whole look, not its parts
    wide = (shape.width or 0) / _EMU - (frame.margin_left + frame.margin_right) / _EMU
    high = (shape.height or 0) / _EMU - (frame.margin_top + frame.margin_bottom) / _EMU
    if wide > 0 and high > 0:
        lines = max(1, int(high / (size * 1.2) + 0.1))
        text = "\n".join(
            cut(line, wide / font_factor(""), size, lines=max(1, lines - text.count("\n")))
            for line in text.split("\n")[:lines]
        )
    frame.text = text
    if look is not None:
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                if run._r.rPr is not None:  # noqa: SLF001
                    run._r.remove(run._r.rPr)  # noqa: SLF001
                run._r.insert(0, deepcopy(look))  # noqa: SLF001


def _fill_chart(chart: Any, made: Chart) -> None:  # noqa: ANN401
    """New data in a chart of the firm's own kind and look: as many series as it has, or one.

    A pie or a ring shows the groups, one part each. What is stacked would add an interval to its figure: it has the
    groups, or the figure alone.
    """
    space = chart._chartSpace  # noqa: SLF001
    count = max(1, sum(len(list(one.series)) for one in chart.plots))
    series = list(_series(made))
    stacks = made.kind in {"groups", "bars"}
    if space.xpath(".//c:scatterChart | .//c:bubbleChart"):  # their data are pairs
        pairs = XyChartData()
        for name, values in series[:count]:
            own = pairs.add_series(name)
            for place, value in enumerate(values):
                if value is not None:
                    own.add_data_point(value, len(values) - place)
        chart.replace_data(pairs)
        return
    data = CategoryChartData()
    data.categories = made.categories
    if space.xpath(".//c:pieChart | .//c:doughnutChart | .//c:ofPieChart") and stacks:
        data.categories = [name for name, _ in series]
        series = [(made.categories[0], tuple(values[0] for _, values in series))]
    elif space.xpath(".//c:grouping[@val='stacked' or @val='percentStacked']") and not stacks:
        count = 1
    for name, values in series[:count]:
        data.add_series(name, values)
    chart.replace_data(data)


def _series(made: Chart) -> Iterator[tuple[str, tuple[float | None, ...]]]:
    """The series of a chart in the order in which charts are filled.

    First the figure, then its interval, then what stands behind it.
    """
    first, *others = made.series
    yield first.name, first.values
    if first.low and made.kind != "steps":
        yield "95% from", first.low
        yield "95% to", first.high
    for one in others:
        yield one.name, one.values


def _fill_table(table: Any, part: Part | None, name: str) -> str:  # noqa: ANN401
    """The heads and rows of a part's table, as many as the table has room for."""
    own = part.table if part else None
    lines = [list(own.heads), *own.words()] if own else []
    rows, columns = len(table.rows), len(table.columns)
    for row in range(rows):
        for column in range(columns):
            text = lines[row][column] if row < len(lines) and column < len(lines[row]) else ""
            _set_cell(table.cell(row, column), text)
    if own is None:
        return f"“{PREFIX}{name}” stands empty: there is no such table in this report."
    more = len(lines) - rows
    return f"“{PREFIX}{name}” has no room for {more} more rows; they are in the notes." if more > 0 else ""


def _set_cell(cell: Any, text: str) -> None:  # noqa: ANN401
    runs = [run for paragraph in cell.text_frame.paragraphs for run in paragraph.runs]
    if not runs:
        cell.text_frame.text = text
        return
    runs[0].text = text
    for run in runs[1:]:
        run.text = ""

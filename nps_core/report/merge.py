"""Updates that keep the hand: a deck gets new figures and words, and whatever somebody changed in it stays.

A merge of three: *base*, what was generated (its fingerprint), *mine*, the deck as it was left, and *fresh*, the report
drawn anew on the same template. Where mine is still base, fresh comes in; where it is not, mine stays and is listed.
"""

from __future__ import annotations

import difflib
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx.util import Pt

from nps_core.formatting import plural, short
from nps_core.report.fingerprint import (
    C,
    Record,
    all_shapes,
    alt_of,
    book_of,
    box_of,
    fingerprint_of,
    kind_of,
    look_of,
    mark_of,
    paragraphs_of,
    rows_of,
    words_in,
)
from nps_core.report.merge_charts import merge_chart
from nps_core.report.shapes import A, put_chart, take_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


STALE, KEPT, UNFILLED, TAKEN, NEW, GONE, UPDATED = range(7)
"""What became of something, in the order in which it is told."""

_HEADS = {
    STALE: "May no longer be true",
    KEPT: "Kept as you left it",
    UNFILLED: "Could not be filled",
    TAKEN: "Taken out by hand, stays out",
    NEW: "New in the report, not added",
    GONE: "No longer in the report",
    UPDATED: "Updated",
}
_SLIDE_ALIKE, _SHAPE_ALIKE = 1 / 3, 1 / 2  # of its hashes, for a slide or a shape without its name
_ROLES = {"title": " title", "ctrTitle": " title", "subTitle": " subtitle"}
_MOVED = 1.0  # points: LibreOffice rounds places by less
_TOLD = 80  # characters of what is kept


@dataclass(frozen=True)
class Change:
    """What became of something in a deck that was updated."""

    kind: int
    text: str

    def __str__(self) -> str:
        """As a line of the list."""
        return f"{_HEADS[self.kind]}: {self.text}"


def list_of(changes: Sequence[Change]) -> tuple[str, ...]:
    """The list of an update: first what may no longer be true; each once."""
    return tuple(dict.fromkeys(str(one) for one in sorted(changes, key=lambda one: one.kind)))


def key_of_slide(slide: Any, base: Record) -> str:  # noqa: ANN401 - python-pptx has no types
    """The part that a slide was made of: by the names of its shapes, else by what it still says; "" for none."""
    names = {f"{kind_of(one)}|{one.name}" for one in all_shapes(slide.shapes)}
    own = {key: names & set(part["shapes"]) for key, part in base.items()}
    best = max(own, key=lambda key: len(own[key]), default="")
    if best and own[best]:
        return best
    said = {mark_of(words_in(one)) for one in slide._element.iter(f"{{{A}}}p")}  # noqa: SLF001
    alike = {key: _alike(said, _hashes(part)) for key, part in base.items()}
    best = max(alike, key=lambda key: alike[key], default="")
    return best if best and alike[best] >= _SLIDE_ALIKE else ""


def merge_slide(mine: Any, fresh: Any, base: Mapping[str, Any], number: int) -> list[Change]:  # noqa: ANN401
    """Bring what is fresh into a slide, as far as nobody touched it; what became of it."""
    where, changes = f"slide {number}", list[Change]()
    pairs = _matched(mine, base["shapes"])
    new = {f"{kind_of(one)}|{one.name}": one for one in all_shapes(fresh.shapes)}
    still = all(_in_place(shape, base["shapes"][name]) for name, shape in pairs.items())
    for name, shape in pairs.items():
        was = base["shapes"][name]
        shape.name = name.partition("|")[2]
        if name not in new:
            changes += _no_longer(shape, was, where)
            continue
        changes += _merge_shape(shape, new[name], was, where)
        if still:
            shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in box_of(new[name]))
    if still:
        for name, shape in new.items():
            if name not in base["shapes"] and name not in pairs and not shape.is_placeholder:
                _copy(mine, shape)
    else:
        changes.append(Change(KEPT, f"{where}: where things stand on it"))
    return [*changes, *_merge_notes(mine, fresh, base["notes"], where)]


def is_touched(slide: Any, base: Mapping[str, Any]) -> bool:  # noqa: ANN401
    """Whether somebody changed anything on a slide, or put something on it."""
    own = {f"{kind_of(one)}|{one.name}": one for one in all_shapes(slide.shapes) if not _is_footer(one)}
    if own.keys() != base["shapes"].keys():
        return True
    lines = slide.notes_slide.notes_text_frame.text.split("\n") if slide.has_notes_slide else []
    if [mark_of(line) for line in lines] != base["notes"]:
        return True
    for name, shape in own.items():
        was, now = base["shapes"][name], fingerprint_of(shape)
        if not _in_place(shape, was) or {**now, "box": 0} != {**was, "box": 0}:
            return True
    return False


def merge_words(mine: Any, fresh: Sequence[Any], base: Mapping[str, Any], where: str) -> list[Change]:  # noqa: ANN401
    """Paragraph by paragraph: what is still as it was made follows, what somebody wrote stays."""
    own, was, looks = paragraphs_of(mine), base["words"], base["looks"]
    marks = [mark_of(words_in(one)) for one in own]
    if marks == was and [look_of(one) for one in own] == looks:
        for one in own:
            one.getparent().remove(one)
        for one in fresh:
            mine.text_frame._txBody.append(deepcopy(one))  # noqa: SLF001
        return []
    changes = []
    left = list(enumerate(was))
    for place, one in enumerate(own):
        at = next((number for number, mark in left if mark == marks[place]), None)
        if at is None:
            changes += _kept(one, fresh, was, place, where)
            continue
        left.remove((at, marks[place]))
        if at < len(fresh):
            _say(one, fresh[at])
        elif len(own) > 1:
            one.getparent().remove(one)
    if marks == was:
        for one in fresh[len(own) :]:
            mine.text_frame._txBody.append(deepcopy(one))  # noqa: SLF001
    return changes


def _kept(one: Any, fresh: Sequence[Any], was: Sequence[str], place: int, where: str) -> list[Change]:  # noqa: ANN401
    """A paragraph that somebody wrote: whether what it stood for has changed."""
    said = short(words_in(one), _TOLD)
    then = was[place] if place < len(was) else ""
    now = words_in(fresh[place]) if place < len(fresh) else ""
    if not said.strip():
        return []
    if place >= len(was) or mark_of(now) == then:
        return [Change(KEPT, f"{where}: “{said}”")]
    return [Change(STALE, f"{where}: “{said}”; the report now says “{short(now, _TOLD)}”")]


def _say(one: Any, fresh: Any) -> None:  # noqa: ANN401
    """Give a paragraph or a cell other words in its own look: run by run, or word by word where a word was marked."""
    runs, new = ([*each.iter(f"{{{A}}}r")] for each in (one, fresh))
    if len(runs) == len(new):
        for run, said in zip(runs, new, strict=True):
            run.find(f"{{{A}}}t").text = said.find(f"{{{A}}}t").text
        return
    if not runs:
        return
    old = [(word, run) for run in runs for word in _words(run.find(f"{{{A}}}t").text or "")]
    said_words = _words(words_in(fresh))
    match = difflib.SequenceMatcher(None, [word for word, _ in old], said_words, autojunk=False)
    looks: list[Any] = [None] * len(said_words)
    for block in match.get_matching_blocks():
        for step in range(block.size):
            looks[block.b + step] = old[block.a + step][1]
    last, parent = runs[0], runs[0].getparent()
    place = list(parent).index(runs[0])
    for run in runs:
        run.getparent().remove(run)
    for word, look in zip(said_words, looks, strict=True):
        own = deepcopy(look if look is not None else last)
        last = look if look is not None else last
        own.find(f"{{{A}}}t").text = word
        parent.insert(place, own)
        place += 1


def _words(text: str) -> list[str]:
    """The words of a text, each with the space before it, the last with that behind it too."""
    found, space = list[str](), ""
    for piece in re.findall(r"\s+|\S+", text):
        if piece.isspace():
            space = piece
        else:
            found.append(space + piece)
            space = ""
    return [*found[:-1], found[-1] + space] if found else []


def _merge_shape(mine: Any, fresh: Any, was: Mapping[str, Any], where: str) -> list[Change]:  # noqa: ANN401
    changes: list[Change] = []
    kind = kind_of(mine)
    if kind == "text":
        changes = merge_words(mine, paragraphs_of(fresh), was, where)
    elif kind == "table":
        changes = _merge_table(mine, fresh, was, where)
    elif kind == "chart":
        lost = not book_of(mine)
        if merge_chart(mine, fresh, was):
            changes = [
                Change(KEPT, f"{where}: the look of the chart “{_short_name(mine)}”; its figures are new")
            ]
        if lost:
            changes = [Change(UNFILLED, f"{where}: the data sheet of a chart had been lost; it was put back")]
    if mark_of(alt_of(mine)) == was["alt"]:
        for holder in mine._element.xpath(".//p:cNvPr")[:1]:  # noqa: SLF001
            if alt := alt_of(fresh):
                holder.set("descr", alt)
    return changes


def _merge_table(mine: Any, fresh: Any, was: Mapping[str, Any], where: str) -> list[Change]:  # noqa: ANN401
    own, new, wide = rows_of(mine), rows_of(fresh), was["columns"]
    cells = [cell for row in own for cell in row.tc_lst]
    marks = [mark_of(words_in(cell)) for cell in cells]
    if marks == was["words"] and [look_of(cell) for cell in cells] == was["looks"]:
        table = mine.table._tbl  # noqa: SLF001
        table.getparent().replace(table, deepcopy(fresh.table._tbl))  # noqa: SLF001
        return []
    changes, before = [], dict(enumerate(was["words"]))
    for number, row in enumerate(own):
        for place, cell in enumerate(row.tc_lst):
            then = before.get(number * wide + place)
            theirs = (
                new[number].tc_lst[place] if number < len(new) and place < len(new[number].tc_lst) else None
            )
            now = "" if theirs is None else words_in(theirs)
            if mark_of(words_in(cell)) == then:
                _say(cell, theirs) if theirs is not None else None
            elif words_in(cell):
                stale = mark_of(now) != then
                more = f"; the report now says “{short(now, _TOLD)}”" if stale and now else ""
                changes.append(
                    Change(
                        STALE if stale else KEPT,
                        f"{where}: “{short(words_in(cell), _TOLD)}” in a table{more}",
                    )
                )
    _fit_rows(own, new, was)
    return changes


def _fit_rows(own: Sequence[Any], new: Sequence[Any], was: Mapping[str, Any]) -> None:
    """As many rows as the fresh table has: rows that nobody touched go, new ones come at the end."""
    for row in own[len(new) :]:
        if all(mark_of(words_in(cell)) in set(was["words"]) for cell in row.tc_lst):
            row.getparent().remove(row)
    for row in new[len(own) :]:
        own[-1].getparent().append(deepcopy(row))


def _merge_notes(mine: Any, fresh: Any, was: Sequence[str], where: str) -> list[Change]:  # noqa: ANN401
    """The lines that somebody wrote stay first, what was generated follows; notes that were emptied stay so."""
    lines = mine.notes_slide.notes_text_frame.text.split("\n") if mine.has_notes_slide else []
    known = set(was)
    own = [line for line in lines if line.strip() and mark_of(line) not in known]
    if was and not known & {mark_of(line) for line in lines if line.strip()}:
        return [Change(KEPT, f"{where}: its notes")] if own else []
    text = fresh.notes_slide.notes_text_frame.text
    mine.notes_slide.notes_text_frame.text = "\n".join([*own, *([""] if own else []), text])
    return [Change(KEPT, f"{where}: “{short(own[0], _TOLD)}” in its notes")] if own else []


def _no_longer(shape: Any, was: Mapping[str, Any], where: str) -> list[Change]:  # noqa: ANN401
    """A shape that the report has no more: gone where nobody touched it."""
    found = fingerprint_of(shape)
    if all(found.get(atom) == was.get(atom) for atom in ("words", "chart")):
        take_out(shape.part.slide, shape)
        return []
    return [
        Change(
            STALE, f"{where}: “{_short_name(shape)}” is no longer in the report; its figures are of last time"
        )
    ]


def _copy(slide: Any, shape: Any) -> None:  # noqa: ANN401
    """A shape that is new since, on a slide that nobody moved anything on."""
    if kind_of(shape) == "chart":
        space = deepcopy(shape.chart._chartSpace)  # noqa: SLF001
        for data in space.findall(f"{{{C}}}externalData"):  # of the fresh deck
            space.remove(data)
        xml = etree.tostring(space, encoding="unicode")
        put_chart(slide, shape.name, box_of(shape), (xml, book_of(shape)), alt_of(shape))
        return
    own = deepcopy(shape._element)  # noqa: SLF001
    for holder in own.xpath(".//p:cNvPr")[:1]:
        holder.set("id", str(slide.shapes._next_shape_id))  # noqa: SLF001
    slide.shapes._spTree.append(own)  # noqa: SLF001


def _matched(slide: Any, base: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """The shapes of a slide by what they were made as: by name and kind, else by what they say."""
    found: dict[str, Any] = {}
    others = []
    for shape in all_shapes(slide.shapes):
        name = f"{kind_of(shape)}|{shape.name}"
        if name in base and name not in found:
            found[name] = shape
        else:
            others.append(shape)
    for shape in others:
        best = _most_alike(shape, {name: was for name, was in base.items() if name not in found})
        if best:
            found[best] = shape
    return found


def _most_alike(shape: Any, base: Mapping[str, Any]) -> str:  # noqa: ANN401
    """Which of some generated shapes a shape without its name is: a title is the title, whatever it says."""
    if shape.is_placeholder:
        role = _ROLES.get(shape._element.ph.get("type"), "-")  # noqa: SLF001
        return next((name for name in base if name.endswith(role)), "")
    kind = kind_of(shape)
    if not kind or not base:
        return ""
    own = fingerprint_of(shape)
    said = set(own.get("words") or own.get("series", ()))
    worth = {
        name: _alike(said, set(was.get("words") or was.get("series", ())))
        for name, was in base.items()
        if name.startswith(f"{kind}|")
    }
    best = max(worth, key=lambda name: worth[name], default="")
    return best if best and worth[best] >= _SHAPE_ALIKE else ""


def _alike(said: set[str], was: set[str]) -> float:
    return len(said & was) / len(was) if was else 0.0


def _hashes(part: Mapping[str, Any]) -> set[str]:
    blank = mark_of("")
    return {mark for shape in part["shapes"].values() for mark in shape.get("words", ()) if mark != blank}


def _in_place(shape: Any, was: Mapping[str, Any]) -> bool:  # noqa: ANN401
    return all(abs(now - then) <= _MOVED for now, then in zip(box_of(shape), was["box"], strict=True))


def _is_footer(shape: Any) -> bool:  # noqa: ANN401
    return bool(shape.is_placeholder and shape._element.ph.get("type") in {"sldNum", "dt", "ftr"})  # noqa: SLF001


def _short_name(shape: Any) -> str:  # noqa: ANN401
    return short(str(shape.name).removeprefix("nps:"), _TOLD)


def count_words(slides: int) -> str:
    """How many slides have new figures."""
    return f"{plural(slides, 'slide')} with the figures of this report"

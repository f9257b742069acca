"""The deck: a story as slides with native charts, on the built-in base or a firm's own template."""

from __future__ import annotations

import io
import pickle
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from nps_core.charts.draw.text_width import wrap
from nps_core.errors import ReportError
from nps_core.formatting import short
from nps_core.reading import sandbox
from nps_core.report.builder import slide_choices
from nps_core.report.fingerprint import (
    Record,
    all_shapes,
    fingerprint_of_slide,
    mark_of,
    read_record,
    write_record,
)
from nps_core.report.merge import (
    GONE,
    NEW,
    STALE,
    TAKEN,
    UNFILLED,
    UPDATED,
    Change,
    count_words,
    is_touched,
    key_of_slide,
    list_of,
    merge_slide,
)
from nps_core.report.model import FIRST, OWN, Made, Part, Report
from nps_core.report.package import drop_orphans, sealed, set_properties
from nps_core.report.shapes import take_out
from nps_core.report.slide_frame import title_sizes
from nps_core.report.slides import draw, draw_cover
from nps_core.report.template import PREFIX, Look, is_named, open_template
from nps_core.report.template_places import SINGLE, fill_slide, is_own, key_of, name_of, named_keys
from nps_core.report.template_theme import ph_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pptx.presentation import Presentation as Deck

    from nps_core.reading.worker import Asked
    from nps_core.scope import Scope
    from nps_core.survey import Survey

_MOST_LINES = 300  # lines of a table in the notes; the workbook has all
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LONG_TITLES = 0.2  # of the titles may need a smaller type than the others


def deck(
    story: Report, template: bytes | None = None, *, progress: Callable[[str, float], None] | None = None
) -> Made:
    """A story as a PowerPoint file: one slide a part, charts that can be edited, the method in the notes.

    Parameters
    ----------
    template
        The bytes of a .pptx or .potx whose colours, fonts and layouts are used; its sample slides are dropped. Where
        it has shapes named "nps:trend", "nps:score" and the like, its slides stay and those are filled instead.
        It is opened, and the deck drawn on it, in the sandbox.
    progress
        Called with what is being drawn and the share (0..1) that is done.

    Raises
    ------
    ReportError
        A template that cannot be used.
    """
    if template is None:
        return _drawn(story, None, progress)
    # What a deck does not draw need not travel: the survey, and the results that tables are made of.
    parts = tuple(
        replace(part, chart=replace(part.chart, rows=pd.DataFrame)) if part.chart else part
        for part in story.parts
    )
    packed = pickle.dumps(replace(story, scope=cast("Scope", None), parts=parts))
    facts, (data,) = _in_sandbox("deck_job", [packed, template], progress)
    return Made(data, tuple(facts["doubts"]))


def read_template(template: bytes) -> TemplateFacts:
    """What a template lacks, and what its named places ask for; it is opened in the sandbox.

    Raises
    ------
    ReportError
        A template that cannot be used.
    """
    facts, _ = _in_sandbox("template_job", [template], None)
    return TemplateFacts(tuple(facts["doubts"]), tuple(facts["keys"]), bool(facts["updates"]))


@dataclass(frozen=True)
class TemplateFacts:
    """What is known of a template.

    Parameters
    ----------
    doubts
        What it does not have and what is done instead, in sentences; empty when all is there.
    keys
        The parts that its named places ask for; empty for a template without named places.
    updates
        Whether it is a deck that was made here, to be updated.
    """

    doubts: tuple[str, ...]
    keys: tuple[str, ...]
    updates: bool = False

    def slides(self, survey: Survey) -> tuple[str, ...]:
        """The parts of a survey that the named places ask for, the score first; empty where there are none."""
        known = {choice.key.lower(): choice.key for choice in slide_choices(survey)}
        asked = [known[key.lower()] for key in self.keys if key.lower() in known]
        return tuple(dict.fromkeys(["score", *asked])) if asked else ()


def template_job(blobs: list[bytes], _asked: Asked) -> tuple[dict[str, Any], list[bytes]]:
    """What is known of the template of the first blob; for a worker."""
    made, look = open_template(blobs[0])
    record = read_record(made) or {}
    made_here = tuple(key for key in record if not key.startswith(_NAMED))
    return {"doubts": look.doubts, "keys": (*named_keys(made), *made_here), "updates": bool(made_here)}, []


def deck_job(blobs: list[bytes], asked: Asked) -> tuple[dict[str, Any], list[bytes]]:
    """The story of the first blob on the template of the second; for a worker."""
    # The story comes from the process that started this one, never from a file.
    made = _drawn(pickle.loads(blobs[0]), blobs[1], asked.progress)  # noqa: S301
    return {"doubts": made.doubts}, [made.data]


def _drawn(story: Report, template: bytes | None, progress: Callable[[str, float], None] | None) -> Made:
    made, look = open_template(template)
    say = progress or (lambda _stage, _share: None)
    doubts = list(look.doubts)
    look = _with_one_title_size(look, story.parts)
    base = read_record(made) or {}
    if base or any(is_named(shape) for slide in made.slides for shape in all_shapes(slide.shapes)):
        doubts += _update(made, _fresh(story, template, made), story, look, base, say)
    else:
        _draw_all(made, story.parts, look, say)
        write_record(made, _record_of(made, story))
    drop_orphans(made)
    set_properties(made, story.name, story.subtitle)
    buffer = io.BytesIO()
    made.save(buffer)
    say("Done", 1.0)
    return Made(sealed(buffer.getvalue()), tuple(dict.fromkeys(doubts)))


def _draw_all(
    made: Deck,
    parts: Sequence[Part],
    look: Look,
    say: Callable[[str, float], None],
    *,
    cover: Callable[[int, Part], bool] = lambda place, _: not place,
) -> None:
    """A slide a part, in the place of those that are there."""
    _drop_slides(made, range(len(made.slides)))
    for place, part in enumerate(parts):
        say(part.title, place / len(parts))
        _slide(made, part, look, first=cover(place, part))


def _record_of(made: Deck, story: Report) -> Record:
    return {
        part.key: fingerprint_of_slide(slide, PREFIX)
        for part, slide in zip(story.parts, made.slides, strict=True)
    }


def _fresh(story: Report, template: bytes | None, mine: Deck) -> dict[str, Any]:
    """The slides of the report as they are when drawn anew on the same template, by the key of their part."""
    made, look = open_template(template)
    covers = {is_own(slide) for slide in mine.slides if _is_drawn_cover(slide)}
    own = covers or {"answer"}
    look = _with_one_title_size(look, story.parts)
    _draw_all(made, story.parts, look, lambda _stage, _share: None, cover=lambda _, part: part.key in own)
    return {part.key: slide for part, slide in zip(story.parts, made.slides, strict=True)}


def _is_drawn_cover(slide: Any) -> bool:  # noqa: ANN401
    """Whether a slide was drawn on the layout of a first slide: what stands under its title has a place of its own."""
    return any(one.name.endswith(" subtitle") or ph_type(one) == "subTitle" for one in slide.placeholders)


def _in_sandbox(
    job: str, blobs: list[bytes], progress: Callable[[str, float], None] | None
) -> tuple[dict[str, Any], list[bytes]]:
    """A job of the sandbox, its troubles told as those of the template.

    Raises
    ------
    ReportError
        A template that cannot be used.
    """

    def tell(stage: str, share: float) -> None:
        if progress:
            progress(stage or "Opening the template", share if stage else 0.0)

    try:
        return sandbox.run(f"{__name__}:{job}", blobs, tell)
    except sandbox.WorkerError as error:
        if error.cause == "words":
            raise ReportError(error.message, hint=error.hint) from None
        if error.cause in ("memory", "time"):
            asks = "asks for more memory" if error.cause == "memory" else "takes longer to open"
            raise ReportError(
                f"The template {asks} than the {error.limit} that a template is given.",
                hint="Take large pictures, films and unused layouts out of it.",
            ) from None
        if error.cause == "locked":
            raise ReportError(
                "The template is locked with a password.",
                hint="Save it as .pptx or .potx without a password.",
            ) from None
        raise ReportError(
            "The template could not be read as a PowerPoint file.",
            hint="Save the template in PowerPoint as .pptx or .potx and try again.",
        ) from None


def notes_of(part: Part) -> str:
    """What a slide's notes say: everything that the slide says, whole, then the figures and the method."""
    lines = [part.title, part.subtitle, "", *part.bullets]
    lines += [f"“{quote.text}” (score {quote.score}, {quote.who})" for quote in part.quotes]
    if part.table and not part.quotes:
        words = part.table.words()
        lines += ["", " | ".join(part.table.heads), *(" | ".join(row) for row in words[:_MOST_LINES])]
        if len(words) > _MOST_LINES:
            lines.append(f"and {len(words) - _MOST_LINES:,} more rows")
    method = [] if part.key.startswith(OWN) else ["", "Method", *part.notes, part.source]
    return "\n".join([*lines, *method])


def _slide(made: Deck, part: Part, look: Look, *, first: bool) -> None:
    cover = look.cover if part.opens_section or (first and part.key == FIRST) else None
    slide = made.slides.add_slide(cover or look.layout)
    _feet(slide, cover or look.layout, look.footer)
    _draw(slide, part, look, cover=cover is not None)


def _draw(slide: Any, part: Part, look: Look, *, cover: bool) -> None:  # noqa: ANN401 - python-pptx has no types
    if cover:
        draw_cover(slide, part, look)
    else:
        for shape in list(slide.placeholders):
            if ph_type(shape) not in {"title", "ctrTitle", "sldNum", "dt", "ftr"}:
                shape._element.getparent().remove(shape._element)  # noqa: SLF001 - an empty one would show its prompt
        draw(slide, part, look)
    slide.notes_slide.notes_text_frame.text = notes_of(part)


def _update(
    made: Deck,
    fresh: dict[str, Any],
    story: Report,
    look: Look,
    base: Record,
    say: Callable[[str, float], None],
) -> list[str]:
    """New figures and words in a deck that somebody may have changed; what became of it, as a list."""
    changes: list[Change] = []
    parts = {part.key: part for part in story.parts}
    gone, there, now = [], set[str](), dict[str, Any]()
    for place, slide in enumerate(made.slides):
        say(f"Slide {place + 1}", place / len(made.slides))
        key = key_of_slide(slide, base) or is_own(slide)
        there.add(key)
        if key.startswith(OWN) and not (key in fresh and key in base):
            now[key] = base.get(key, _NOTHING)  # nothing in it comes from responses
        elif key in fresh and key in base and not is_touched(slide, base[key]):
            _again(slide, parts[key], look)
        elif key in fresh and key in base:
            changes += merge_slide(slide, fresh[key], base[key], place + 1)
        elif key in fresh:
            _again(slide, parts[key], look)
            changes.append(
                Change(
                    UNFILLED,
                    f"slide {place + 1}: it has no record of what was generated, so it was drawn anew",
                )
            )
        elif is_own(slide) and is_touched(slide, base.get(key, _NOTHING)):
            changes.append(
                Change(
                    STALE,
                    f"slide {place + 1}, “{key}”: the report has no such part, its figures are of last time",
                )
            )
            now[key] = base.get(key, _NOTHING)
        elif is_own(slide):
            gone.append(place)
            changes.append(Change(GONE, f"the slide “{key}” was taken out: the report has no such part"))
        else:
            named, more = _fill(slide, story, base, place + 1)
            changes += more
            now |= named
    _drop_slides(made, gone)
    changes += [Change(TAKEN, f"“{key}”") for key in base if key not in there and key in fresh]
    asked = {*named_keys(made), *SINGLE}
    new = [f"“{key}”" for key in fresh if not {key} & {*there, *base, *asked, "answer"}]
    changes += [Change(NEW, ", ".join(new))] if new else []
    updated = sum(key in fresh for key in there)
    changes += [Change(UPDATED, count_words(updated))] if updated else []
    now |= {
        key: fingerprint_of_slide(slide, PREFIX)
        for key, slide in fresh.items()
        if key in there or key in base
    }
    write_record(made, now)
    return list(list_of(changes))


_NAMED = "named: "  # keys of a firm's own slides in the record
_NOTHING: dict[str, Any] = {"shapes": {}, "notes": []}


def _fill(slide: Any, story: Report, base: Record, number: int) -> tuple[Record, list[Change]]:  # noqa: ANN401
    """Fill the named places of a firm's own slide that nobody wrote over; what was filled, and the list."""
    names = [one.name for one in all_shapes(slide.shapes) if is_named(one)]
    if not names:
        return {}, []
    key = f"{_NAMED}{', '.join(sorted(names))}"
    was = base.get(key, _NOTHING)
    doubts, kept = fill_slide(slide, story, was["shapes"])
    changes = [Change(UNFILLED, doubt) for doubt in doubts]
    changes += [Change(STALE, f"slide {number}: “{short(text, 80)}”") for text in kept]
    said = _say_in_notes(slide, story, was["notes"])
    return {key: {**fingerprint_of_slide(slide, PREFIX), "notes": list(map(mark_of, said))}}, changes


def _say_in_notes(slide: Any, story: Report, was: Sequence[str]) -> list[str]:  # noqa: ANN401
    """Put what the filled places show under the notes of a firm's own slide; the lines put there."""
    keys = dict.fromkeys(key_of(name_of(shape)) for shape in all_shapes(slide.shapes) if is_named(shape))
    parts = [part for key in keys if (part := story.part("score" if key in SINGLE else key))]
    said = "\n\n".join(notes_of(part) for part in dict.fromkeys(parts))
    if said:
        lines = slide.notes_slide.notes_text_frame.text.split("\n") if slide.has_notes_slide else []
        own = "\n".join(line for line in lines if line.strip() and mark_of(line) not in set(was))
        slide.notes_slide.notes_text_frame.text = "\n\n".join(filter(None, (own, said)))
    return said.split("\n")


def _again(slide: Any, part: Part, look: Look) -> None:  # noqa: ANN401
    """Draw a slide that was made here with new figures; what somebody added to it stays."""
    cover = _is_drawn_cover(slide)
    for shape in list(slide.shapes):
        if is_named(shape) and not shape.is_placeholder:
            take_out(slide, shape)
    _draw(slide, part, look, cover=cover)


def _with_one_title_size(look: Look, parts: Sequence[Part]) -> Look:
    """The look with the largest type in which nearly all titles fit: titles of one deck are of one size."""
    if look.title is None:
        return look
    room = look.title.w / look.title_factor
    for size in title_sizes(look):
        lines = max(1, int(look.title.h / (size * 1.2)))
        long = sum(len(wrap(part.title, room, size, bold=look.title_bold)) > lines for part in parts)
        if long <= _LONG_TITLES * len(parts):
            return replace(look, title_size=size)
    return look


def _feet(slide: Any, layout: Any, footer: str) -> None:  # noqa: ANN401
    """The slide's number and footer where the layout has a place for them: python-pptx leaves both out."""
    for shape in layout.placeholders:
        kind = ph_type(shape)
        if kind == "sldNum" or (kind == "ftr" and footer):
            own = deepcopy(shape._element)  # noqa: SLF001
            own.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))  # noqa: SLF001
            slide.shapes._spTree.append(own)  # noqa: SLF001
            if kind == "ftr":
                next(one for one in slide.placeholders if one._element is own).text_frame.text = footer  # noqa: SLF001


def _drop_slides(made: Deck, places: Sequence[int]) -> None:
    """Take slides out, with what only they use."""
    numbers = made.slides._sldIdLst  # noqa: SLF001 - python-pptx has no way to remove a slide
    for number in [list(numbers)[place] for place in places]:
        made.part.drop_rel(number.get(_RELATION))
        numbers.remove(number)

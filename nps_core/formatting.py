"""Numbers and findings as people write them: +34, 1,204, 3 Mar 2026, and one plain sentence a figure.

No sentence claims a change that the interval does not show, and none names a cause.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence


MINUS = "−"
"""The true minus sign, as wide as the plus."""

_A_NAME = 24  # characters
_LITTLE = 4  # so many times less than there is room for
_SCALE = re.compile(r"[(\[][^()\[\]]*[)\]]$")  # behind a question: "(1-5)", "(1 = bad, 7 = good)"

_NUMBER = re.compile(r" \(\d{1,3}\)$")

_INSTEAD_OF_BLANKS = re.compile(r"_|(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")
"""What stands between the words of a column's name: "_", or, as R makes it, a dot."""

_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
"""Between the words of "planName"; not of brands such as "PayPal", which begin with a capital."""

_DECIMALS = 2  # of an end of an interval, or a difference, at most: nearer to 0 it is 0
_END_OF_SCALE = 100  # needs no decimals

_CLOSER = "within 0.01"  # an interval whose ends read alike with all of them

NOTHING = "–"
"""What stands where there is no figure."""


def format_nps(points: float, *, digits: int = 0) -> str:
    """A score or a difference in points: "+34", "0", "−7"; "–" for none.

    Ties go away from zero, so that +NPS and −NPS are treated alike.

    >>> format_nps(33.5), format_nps(-33.5), format_nps(-0.2)
    ('+34', '−34', '0')
    """
    if points is None or math.isnan(points):
        return NOTHING
    scaled = math.floor(abs(points) * 10**digits + 0.5) / 10**digits
    if not scaled:
        return "0"
    digits = 0 if scaled == _END_OF_SCALE else digits
    return f"{MINUS if points < 0 else '+'}{scaled:.{digits}f}"


def format_interval(low: float, high: float) -> str:
    """An interval in points: "+27 to +42"; "–" for none.

    Both ends have the decimals without which they would read alike, and an end that would round to 0 those it needs.

    >>> format_interval(0.34, 12.1), format_interval(-0.04, 3), format_interval(0, 7)
    ('+0.3 to +12', '−0.04 to +3', '0 to +7')
    >>> format_interval(28.1, 28.4), format_interval(99.999, 100)
    ('+28.1 to +28.4', 'within 0.01')
    """
    return range_words(low, high, _end)


def format_between(low: float, high: float) -> str:
    """An interval within a sentence: "between +27 and +42".

    >>> format_between(27.2, 41.8), format_between(28.1, 28.4)
    ('between +27 and +42', 'between +28.1 and +28.4')
    """
    first, to, last = format_interval(low, high).partition(" to ")
    return f"between {first} and {last}" if to else first


def with_interval(points: float, low: float, high: float) -> str:
    """A figure in points beside its interval, as finely as that has to be written: "+34 (+27 to +42)".

    >>> with_interval(34.4, 27.2, 41.8), with_interval(28.2, 28.1, 28.4)
    ('+34 (+27 to +42)', '+28.2 (+28.1 to +28.4)')
    """
    return f"{format_nps(points, digits=figure_digits(low, high))} ({format_interval(low, high)})"


def figure_digits(low: float, high: float, least: int = 0) -> int:
    """The decimals of a figure beside its interval: `least`, or as many as the ends need to read differently.

    >>> figure_digits(27.2, 41.8), figure_digits(28.1, 28.4), figure_digits(5.41, 5.44, 1)
    (0, 1, 2)
    """
    if math.isnan(low) or math.isnan(high):
        return least
    tried = range(least, _DECIMALS)
    return next((n for n in tried if format_nps(low, digits=n) != format_nps(high, digits=n)), _DECIMALS)


def range_words(low: float, high: float, write: Callable[[float, int], str], least: int = 0) -> str:
    """An interval as `write` writes numbers with so many decimals: `least`, or as many as both ends need to differ."""
    if math.isnan(low) or math.isnan(high):
        return NOTHING
    tried = ((write(low, digits), write(high, digits)) for digits in range(least, _DECIMALS + 1))
    return next((f"{first} to {last}" for first, last in tried if first != last), _CLOSER)


def _end(points: float, least: int) -> str:
    """An end of an interval, so that one above 0 does not read as 0."""
    written = (format_nps(points, digits=digits) for digits in range(least, _DECIMALS + 1))
    return next((text for text in written if text != "0"), "0")


def format_count(count: float) -> str:
    """A count with its thousands apart: "1,204"; a weighted one with a decimal: "1,204.5"."""
    return f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"


def format_share(share: float, digits: int = 0) -> str:
    """A share of 0..1 as a whole percent: "34%", "<1%" for what is there but rounds to nothing."""
    if math.isnan(share):
        return NOTHING
    if 0 < share < 0.005 and not digits:  # noqa: PLR2004 - what would be rounded to 0%
        return "<1%"
    return f"{math.floor(share * 100 * 10**digits + 0.5) / 10**digits:.{digits}f}%"


def format_shares(low: float, high: float) -> str:
    """The interval of a share of 0..1: "79% to 85%", with decimals where both ends would read alike.

    >>> format_shares(0.791, 0.848), format_shares(0.821, 0.824), format_shares(0, 0.004)
    ('79% to 85%', '82.1% to 82.4%', '0% to <1%')
    """
    return range_words(low, high, format_share)


def format_p(p_value: float) -> str:
    """A probability as a manager reads it: "one time in 25", "less than one time in 1,000"."""
    if math.isnan(p_value):
        return NOTHING
    if p_value < 0.001:  # noqa: PLR2004 - smaller ones are beyond what the method can vouch for
        return "less than one time in 1,000"
    if p_value > 0.4:  # noqa: PLR2004 - "one time in 2" and more often
        return "about every other time" if p_value < 0.7 else "most of the time"  # noqa: PLR2004
    return f"about one time in {round(1 / p_value):,}"


def format_day(day: dt.date) -> str:
    """A day: "3 Mar 2026"."""
    return f"{day.day} {day:%b %Y}"


def short(text: str, length: int = 48) -> str:
    """A name on one line, cut with "…": survey tools use whole questions as names.

    >>> short("Are you happy with the quality and performance of your device?", 30)
    'Are you happy with the qualit…'
    """
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def apart(names: Iterable[str], length: int = 48) -> dict[str, str]:
    """Names as `short` has them, but one that is too long begins where it differs from the others.

    Where little of it is left there, it has its beginning too.

    >>> list(apart(["Are you happy with the quality of it?", "Are you happy with our service?", "Plan"], 28).values())
    ['…the quality of it?', '…our service?', 'Plan']
    >>> list(apart(["Do you feel that we ask too much?", "Do you feel that we ask too much? (2)"], 28).values())
    ['Do you feel that we ask too…', 'Do you feel that we ask… (2)']
    """
    words = {name: name.split() for name in names}
    return {
        name: short(name, length)
        if len(" ".join(own)) <= length
        else _from(
            own, max((_shared(own, other) for other in words.values() if other != own), default=0), length
        )
        for name, own in words.items()
    }


def _from(words: Sequence[str], place: int, length: int) -> str:
    if place in (0, len(words)):
        return short(" ".join(words), length)
    rest = " ".join(words[place:])
    if len(rest) > length // _LITTLE:
        return short(f"…{rest}", length)
    return f"{short(' '.join(words[:place]), length - len(rest) - 1).removesuffix('…')}… {rest}"


def _shared(words: Sequence[str], others: Sequence[str]) -> int:
    """How many words two names begin with alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(words, others, strict=False)) if a != b),
        min(len(words), len(others)),
    )


_TITLE_LENGTH = 46  # characters of a column within a title


def as_read(name: str) -> str:
    """The name of a column as people read it; filters, links and tables keep the column's own.

    >>> as_read("is_admin"), as_read("Type.of.Travel"), as_read("planName"), as_read("Which of a_b do you use?")
    ('is admin', 'Type of Travel', 'plan Name', 'Which of a_b do you use?')
    >>> as_read("v1.2"), as_read("eNPS"), as_read("LinkedIn")
    ('v1.2', 'eNPS', 'LinkedIn')
    """
    if " " in name:
        return name
    words = [word for word in _INSTEAD_OF_BLANKS.split(name) if word]
    return " ".join(" ".join(_HUMPS.split(word)) if word[:2].islower() else word for word in words) or name


def in_title(name: str) -> str:
    """The name of a column within a title, as read: a whole question without its scale, cut at the end of a word.

    >>> in_title("Overall, how satisfied are you with Kestwick? (1-5)")
    'Overall, how satisfied are you with Kestwick?'
    >>> in_title("Are you happy with the quality and performance of your device?")
    'Are you happy with the quality and…'
    >>> in_title("Are you happy with the quality and performance of your device? (2)")
    'Are you happy with the quality and… (2)'
    """
    line = short(as_read(name), len(name) + 1)
    # The number that a column has where another one is called the same stays.
    number = found.group() if (found := _NUMBER.search(line)) else ""
    line = line.removesuffix(number)
    bare = _SCALE.sub("", line).rstrip() or line
    if len(bare) <= _TITLE_LENGTH:
        return f"{bare}{number}"
    words = bare[:_TITLE_LENGTH].rpartition(" ")[0]
    # A word that is longer than a title is cut as any other text.
    cut = f"{words.rstrip(' ,;:-(')}…" if len(words) > _TITLE_LENGTH // 2 else short(bare, _TITLE_LENGTH)
    return f"{cut}{number}"


def segment_name(attribute: str, value: str) -> str:
    """A segment within a sentence: an answer beside its question, any other value behind its attribute.

    >>> segment_name("Age group", "25-34"), segment_name("Do you still use the device that you bought?", "No")
    ('Age group “25-34”', '“No” to “Do you still use the device that you bought?”')
    """
    if reads_as_name(attribute):
        return f"{short(as_read(attribute))} “{short(value)}”"
    return f"“{short(value)}” to “{in_title(attribute)}”"


def lowered(name: str) -> str:
    """The name of a column inside a sentence: "age group" for "Age group"; codes, "ARR" and questions stay as they are.

    >>> lowered("Age_group"), lowered("Airline.Status"), lowered("EU region"), lowered("Do you use R?")
    ('age group', 'airline status', 'EU region', 'Do you use R?')
    """
    name = as_read(name)
    if any(mark in name for mark in "./?"):
        return name
    return " ".join(word if word[1:] != word[1:].lower() else word.lower() for word in name.split(" "))


def by_words(attribute: str) -> str:
    """An attribute behind "by": "age group", "answers to “Do you still use it?”".

    >>> by_words("Age_group"), by_words("Do you still use it?")
    ('age group', 'answers to “Do you still use it?”')
    """
    return lowered(attribute) if reads_as_name(attribute) else f"answers to “{in_title(attribute)}”"


def reads_as_name(attribute: str) -> bool:
    """Whether an attribute reads well after "each" or "no": a plan, a region; no whole question.

    >>> reads_as_name("Age group"), reads_as_name("Which plan are you on?")
    (True, False)
    """
    return len(attribute) <= _A_NAME and "?" not in attribute


def capital(sentence: str) -> str:
    """A sentence that starts with a capital letter, whatever it starts with: a period, or the name of a column."""
    return sentence[:1].upper() + sentence[1:]


def the(label: str) -> str:
    """A period inside a sentence: "the week of 2 Mar 2026"; "Q1 2026" and other names stay as they are."""
    return f"the {label}" if label.startswith("week of ") else label


def plural(count: float, one: str, many: str = "") -> str:
    """A count with its noun: "1 response", "1,204 responses"."""
    return f"{format_count(count)} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Names within a sentence: "e-mails", "e-mails and names", "e-mails, phones and names".

    >>> listed(["e-mails", "phones", "names"])
    'e-mails, phones and names'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def ordinal(number: int) -> str:
    """A place in a row: "1st", "2nd", "3rd", "11th".

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    teens = 10 < number % 100 < 20  # noqa: PLR2004 - eleventh to nineteenth
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def size_words(points: float, scores: tuple[float, float] | None = None) -> str:
    """The size of a difference without its sign: "12 points", "1 point", "less than a point".

    Parameters
    ----------
    scores
        The two scores, when they are shown beside it: where their whole points are further apart or nearer than the
        whole points of the difference, it is said with a decimal, "5.8 points".
    """
    if scores and whole_points(scores[0]) - whole_points(scores[1]) != whole_points(points):
        return f"{format_nps(abs(points), digits=1).lstrip('+')} points"
    size = format_nps(points).lstrip(f"+{MINUS}")
    return "less than a point" if size == "0" else plural(int(size), "point")


def format_change(points: float, before: float, after: float) -> str:
    """A difference that stands beside the two figures it is of: with decimals where their whole points contradict it.

    >>> format_change(12, 43, 55), format_change(-0.4, 8.6, 8.2), format_change(6.8, 44.6, 51.4)
    ('+12', '−0.4', '+6.8')
    """
    if whole_points(after) - whole_points(before) == whole_points(points):
        return format_nps(points)
    exact = (format_nps(points, digits=digits) for digits in range(1, _DECIMALS + 1))
    return next((text for text in exact if text != "0"), "0")


def with_article(score: str) -> str:
    """A score within a sentence: "a 7", "an 8", "an 11", "an 85".

    >>> [with_article(score) for score in ("7", "8", "11", "18", "80", "1")]
    ['a 7', 'an 8', 'an 11', 'an 18', 'an 80', 'a 1']
    """
    return f"{'an' if score.startswith('8') or score in ('11', '18') else 'a'} {score}"


def whole_points(points: float) -> int:
    """Points as they are written, as a number: ties go away from zero; 0 for none."""
    return int(format_nps(points).replace(MINUS, "-")) if not math.isnan(points) else 0

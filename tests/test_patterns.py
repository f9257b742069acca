"""Every regular expression that meets a user's text runs in linear time, by its make (see linear.py)."""

import re
import textwrap

import pytest
from linear import faults
from patterns import collect, product

SLOW = (
    (r"(a+)+$", "match"),
    (r"(a*)*b", "match"),
    (r"(a|a)*b", "match"),
    (r"(a|ab|b)*c", "match"),
    (r"(\w+\s?)*$", "match"),
    (r"(?:\w{1,60}\s?){1,60}$", "match"),
    (r"\S+@\S+\.\w+", "search"),
    (r"\s+$", "search"),
    (r"\s+$", "sub"),
    (r"\S++@", "search"),  # possessive, but tried again from each place
    (r"\d+(?!\w)", "findall"),
    (r"x.*y", "search"),
    (r"<a>.*?</a>", "search"),
    (r"^\s*(.*?)\s*$", "match"),
    (r"a*b?a*c", "match"),
    (r"a*b?(?:c|d)?a*e", "fullmatch"),
    (r"\s*[\r\n]+\s*", "split"),
    (r"^[\W_]+|[\W_]+$", "sub"),
    (r"(\w+)\1", "match"),
    (r"(?=.*x)a", "search"),
    (r"(?i)a*A*b", "match"),
    (r"a{1,90}a{1,90}a{1,90}b", "match"),
    (rb"[^>]*\s*>", "match"),
    (r"(?:a|\s+$|b)", "search"),
    (r"x|(?:y|(a+)+$)", "match"),
)
QUICK = (
    (r"\s+", "sub"),  # cannot fail once it has begun
    (r"(?<!\s)\s+$", "sub"),  # begins at the start of a run only
    (r"(?<!\S)\S++@", "search"),
    (r"\w+\b", "findall"),
    (r"x{3,}", "findall"),
    (r"^\d+$", "search"),
    (r"[-+]?\d+(?:[.,]\d+)*", "findall"),
    (r"\d{1,3}(?:,\d{3})*$", "match"),
    (r"[^,]*,[^,]*,", "match"),
    (r'"(?:[^"]|"")*"(?!")', "match"),
    (r"(?:a++b)*c", "match"),
    (r"(?>a*)a*", "match"),
    (r"(?:ab|cd)+e", "match"),
    (r"a*b*c", "match"),
    (r"a*b?a*", "match"),  # nothing behind it can fail
    (r"<[^<>]*>", "sub"),
    (r"<[^<>]{0,200}>", "sub"),
    (r"[\w.]{1,64}@(?:\w{1,63}\.){1,6}\w{2,24}", "sub"),
    (rb"<(?:\w+:)?row[\s>/]", "findall"),
)


@pytest.mark.parametrize(("pattern", "way"), SLOW, ids=repr)
def test_a_slow_pattern_is_known(pattern, way):
    assert faults(pattern, 0, way)


@pytest.mark.parametrize(("pattern", "way"), QUICK, ids=repr)
def test_a_quick_pattern_is_left_alone(pattern, way):
    assert faults(pattern, 0, way) == []


def test_flags_count():
    assert faults(r"x.*\nx", re.DOTALL, "match") == []
    assert faults(r"(?:.*\n)*x", re.DOTALL, "match")  # the dot reads line ends as well
    assert faults(r"(?:.*\n)*x", 0, "match") == []
    assert faults(r"^\s+$", re.MULTILINE, "search")  # may begin at each line
    assert faults(r"^\s+$", 0, "search") == []


@pytest.mark.parametrize("found", product()[0], ids=lambda found: f"{found.where}: {found.pattern[:40]}")
def test_the_patterns_of_the_product_are_linear(found):
    for way in found.ways:
        assert faults(found.text, found.flags, way) == [], f"{found.where}: {found.pattern} ({way})"


def test_every_pattern_is_found():
    found, unread = product()
    assert unread == (), "make it at the top of the module, or of literals and re.escape"
    assert len(found) > 100


def test_patterns_are_found_wherever_they_stand(tmp_path, monkeypatch):
    package = tmp_path / "made_for_patterns"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "user.py").write_text("from made_for_patterns.words import SHARED\nSHARED.fullmatch('')\n")
    (package / "words.py").write_text(
        textwrap.dedent(
            r"""
            import re
            def _any(*parts): return re.compile("|".join(parts))
            _PART = "b+"
            SHARED = _any("shared1", "shared2")
            _TABLE = {"one": re.compile(rf"table{_PART}")}
            def used(text, quote, frame, vectorizer):
                _TABLE["one"].match(text)
                mark = re.escape(quote)
                re.sub(f"local{mark}+" + _PART, "", text, flags=re.IGNORECASE)
                own = re.compile("own")
                own.split(text)
                frame.str.contains("series")
                frame.str.contains("plain text", regex=False)
                vectorizer(token_pattern="tokens")
                re.search(text, "unreadable")
            """
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    found, unread = collect(tmp_path, sorted(package.glob("*.py")))
    assert {one.pattern: set(one.ways) for one in found} == {
        "shared1|shared2": {"fullmatch"},
        "tableb+": {"match"},
        "locala+b+": {"sub"},
        "own": {"split"},
        "series": {"search"},
        "tokens": {"search", "fullmatch"},
    }
    assert [place.split(": ")[1] for place in unread] == ["re.search(text, 'unreadable')"]

"""The method as its docstrings tell it."""

from nps_core.method import CHAPTERS, docstring, methods


def test_every_method_has_prose_and_its_formula():
    for chapter, named in CHAPTERS.items():
        assert [method.title for method in methods(chapter)] == list(named)
        for method in methods(chapter):
            assert method.passages[0].kind == "text", method.title
            assert len(" ".join(passage.text for passage in method.passages)) > 60, method.title


def test_what_is_for_callers_is_left_out():
    shown = methods("The score")[0]
    words = " ".join(passage.text for passage in shown.passages)
    assert "skewness-corrected score interval" in words
    assert "Parameters" not in words
    assert ">>>" not in words
    assert "A count that is negative" not in words
    kinds = [passage.kind for passage in shown.passages]
    assert kinds.count("item") == 3
    assert kinds[-1] == "reference"
    assert shown.passages[-1].text.startswith("Laud (2017)")


def test_items_are_joined_with_their_further_lines():
    items = [passage.text for passage in methods("The score")[0].passages if passage.kind == "item"]
    assert items[0].startswith("d = (sqrt(B^2")
    assert items[0].endswith("if the NPS is t;")


def test_docstrings_are_found_by_their_place():
    assert docstring("score.estimate.estimate").startswith("NPS and its skewness-corrected")

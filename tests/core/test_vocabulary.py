"""The words that files are read by: each language's file holds known concepts, each word once, as it can be met."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from nps_core.reading import vocabulary
from nps_core.reading.cells import plain

FOLDER = Path(vocabulary.__file__).parent
READING = sorted(FOLDER.parent.rglob("*.py"))
CONCEPTS = tomllib.loads((FOLDER / "_concepts.toml").read_text(encoding="utf-8"))
KNOWN = {(section, concept) for section, concepts in CONCEPTS.items() for concept in concepts}
LANGUAGES = sorted(vocabulary.languages().items())

# The functions of the vocabulary, and the sections that each takes its concepts from.
FUNCTIONS = {
    "pattern": {"parts", "whole"},
    "alternation": {"parts", "whole"},
    "says": {"parts", "whole"},
    "PATTERNS": {"parts", "whole"},
    "WORDS": {"words"},
    "table": {"tables"},
    "sequences": {"sequences"},
}


def lists_of(language):
    """(section, concept, what it means or "", words) for each list of a language."""
    for section, concepts in language.items():
        for concept, entries in concepts.items():
            if section == "tables":
                yield from ((section, concept, meaning, names) for meaning, names in entries.items())
            elif section == "sequences":
                yield from ((section, concept, "", names) for names in entries)
            else:
                yield section, concept, "", entries


def asked_for():
    """(file, function, concept) for each concept that a module of the reader asks for; None where it is no literal."""
    for file in READING:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if file.parent == FOLDER:
                continue
            name, arguments = "", []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                name = node.func.id
                arguments = node.args[1:] if name == "says" else node.args  # the first one is the text
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in {"PATTERNS", "WORDS"}:
                name, arguments = ast.unparse(node.value), [node.slice]
            # What finds concepts takes its names from elsewhere.
            if name in FUNCTIONS and ast.unparse(node) != "PATTERNS[concept]":
                for argument in arguments:
                    yield file.name, name, argument.value if isinstance(argument, ast.Constant) else None


def test_every_concept_that_is_asked_for_is_described_and_the_other_way_round():
    used = set()
    for file, function, concept in asked_for():
        found = {(section, concept) for section in FUNCTIONS[function]} & KNOWN
        assert found, f"{file}: {function}({concept!r}) is in no section of _concepts.toml that it reads"
        used |= found
    assert used == KNOWN, f"described, but nowhere read: {sorted(KNOWN - used)}"


@pytest.mark.parametrize("file", READING, ids=lambda file: file.name)
def test_words_are_read_while_modules_are_imported(file):
    """So that a concept that is missing is found at once, and each pattern by the test of patterns."""
    inner = [
        call.func.id
        for scope in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(scope, (ast.FunctionDef, ast.Lambda)) and file.parent != FOLDER
        for call in ast.walk(scope)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in FUNCTIONS.keys() - {"says"}
    ]
    assert not inner, f"{file.name}: call {inner} at the top of the module"


def test_a_name_is_one_concept():
    names = [concept for _, concept in KNOWN if concept not in CONCEPTS["tables"]]
    assert sorted(names) == sorted(set(names))


def test_every_concept_has_words():
    have = {(section, concept) for _, language in LANGUAGES for section, concept, *_ in lists_of(language)}
    assert have == KNOWN


@pytest.mark.parametrize(("code", "language"), LANGUAGES, ids=[code for code, _ in LANGUAGES])
def test_a_language_holds_words_in_known_concepts(code, language):
    for section, concept, meaning, names in lists_of(language):
        assert (section, concept) in KNOWN, f"{code}.toml: {section}.{concept} is not in _concepts.toml"
        assert names, f"{code}.toml: {section}.{concept} {meaning} is empty"
        assert all(isinstance(name, str) for name in names)
        assert all(names) or (section, concept) in {("words", "no_answer"), ("words", "unticked")}


@pytest.mark.parametrize(("code", "language"), LANGUAGES, ids=[code for code, _ in LANGUAGES])
def test_no_word_stands_twice_in_a_concept_of_a_language(code, language):
    seen = set()
    for place, (section, concept, _, names) in enumerate(lists_of(language)):
        for name in names:
            # The same word may have a place in two sequences: "medium" is a size and a priority.
            key = (section, concept, name, place if section == "sequences" else 0)
            assert key not in seen, f"{code}.toml: “{name}” stands twice in {concept}"
            seen.add(key)


@pytest.mark.parametrize("concept", CONCEPTS["tables"])
def test_no_word_means_two_things(concept):
    found = {}
    for code, language in LANGUAGES:
        for meaning, names in language.get("tables", {}).get(concept, {}).items():
            for name in names:
                other, before = found.setdefault(name, (meaning, code))
                assert other == meaning, f"{concept}: “{name}” is {meaning} in {code}, {other} in {before}"


@pytest.mark.parametrize(("code", "language"), LANGUAGES, ids=[code for code, _ in LANGUAGES])
def test_words_stand_as_they_can_be_met(code, language):
    """Plain text has no accents and no capitals: a word that has would never be found."""
    for section, concept, _, names in lists_of(language):
        if "As written" in CONCEPTS[section][concept]:
            continue
        for name in names:
            letters = re.sub(r"\\.", "", name) if section in ("parts", "whole") else name
            met = [letter for letter in letters if plain(letter) not in ("", letter)]
            assert not met, f"{code}.toml: {concept} has “{name}”, which plain text writes without {met}"


@pytest.mark.parametrize(("code", "language"), LANGUAGES, ids=[code for code, _ in LANGUAGES])
def test_each_expression_is_one_by_itself(code, language):
    for section, concept, _, names in lists_of(language):
        for name in names if section in ("parts", "whole") else ():
            assert re.compile(name).groupindex == {}, f"{code}.toml: {concept}"
            assert not re.fullmatch(name, ""), (
                f"{code}.toml: {concept} has “{name}”, which is found in anything"
            )


@pytest.mark.parametrize("function", [vocabulary.alternation, vocabulary.pattern, vocabulary.table])
def test_a_concept_that_no_file_has_is_an_error(function):
    with pytest.raises(KeyError):
        function("no such concept")


def test_a_header_as_a_whole_is_told_from_a_part():
    assert vocabulary.pattern("status").search("status")
    assert not vocabulary.pattern("status").search("marital status")
    assert vocabulary.pattern("recommend").search("would you recommend us")

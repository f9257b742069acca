"""The shape of the house, held by walking the syntax tree of every module."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = sorted((ROOT / "nps_core").rglob("*.py"))
SCREEN = sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])

# Nothing imports what stands to its right. What stands in one bracket is one level.
ORDER = (
    {"formatting", "user_text", "link"},
    {"charts", "days"},
    {"survey"},
    {"errors", "masking"},
    {"filters"},
    {"viewer"},
    {"reading"},
    {"counts"},
    {"engine"},
    {"smallest"},
    {"seen"},
    {"scope"},
    {"score", "filter_figures"},
    {"compare"},
    {"segments", "trends", "accounts", "targets", "corrections"},
    {"column_profile"},
    {"drivers"},
    {"themes"},
    {"comments", "summary", "identities"},
    {"follow_ups"},
    {"draw"},
    {"report", "method"},
    {"workspace"},
    {"__main__", "__init__", "dashboard"},
)
LEVEL = {room: number for number, rooms in enumerate(ORDER) for room in rooms}

ONLY_IN = {
    "plotly": {"draw"},
    "pptx": {"report"},
    "xlsxwriter": {"draw", "report"},
    "jinja2": {"report"},
    "PIL": {"draw"},
    "sklearn": {"themes", "drivers"},
    "fastexcel": {"reading"},
    "pyreadstat": {"reading"},
    "sqlalchemy": {"workspace", "engine"},
    "duckdb": {"engine"},
    "alembic": {"workspace"},
    "streamlit": set(),
}


def room_of(file: Path) -> str:
    """What a file belongs to."""
    return room_named(".".join(file.relative_to(ROOT).with_suffix("").parts))


def room_named(module: str) -> str:
    """The room of a module: what a chart is stands on the left of the results, who draws it on their right."""
    return "draw" if module.startswith("nps_core.charts.draw") else module.split(".")[1]


def imports_of(file: Path, *, typing_too: bool = True) -> list[tuple[str, ast.stmt, bool]]:
    """(module, node, at the top level of the file) for each import; imports for types only, on request."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    if not typing_too:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                skipped |= {id(inner) for inner in ast.walk(node)}
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, node, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node, id(node) in top))
    return found


def modules_of(file: Path, names: dict[str, Path]) -> set[str]:
    """The modules among `names` that a file imports, or imports from; a module of a package is meant itself."""
    found = set()
    for module, node, _ in imports_of(file):
        parts = [f"{module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        found |= {part if part in names else module for part in parts or [module]}
    return found & names.keys()


def test_every_room_of_the_core_has_its_place_in_the_order():
    unknown = {room_of(file) for file in CORE} - set(LEVEL)
    assert not unknown, f"give {unknown} a place in ORDER, or a better room"


@pytest.mark.parametrize("file", CORE, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file):
    """Those for types as well: what a type names is known."""
    own = room_of(file)
    for module, node, _ in imports_of(file):
        if module.startswith("nps_core."):
            other = room_named(module)
            assert other == own or LEVEL[other] < LEVEL[own], (
                f"{file.name}:{node.lineno} imports {module}, which stands to its right"
            )


DRAWERS_KNOW = ("nps_core.charts.", "nps_core.formatting", "nps_core.user_text")


@pytest.mark.parametrize("file", sorted((ROOT / "nps_core/charts").rglob("*.py")), ids=lambda file: file.name)
def test_who_draws_knows_what_a_chart_is_and_nothing_of_results(file):
    for module, node, _ in imports_of(file):
        if module.startswith("nps_core."):
            assert module.startswith(DRAWERS_KNOW), f"{file.name}:{node.lineno} imports {module}"


def test_every_kind_of_chart_is_drawn_by_all_four():
    from nps_core.charts.draw import plotly, pptx, svg, xlsx
    from nps_core.charts.spec import KINDS
    from nps_core.report import slides

    for drawn in (plotly._KINDS, svg._KINDS, {**pptx._BODIES, "cells": None}, {**xlsx._KINDS, "cells": None}):
        assert set(drawn) == set(KINDS)
    assert set(KINDS) <= set(slides._BODIES)


def test_no_modules_import_each_other_in_a_circle():
    """Neither at run time nor for types; a package stands for its `__init__`."""
    names = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in CORE
    }
    graph = {name: modules_of(file, names) - {name} for name, file in names.items()}
    # What imports nothing that is left can be taken away; what remains at the end runs in circles.
    while free := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in free}
    assert not graph, sorted(graph)


@pytest.mark.parametrize("file", CORE, ids=lambda file: str(file.relative_to(ROOT)))
def test_walls_of_the_core(file):
    for module, node, at_top in imports_of(file):
        package = module.split(".")[0]
        allowed = ONLY_IN.get(package)
        assert allowed is None or room_of(file) in allowed, f"{file.name}:{node.lineno} imports {module}"
        if package == "sklearn":
            assert not at_top, (
                f"{file.name}:{node.lineno}: scikit-learn takes seconds to import; import it where it is used"
            )


# The scope itself, and what concerns every response of a survey, whoever looks.
BESIDE_A_SCOPE = {"scope.py", "seen.py", "accounts/roles.py"}

# Rooms that count what is no response of a survey yet, or none at all: cells of a file, words, people who were silent.
COUNT_OTHER_THINGS = {"counts", "reading", "themes", "accounts/non_respondents.py"}


@pytest.mark.parametrize("file", [*CORE, *SCREEN], ids=lambda file: str(file.relative_to(ROOT)))
def test_responses_are_counted_in_one_place(file):
    """From the index, whatever the page and the filter: two ways to count are two answers."""
    name = str(file.relative_to(ROOT / "nps_core")) if file in CORE else file.name
    if name in COUNT_OTHER_THINGS or name.split("/")[0] in COUNT_OTHER_THINGS:
        return
    text = file.read_text(encoding="utf-8")
    found = re.findall(r"\.(?:value_counts|groupby|pivot_table|crosstab)\(", text)
    assert not found, f"{name}: count responses through the counts of a scope"
    assert name in BESIDE_A_SCOPE or "index_of" not in text, f"{name}: take a scope, and count through it"


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_pages_compute_nothing(file):
    allowed = {"streamlit", "starlette", "cachetools", "nps_core", "pages", "__future__"}
    standard = set(sys.stdlib_module_names)
    for module, node, _ in imports_of(file, typing_too=False):
        package = module.split(".")[0]
        assert package in allowed | standard, (
            f"{file.name}:{node.lineno} imports {module}: computing belongs in nps_core"
        )


# Where Streamlit reads markdown: the label of these, and help and captions of any. See tests/browser/test_labels.py.
MARKDOWN = {
    "markdown", "write", "title", "header", "subheader", "caption", "error", "warning", "info", "success",
    "toast", "metric", "expander", "popover", "tabs", "button", "download_button", "checkbox", "toggle",
    "radio", "selectbox", "multiselect", "pills", "segmented_control", "text_input", "number_input", "slider",
    "date_input", "file_uploader", "form_submit_button", "status", "text_area", "data_editor", "dataframe",
    "page_link", "progress", "spinner", "menu_button", "dialog",
}  # fmt: skip
CHOICES = {f"choices.{name}" for name in ("one", "some", "toggle", "number", "day")}
MARKDOWN_OPTIONS = {"menu_button", "radio", "pills", "segmented_control"}
PLAIN_OPTIONS = {"selectbox", "multiselect"}
PLAIN = {"say", "answer", "heading", "problem", "empty", "findings", "as_html"}


# Of what a piece of syntax is made that is shown: it is safe where all of these are.
MADE_OF = {
    ast.JoinedStr: lambda node: node.values,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.List: lambda node: node.elts,
    ast.Tuple: lambda node: node.elts,
    ast.ListComp: lambda node: [node.elt],
    ast.Lambda: lambda node: [node.body],
}


def is_safe_text(node: ast.expr) -> bool:
    """Literals, `safe(...)`, constants, numbers with a format spec, and f-strings, choices and lists made of those."""
    if type(node) in MADE_OF:
        return all(is_safe_text(part) for part in MADE_OF[type(node)](node))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in {"safe", "len"}
    if isinstance(node, ast.FormattedValue):
        spec = ast.unparse(node.format_spec).strip("f'\"") if node.format_spec is not None else ""
        return spec in {",", ",.0f", "d"} or is_safe_text(node.value)
    if isinstance(node, ast.Subscript):  # a label of our own, kept in a constant
        return is_constant(node.value)
    if isinstance(node, ast.BinOp):
        return isinstance(node.left, ast.Call) and is_safe_text(node.left)
    return isinstance(node, ast.Constant) or is_constant(node)


def is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.strip("_").isupper()


def is_of_our_own(node: ast.expr) -> bool:
    """Options that are written in the code: literals, and constants by their name, as a list or as keys."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "list":
        return is_of_our_own(node.args[0])
    return is_safe_text(node)


def kept_choice(node: ast.Call) -> tuple[str, ast.Call]:
    """What `choices.one(st.selectbox, label, options)` and its likes draw."""
    drawn = {"number": "number_input", "day": "date_input"}.get(node.func.attr, node.func.attr)
    if node.func.attr in {"one", "some"}:
        drawn = node.args[0].attr
    skipped = 0 if node.func.attr in {"toggle", "number"} else 1
    return drawn, ast.Call(node.func, node.args[skipped:], node.keywords, lineno=node.lineno)


def screen_calls(file):
    """(name, call) for each call of a widget."""
    if file.name in {"choices.py", "downloads.py"}:
        return  # they hand on what their callers say, and these are looked at
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CHOICES:
            yield kept_choice(node)
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MARKDOWN
        ):
            owner = ast.unparse(node.func.value)
            if not owner.startswith(("nps_core", "self", "json", "session", "sides")):
                yield node.func.attr, node


def calls_safe(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "safe"
        for part in ast.walk(node)
    )


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_string_of_a_file_reaches_markdown_unescaped(file):
    if file.name == "text.py":
        pytest.skip("this is where strings are made safe")
    for name, call in screen_calls(file):
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        place = 1 if name == "progress" else 0  # the text of a bar stands after its share
        labels = [] if name in {"data_editor", "dataframe", "page_link"} else call.args[place : place + 1]
        labels = [*labels, *(named[key] for key in ("label", "text", "help", "captions") if key in named)]
        for label in labels:
            assert is_safe_text(label), (
                f"{file.name}:{call.lineno}: pass {ast.unparse(label)!r} through safe()"
            )
        if name in MARKDOWN_OPTIONS:
            shown = named.get("format_func")
            is_safe = isinstance(shown, ast.Name) and shown.id == "safe"
            is_safe = is_safe or (isinstance(shown, ast.Lambda) and is_safe_text(shown))
            own = is_of_our_own(call.args[1]) or is_safe
            assert own, (
                f"{file.name}:{call.lineno}: show {ast.unparse(call.args[1])!r} by a format_func with safe()"
            )


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_are_given_away_in_one_place(file):
    """Elsewhere nobody would look whom a file is for, and Streamlit gives it to whoever has its address."""
    ways = {f"st.{name}" for name in ("download_button", "image", "audio", "video", "pdf", "logo")}
    called = {
        ast.unparse(node) for node in ast.walk(ast.parse(file.read_text())) if type(node) is ast.Attribute
    }
    assert file.name == "downloads.py" or not ways & called, (
        f"{file.name}: give files away by downloads.button"
    )


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_ways_to_look_at_something_have_names_of_our_own(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "choices.view":
            label, names = node.args
            if isinstance(names, ast.DictComp):
                names = names.generators[0].iter.func.value  # of a constant's items
            assert isinstance(label, ast.Constant)
            assert is_constant(names), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_string_is_escaped_where_it_is_shown_as_it_stands(file):
    """Backslashes would be seen: in options that are plain text, in placeholders, in our own HTML."""
    for name, call in screen_calls(file):
        plain = [keyword.value for keyword in call.keywords if keyword.arg in {"placeholder", "alt", "value"}]
        if name in PLAIN_OPTIONS:
            plain += [
                *call.args[1:2],
                *(keyword.value for keyword in call.keywords if keyword.arg == "format_func"),
            ]
        for part in plain:
            assert not calls_safe(part), f"{file.name}:{call.lineno}: {ast.unparse(part)!r} is plain text"
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLAIN:
            assert not any(map(calls_safe, node.args)), (
                f"{file.name}:{node.lineno}: {node.func.id} escapes by itself"
            )


@pytest.mark.parametrize(
    "file", sorted((ROOT / "nps_core" / "charts").rglob("*.py")), ids=lambda file: file.name
)
def test_no_string_of_a_file_is_a_template_of_plotly(file):
    """A value called "%{x}" would be filled in: what is shown on hover comes from `customdata`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).endswith("template"):
                    assert "label_of" not in ast.unparse(value), f"{file.name}:{value.lineno}"


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_html_is_made_of_escaped_strings(file):
    """Each value in an f-string of HTML is escaped there, is a number, or is HTML made the same way."""
    made = re.compile(r"(as_html|format_\w+|\w+_html)\(|\w+_html$|GROUP_COLOURS\[")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr) and re.search(r"</?[a-z]", ast.unparse(node)):
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    number = value.format_spec is not None and ast.unparse(value.format_spec).strip(
                        "f'\""
                    ) in {",", "d"}
                    text = ast.unparse(value.value)
                    assert number or made.match(text), (
                        f"{file.name}:{node.lineno}: escape {text!r} with as_html()"
                    )


@pytest.mark.parametrize("file", SCREEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_addresses_are_read_and_written_in_one_place(file):
    assert file.name == "state.py" or "query_params" not in file.read_text(encoding="utf-8")


def test_pages_are_short():
    for file in (ROOT / "pages").glob("*_page.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 90, file.name


def test_page_urls_differ_from_their_files():
    """Else Streamlit's own discovery of pages/ answers a cold deep link without the frame."""
    places = (ROOT / "pages" / "ui" / "places.py").read_text(encoding="utf-8")
    urls = re.findall(r'"pages/(\w+)\.py".*?url_path="(\w+)"', places)
    assert len(urls) == len(list((ROOT / "pages").glob("*_page.py")))
    assert all(stem != url for stem, url in urls)


MOST_PUBLIC_NAMES = 60


def face_for_types() -> dict[str, str]:
    """The names that a type checker sees in `nps_core`, and the module of each."""
    tree = ast.parse((ROOT / "nps_core" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or "": (node.module or "").removeprefix("nps_core.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_public_face_is_small_documented_and_the_same_for_types():
    core = importlib.import_module("nps_core")
    assert len(set(core.__all__)) == len(core.__all__) <= MOST_PUBLIC_NAMES
    assert face_for_types() == core._MODULE_OF
    for name in core.__all__:
        thing = getattr(core, name)
        assert not callable(thing) or thing.__doc__, f"{name} has no docstring"


def test_no_public_name_is_that_of_a_module():
    """Once `nps_core.x` is imported, `nps_core.x` is the module, whatever the face says."""
    code = (
        "import importlib, pkgutil, types, nps_core\n"
        "for one in pkgutil.walk_packages(nps_core.__path__, 'nps_core.'):\n"
        "    if not one.name.endswith('__main__'): importlib.import_module(one.name)\n"
        "print([name for name in nps_core.__all__ if isinstance(getattr(nps_core, name), types.ModuleType)])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_a_name_that_is_none_gets_a_hint():
    core = importlib.import_module("nps_core")
    with pytest.raises(AttributeError, match="Did you mean find_trend"):
        core.find_trends  # noqa: B018 - asking is what is tested
    with pytest.raises(AttributeError, match=r"nps_core has no 'x7'\.$"):
        core.x7  # noqa: B018


def test_the_package_imports_nothing_heavy():
    """pandas takes half a second, as do plotly and SQLAlchemy, scikit-learn two: what needs one imports it."""
    code = (
        "import sys, nps_core, nps_core.workspace, nps_core.workspace.values; print([m for m in ('sklearn', 'plotly',"
        " 'pandas', 'numpy', 'streamlit', 'sqlalchemy', 'alembic') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_a_command_that_keeps_nothing_imports_no_database():
    code = (
        "import sys; from nps_core.__main__ import main; main(['summary', 'data/sample_survey.csv']);"
        "sys.exit(bool({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)


def test_charts_have_ten_colours_in_both_modes():
    """With fewer, Streamlit's plotly theme holds the colour 'undefined'."""
    import tomllib

    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for mode in ("light", "dark"):
        assert len(set(theme[mode]["chartCategoricalColors"])) == 10


def test_no_outside_address_in_what_the_browser_gets():
    for file in [*SCREEN, *(ROOT / "pages").rglob("*.js"), ROOT / ".streamlit" / "config.toml"]:
        assert not re.search(r"https?://(?!localhost)", file.read_text(encoding="utf-8")), file


def test_locks_name_no_address():
    for file in ROOT.glob("requirements*.lock"):
        text = file.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_a_style_for_keys_that_begin_alike_meets_no_other_key():
    """A rule for the line "under" each chart once hid the card of what was "understood"."""
    style = (ROOT / "pages" / "ui" / "style.css").read_text(encoding="utf-8")
    prefixes = set(re.findall(r'class\*="st-key-([a-z-]+)', style))
    assert prefixes
    said = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "pages").rglob("*.py"))
    keys = {key.replace(".", "-") for key in re.findall(r'key=f?"([a-z][a-z.-]*)', said)}
    assert len(keys) > 50
    met = {(own, key) for own in prefixes for key in keys if re.match(rf"{own}(?<!-)[a-z]", key)}
    assert not met

"""Every regular expression of the product, with the ways it is used: `python tests/patterns.py` prints them as JSON.

They are found in two ways. What is compiled while the modules are imported is recorded as it happens, in a process of
its own in which nothing has been imported before; so are patterns composed of parts. What a function makes is read
from the syntax tree, with a letter in the place of whatever `re.escape` puts in. A pattern that can be found by neither
is listed as unread, and fails the test.
"""

from __future__ import annotations

import ast
import functools
import importlib
import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([*(ROOT / "nps_core").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])

METHODS = frozenset({"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
UNKNOWN = frozenset({"search", "fullmatch"})
"""Where it cannot be seen how a pattern is used, it must be linear in the two ways that ask most."""

OF_PANDAS = {
    "contains": "search",
    "count": "search",
    "extract": "search",
    "extractall": "search",
    "findall": "search",
    "fullmatch": "fullmatch",
    "match": "match",
    "replace": "search",
    "split": "search",
    "rsplit": "search",
}
"""Methods of `Series.str` that take a pattern. Those of pyarrow need no look: RE2 is linear by its make."""

OF_KEYWORDS = frozenset({"token_pattern", "to_replace", "pat"})
"""Arguments of scikit-learn and pandas that are patterns."""


@dataclass(frozen=True)
class Found:
    """A pattern: where it stands, its text (bytes as Latin-1), its flags, and the methods it is used by."""

    where: str
    pattern: str
    flags: int
    ways: tuple[str, ...]
    is_bytes: bool = False

    @property
    def text(self) -> str | bytes:
        return self.pattern.encode("latin-1") if self.is_bytes else self.pattern


@functools.cache
def product() -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The patterns of the product, and the places of those that could not be read."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answer = json.loads(done.stdout)
    found = tuple(Found(**{**one, "ways": tuple(one["ways"])}) for one in answer["found"])
    return found, tuple(answer["unread"])


def collect(root: Path, files: list[Path]) -> tuple[list[Found], list[str]]:
    """The patterns of some files below a folder from which their modules are imported, and what could not be read."""
    trees = {str(file.relative_to(root)): ast.parse(file.read_text(encoding="utf-8")) for file in files}
    compiled = _import_all(root, [name for name in map(_module_of, trees) if name])
    found: dict[tuple[str | bytes, int], tuple[str, set[str]]] = {}

    def add(where: str, pattern: str | bytes, flags: int, ways: frozenset[str]) -> None:
        found.setdefault((pattern, flags), (where, set()))[1].update(ways)

    for where, pattern, ways in _named(trees):
        add(where, pattern.pattern, pattern.flags, ways)
    for (where, _), patterns in compiled.items():
        for pattern in patterns:
            if (pattern.pattern, pattern.flags) not in found:
                add(where, pattern.pattern, pattern.flags, UNKNOWN)
    unread = []
    for where, tree in trees.items():
        for call, text, flags, ways in _Reader(tree, _values_of(_module_of(where))).calls():
            if any((where, line) in compiled for line in range(call.lineno, (call.end_lineno or 0) + 1)):
                continue
            if text is None:
                unread.append(f"{where}:{call.lineno}: {ast.unparse(call)[:80]}")
            else:
                add(where, text, re.compile(text, flags).flags, ways)
    return [_found(where, *key, ways) for key, (where, ways) in found.items()], unread


def _named(trees: dict[str, ast.Module]) -> Iterator[tuple[str, re.Pattern[Any], frozenset[str]]]:
    """The patterns that modules have names for: an imported name is used in other modules, a private one in its own."""
    ways = _ways_of_names(trees)
    for where in trees:
        for variable, pattern in _patterns_of(_module_of(where)):
            home = where if variable.startswith("_") else ""
            yield where, pattern, ways.get((home, variable), UNKNOWN)


def _found(where: str, pattern: str | bytes, flags: int, ways: set[str]) -> Found:
    is_bytes = isinstance(pattern, bytes)
    return Found(
        where,
        pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern,
        int(flags),
        tuple(sorted(ways)),
        is_bytes,
    )


def _module_of(where: str) -> str:
    """The name to import a file by; "" for the scripts of pages, which are run and not imported."""
    parts = Path(where).with_suffix("").parts
    is_script = len(parts) == 1 or (parts[0] == "pages" and len(parts) == 2 and parts[1] != "__init__")
    return "" if is_script or parts[-1] == "__main__" else ".".join(parts).removesuffix(".__init__")


def _import_all(root: Path, modules: list[str]) -> dict[tuple[str, int], list[re.Pattern[Any]]]:
    """Import modules; what their own lines compile on the way, by file and line."""
    compiled: dict[tuple[str, int], list[re.Pattern[Any]]] = {}
    original = re.compile

    def recording(pattern: Any, flags: Any = 0) -> Any:
        made = original(pattern, flags)
        caller = sys._getframe(1)
        file = Path(caller.f_code.co_filename)
        if file.is_relative_to(root) and ".venv" not in file.parts:
            compiled.setdefault((str(file.relative_to(root)), caller.f_lineno), []).append(made)
        return made

    re.compile = recording
    try:
        for name in modules:
            importlib.import_module(name)
    finally:
        re.compile = original
    return compiled


def _values_of(module: str) -> dict[str, Any]:
    return vars(sys.modules[module]) if module else {}


def _patterns_of(module: str) -> list[tuple[str, re.Pattern[Any]]]:
    """The compiled patterns among the names of a module, also in its tuples, lists and dictionaries."""
    found = []
    for name, value in _values_of(module).items():
        inner = list(value.values()) if isinstance(value, dict) else value
        several = inner if isinstance(inner, (list, tuple, set, frozenset)) else [inner]
        found += [(name, one) for one in several if isinstance(one, re.Pattern)]
    return found


def _ways_of_names(trees: dict[str, ast.Module]) -> dict[tuple[str, str], frozenset[str]]:
    """The methods by which each name is used, by file for private names; anything else that is done is unknown."""
    found: dict[tuple[str, str], set[str]] = {}
    for where, tree in trees.items():
        used: dict[int, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and (
                node.attr in METHODS or node.attr in ("pattern", "flags")
            ):
                held = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                used[id(held)] = node.attr
            elif isinstance(node, ast.Call) and _is_of_re(node) and node.args:
                used[id(node.args[0])] = node.func.attr  # type: ignore[attr-defined]
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                name = node.id if isinstance(node, ast.Name) else node.attr
                ways = found.setdefault((where if name.startswith("_") else "", name), set())
                way = used.get(id(node))
                if way in METHODS:
                    ways.add(str(way))
                elif way is None:
                    ways.update(UNKNOWN)
    return {key: frozenset(ways) for key, ways in found.items()}


def _is_of_re(node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
    )


class _Reader:
    """The calls of a file that take a pattern, each read as far as it can be without running it."""

    def __init__(self, tree: ast.Module, values: dict[str, Any]) -> None:
        self.tree = tree
        self.values = values
        self.escaped: dict[str, str] = {}
        self.scopes = {
            id(inner): scope
            for scope in ast.walk(tree)
            if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module))
            for inner in ast.walk(scope)
        }  # a function comes after what it stands in, so that the innermost one stays

    def calls(self) -> Iterator[tuple[ast.Call, str | bytes | None, int, frozenset[str]]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module in ("re", "regex"):
                raise SyntaxError(f"line {node.lineno}: write `re.compile`, so that the pattern is found")
            if not isinstance(node, ast.Call):
                continue
            if _is_of_re(node) and node.func.attr in METHODS | {"compile"}:  # type: ignore[attr-defined]
                yield node, *self._of_re(node, node.func.attr)  # type: ignore[attr-defined]
            elif (way := _of_pandas(node)) is not None:
                yield node, self._text(node.args[0] if node.args else None, node), 0, frozenset({way})
            for keyword in node.keywords:
                if keyword.arg in OF_KEYWORDS:
                    yield node, self._text(keyword.value, node), 0, UNKNOWN

    def _of_re(self, node: ast.Call, method: str) -> tuple[str | bytes | None, int, frozenset[str]]:
        place = 1 if method == "compile" else 3 if method.startswith("sub") else 2
        given = [one.value for one in node.keywords if one.arg == "flags"] + node.args[place : place + 1]
        flags = self._value(given[0], node) if given else 0
        ways = frozenset({method}) if method != "compile" else self._ways_of_local(node)
        return self._text(node.args[0], node), int(flags or 0), ways

    def _ways_of_local(self, node: ast.Call) -> frozenset[str]:
        """The methods of a pattern that a function compiles and uses under a name."""
        for one in ast.walk(self.scopes[id(node)]):
            if isinstance(one, ast.Assign) and one.value is node and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                used = {
                    use.attr
                    for use in ast.walk(self.scopes[id(node)])
                    if isinstance(use, ast.Attribute)
                    and isinstance(use.value, ast.Name)
                    and use.value.id == name
                }
                return frozenset(used & METHODS) or UNKNOWN
        return UNKNOWN

    def _text(self, node: ast.expr | None, at: ast.AST) -> str | bytes | None:
        value = self._value(node, at) if node is not None else None
        if isinstance(value, re.Pattern):
            value = value.pattern
        return value if isinstance(value, (str, bytes)) else None

    def _value(self, node: ast.expr, at: ast.AST) -> Any:
        """The value of an expression of literals, names, f-strings and `re.escape`; None where it has more."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.JoinedStr):
            parts = [
                self._value(one.value if isinstance(one, ast.FormattedValue) else one, at)
                for one in node.values
            ]
            return "".join(parts) if all(isinstance(one, str) for one in parts) else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
            left, right = self._value(node.left, at), self._value(node.right, at)
            if left is None or right is None:
                return None
            return left + right if isinstance(node.op, ast.Add) else left | right
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return self._value(node.values[0], at)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re":
            return getattr(re, node.attr, None)
        if isinstance(node, ast.Call) and "re.escape" in ast.unparse(node):
            return self._escaped(node)
        if isinstance(node, ast.Name):
            return self._named(node.id, at)
        return None

    def _escaped(self, node: ast.Call) -> str | None:
        """Escaped text is literal: a letter stands for each, two with what joins them for a list of such."""
        if ast.unparse(node.func) == "re.escape":
            return self.escaped.setdefault(ast.unparse(node), chr(ord("a") + len(self.escaped) % 26))
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "join"
            and isinstance(function.value, ast.Constant)
        ):
            return f"x{function.value.value}y"
        return None

    def _named(self, name: str, at: ast.AST) -> Any:
        """What a name holds: in the function that it is used in, else in the module."""
        scope = self.scopes[id(at)]
        for one in ast.walk(scope) if not isinstance(scope, ast.Module) else ():
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        return self._value(one.value, at)
                    if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                        for part, value in zip(target.elts, one.value.elts, strict=True):
                            if isinstance(part, ast.Name) and part.id == name:
                                return self._value(value, at)
        value = self.values.get(name)
        return value if isinstance(value, (str, bytes, int, re.Pattern)) else None


def _of_pandas(node: ast.Call) -> str | None:
    """The way in which a method of `Series.str` uses a pattern; None for other calls, and for plain text."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in OF_PANDAS:
        return None
    if not isinstance(function.value, ast.Attribute) or function.value.attr != "str":
        return None
    plain = any(
        one.arg == "regex" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in node.keywords
    )
    return None if plain else OF_PANDAS[function.attr]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    patterns, left = collect(ROOT, FILES)
    print(json.dumps({"found": [asdict(one) for one in patterns], "unread": left}))

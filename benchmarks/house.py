"""How large the house is, and how much of it the plainest file runs. `python benchmarks/house.py [FOLDER]`

FOLDER is another checkout, to print the same figures of the code before.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

TREES = ("nps_core", "nps_core/reading", "nps_core/report", "nps_core/charts", "nps_core/themes", "pages")
LONG = 120  # characters


def statements(tree: ast.AST) -> int:
    """Statements as `ast` counts them, docstrings (of names too) apart."""
    return sum(
        isinstance(node, ast.stmt)
        and not (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        )
        for node in ast.walk(tree)
    )


def constants(tree: ast.Module) -> int:
    """Names that a module gives a value of its own, once."""
    return sum(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)


def public_names(root: Path) -> int:
    """What `dir(nps_core)` shows without an underscore, modules apart."""
    script = (
        "import types, nps_core; print(sum(not name.startswith('_') and not isinstance("
        "getattr(nps_core, name), types.ModuleType) for name in getattr(nps_core, '__all__', dir(nps_core))))"
    )
    return int(_run(root, script))


def _run(root: Path, script: str) -> str:
    """What a script prints that runs in a checkout."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "."},
    )
    return done.stdout


PLAINEST = b"score,comment\n10,Great\n3,Slow\n9,\n"


def touched(root: Path) -> int:
    """Modules of `nps_core.reading` that run more than their import while the plainest CSV is read."""
    script = f"""
import sys
from pathlib import Path
import nps_core.reading
room = str(Path(nps_core.reading.__file__).parent)
found = set()
def note(frame, event, argument):
    caller = frame
    while caller is not None and not caller.f_code.co_filename.startswith("<frozen importlib"):
        caller = caller.f_back
    if event == "call" and caller is None and frame.f_code.co_filename.startswith(room):
        found.add(frame.f_code.co_filename)
sys.setprofile(note)
nps_core.reading.read_survey({PLAINEST!r})
sys.setprofile(None)
print(len(found))
"""
    return int(_run(root, script))


def circle(root: Path) -> list[str]:
    """Modules of `nps_core` that import each other in a circle, imports for types only among them."""
    files = {
        ".".join(file.relative_to(root).with_suffix("").parts): file
        for file in (root / "nps_core").rglob("*.py")
    }
    graph = {name: _needs(file, set(files)) - {name} for name, file in files.items()}
    free = set(graph)
    while free:
        needed = set().union(*graph.values())
        free = {name for name, needs in graph.items() if not needs & graph.keys() or name not in needed}
        graph = {name: needs for name, needs in graph.items() if name not in free}
    return sorted(graph)


def _needs(file: Path, names: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found & names


def main(root: Path) -> None:
    """Print the figures of one checkout."""
    for name in TREES:
        trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted((root / name).rglob("*.py"))]
        print(
            f"{name:18} {len(trees):4} modules {sum(map(statements, trees)):7,} statements"
            f" {sum(map(constants, trees)):5,} constants"
        )
    lines = [
        line
        for folder in ("nps_core", "pages", "tests", "benchmarks", "data", "docs")
        for file in (root / folder).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    print(f"touched by a CSV   {touched(root):5} modules of nps_core/reading")
    print(f"public names       {public_names(root):5}")
    print(f"lines over {LONG}     {sum(len(line) > LONG for line in lines):5}")
    print(f"fmt: skip          {sum(bool(re.search(r'# fmt: skip', line)) for line in lines):5}")
    print(f"in circles         {len(circle(root)):5}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())

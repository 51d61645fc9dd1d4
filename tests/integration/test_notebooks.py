"""The notebooks of the docs run, and what they show is what is committed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))
# What differs from one process to the next.
_VOLATILE = re.compile(r"0x[0-9a-f]+")

pytestmark = [
    # Of the notebook's client: it looks for its runtime folder and its event loop.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def executed(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=200, kernel_name="python3", record_timing=False)
    client.execute(cwd=str(DOCS), env=os.environ | {"PYTHONPATH": str(DOCS.parent)})
    return notebook


def shown(notebook: NotebookNode) -> Iterator[str]:
    """What each cell shows as text; pictures by their kind."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                yield output.text
            else:
                pictures = [kind for kind in output.data if kind.startswith("image/")]
                yield "".join(pictures) or _VOLATILE.sub("", output.data["text/plain"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_is_committed(path: Path) -> None:
    found = executed(path)
    if os.environ.get("REGENERATE"):
        nbformat.write(found, path)
        pytest.fail(f"{path.name} was written anew; run again without REGENERATE")
    committed = list(shown(nbformat.read(path, as_version=4)))
    assert list(shown(found)) == committed
    assert any("image/png" in each for each in committed)
    assert len(committed) >= 5


def test_there_are_notebooks_on_targets_and_on_keywords() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["growth_targets", "keyword_frequency"]

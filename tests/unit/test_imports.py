"""No module needs another that needs it, not even for its types."""

from __future__ import annotations

import grimp


def test_no_imports_go_round_in_a_circle() -> None:
    graph = grimp.build_graph("zhibiao", "tasks", "workers", "api", cache_dir=None)
    circles = []
    for module in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            back = graph.find_shortest_chain(importer=imported, imported=module)
            if back is not None:
                circles.append((module, *back))
    assert circles == []

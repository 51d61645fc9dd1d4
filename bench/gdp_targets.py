"""GDP growth targets and their outturns in all real reports: found, joined, missing and why.

`python -m bench.gdp_targets [FOLDER …]`: those beside the repository by default.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd

from bench.beside import DATA
from zhibiao.cli.main import run

_FOLDERS = ("reports", "more", "unlabelled", "national")


def _table(folders: list[str], path: Path, *options: str) -> pd.DataFrame:
    run(["extract", *folders, "-o", str(path), *options])
    return pd.read_json(path, lines=True, dtype={"region_code": str})


def main(folders: list[str]) -> None:
    chosen = folders or [str(DATA / name) for name in _FOLDERS if (DATA / name).is_dir()]
    if not chosen:
        print("no reports beside the repository")
        return
    with tempfile.TemporaryDirectory() as made:
        panel = _table(chosen, Path(made, "panel.jsonl"), "--table", "panel", "--long")
        grid = _table(chosen, Path(made, "coverage.jsonl"), "--table", "coverage")
    growth = panel[panel.measure == "growth"]
    gdp, gnp = growth[growth.indicator == "gdp"], growth[growth.indicator == "gnp"]
    targets = gdp[gdp.status == "target"].sort_values(["region_code", "year"])
    outturns = gdp[gdp.status == "actual"].sort_values(["region_code", "year"])
    for row in targets.itertuples():
        high = "" if pd.isna(row.value_high) else f"-{row.value_high:g}"
        joined = f"outturn {row.outturn:g}" if pd.notna(row.outturn) else row.outturn_missing
        aside = f"  [{', '.join(row.flags)}]" if row.flags else ""
        print(f"{row.region} {row.year} target {row.value:g}{high} {row.bound} · {joined}{aside}")
        print(f"    {row.source}: {' '.join(str(row.evidence).split())}")
    print()
    for row in outturns.itertuples():
        aside = f"  [{', '.join(row.flags)}]" if row.flags else ""
        print(f"{row.region} {row.year} outturn {row.value:g} {row.bound}{aside}")
        print(f"    {row.source}: {' '.join(str(row.evidence).split())}")
    print()
    submitted = grid[(grid.indicator == "gdp") & (grid.reason != "not_submitted")]
    found = {(row.region_code, row.year) for row in targets.itertuples()}
    without = submitted[
        [
            (code, year) not in found
            for code, year in submitted[["region_code", "year"]].itertuples(index=False)
        ]
    ]
    # Of the years in which reports spoke of 国民生产总值.
    instead = {
        (row.region_code, row.year): f"; of GNP {row.value:g} {row.bound}"
        for row in gnp[gnp.status == "target"].itertuples()
    }
    for row in without.sort_values(["region_code", "year"]).itertuples():
        measures = "no measure" if pd.isna(row.target_measures) else row.target_measures
        print(
            f"{row.region} {row.year}: no growth target: {row.target_reason} ({measures})"
            f"{instead.get((row.region_code, row.year), '')}; {row.source}"
        )
    stated = {(row.region_code, row.year) for row in outturns.itertuples()}
    unsaid = submitted[
        [
            (code, year) not in stated
            for code, year in submitted[["region_code", "outturn_year"]].itertuples(index=False)
        ]
    ]
    print()
    for row in unsaid.sort_values(["region_code", "year"]).itertuples():
        measures = "no measure" if pd.isna(row.outturn_measures) else row.outturn_measures
        print(
            f"{row.region} {row.year}: no growth outturn of {row.outturn_year:g}: "
            f"{row.outturn_reason} ({measures}); {row.source}"
        )
    reasons = Counter(targets.outturn_missing.dropna())
    print()
    print(f"reports {len(submitted)}; growth targets {len(targets)}, of them joined to an outturn")
    print(f"{targets.outturn.notna().sum()}; not joined: {dict(reasons.most_common())}")
    print(f"without a growth target {len(without)}: {dict(Counter(without.target_reason))}")
    print(f"growth outturns {len(outturns)}; reports without one {len(unsaid)}:")
    print(dict(Counter(unsaid.outturn_reason)))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Write the bundled samples: `python -m zhibiao.testing.make_samples [FOLDER]`.

Everything is drawn from fixed seeds, so the same version writes the same bytes (a Word file's
parts are the same; how they are compressed is up to zlib).
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

from zhibiao.testing import forms
from zhibiao.testing.planted import PlantedReport
from zhibiao.testing.reports import generate

_FIELDS = (
    "indicator",
    "measure",
    "value",
    "value_high",
    "unit",
    "bound",
    "status",
    "period_start",
    "period_end",
    "sentence",
)
_SEED = 468  # of the first; all files together stay below 400 kB
_PLACES = (
    ("诸暨市", 2024),
    ("邯郸市", 2016),
    ("宜宾市", 2025),
    ("昆山市", 2022),
    ("商洛市", 2019),
    ("泉州市", 2023),
    ("扬州市", 2021),
    ("寿光市", 2018),
    ("梅州市", 2017),
    ("枝江市", 2020),
    ("洛阳市", 2023),
    ("赣州市", 2015),
    ("温岭市", 2024),
)


def main() -> None:
    """Write the samples, and beside their folder what they state, over what is there."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("samples")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in samples().items():
        (folder / name).write_bytes(content)
    (folder.parent / "planted.jsonl").write_text(stated(), "utf-8")


def _reports() -> list[PlantedReport]:
    return [
        generate(seed, region=region, year=year)
        for seed, (region, year) in enumerate(_PLACES, start=_SEED)
    ]


def samples() -> dict[str, bytes]:
    """The samples' names and bytes."""
    reports = _reports()
    return {
        "utf-8.txt": forms.as_txt(reports[0]),
        "gb18030.txt": forms.as_txt(reports[1], "gb18030"),
        "utf-16.txt": forms.as_txt(reports[2], "utf-16"),
        "markdown.md": forms.as_markdown(reports[3]),
        "portal.html": forms.as_html(reports[4], "portal"),
        "forum.html": forms.as_html(reports[5], "forum"),
        "word.docx": forms.as_docx(reports[6]),
        "print.pdf": forms.as_pdf(reports[7]),
        "compendium.txt": forms.as_compendium(reports[8:11], encoding="gb18030"),
        "feed.ndjson": forms.as_ndjson(reports[11:]),
    }


def stated() -> str:
    """What the samples state: the text of `planted.jsonl`."""
    reports = _reports()
    lines = [_stated(name, 0, report) for name, report in zip(samples(), reports[:8], strict=False)]
    lines += [_stated("compendium.txt", part, report) for part, report in enumerate(reports[8:11])]
    lines += [_stated("feed.ndjson", part, report) for part, report in enumerate(reports[11:])]
    return "".join(f"{line}\n" for line in lines)


def _stated(source: str, part: int, report: PlantedReport) -> str:
    """A line of `planted.jsonl`: rows rather than mappings keep it small."""
    rows = [
        [
            plant.indicator,
            plant.measure,
            _number(plant.value),
            None if plant.value_high is None else _number(plant.value_high),
            plant.unit,
            plant.bound,
            plant.status,
            plant.period_start,
            plant.period_end,
            plant.sentence,
        ]
        for plant in report.planted
    ]
    delivered_on = None if report.delivered_on is None else report.delivered_on.isoformat()
    return json.dumps(
        {
            "source": source,
            "part": part,
            "region": report.region,
            "region_code": report.region_code,
            "province": report.province,
            "year": report.year,
            "review_year": report.review_year,
            "speaker": report.speaker,
            "delivered_on": delivered_on,
            "fields": _FIELDS,
            "rows": rows,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


if __name__ == "__main__":
    main()

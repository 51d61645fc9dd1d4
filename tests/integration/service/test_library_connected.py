"""The library against a service: its tables as DataFrames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import zhibiao
from zhibiao.answers import Refused, ServiceUnreachable
from zhibiao.library import Service
from zhibiao.testing.forms import as_txt
from zhibiao.testing.reports import generate

SEEDS = range(4)


@pytest.fixture(scope="module")
def stored(serve) -> Iterator[Service]:  # type: ignore[no-untyped-def]
    running = serve()
    running.submit({f"{seed}.txt": as_txt(generate(seed), "utf-8") for seed in SEEDS})
    running.work()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ZHIBIAO_")]:
            patch.delenv(name)
        with zhibiao.connect(running.url, data_dir=running.settings.data_dir) as service:
            yield service


def test_the_stored_observations_are_those_of_the_files(stored: Service, tmp_path: Path) -> None:
    for seed in SEEDS:
        (tmp_path / f"{seed}.txt").write_bytes(as_txt(generate(seed), "utf-8"))
    local = zhibiao.extract(tmp_path)
    found = stored.observations()
    assert found.attrs["manifest"]["rows"] == len(found)
    pd.testing.assert_frame_equal(found[list(local)], local)


def test_pages_put_together_are_the_whole_table(stored: Service) -> None:
    whole = stored.observations()
    pages = list(stored.observation_pages(rows=7))
    assert [len(page) for page in pages[:-1]] == [7] * (len(pages) - 1)
    assert len(pages) > 2
    pd.testing.assert_frame_equal(pd.concat(pages, ignore_index=True), whole)
    pd.testing.assert_frame_equal(stored.observations(limit=5), whole.head(5))


def test_filters_narrow_the_tables(stored: Service) -> None:
    region = generate(0).region
    assert set(stored.observations(region=region, indicator=["gdp"]).region) == {region}
    assert set(stored.panel(region=region).region) == {region}
    with pytest.raises(Refused, match="gpd"):
        stored.observations(indicator=["gpd"])


def test_panel_and_documents_have_their_columns(stored: Service) -> None:
    panel = stored.panel()
    assert panel.columns[:5].tolist() == ["region_code", "region", "province", "level", "year"]
    assert str(panel.year.dtype) == "Int64"
    assert panel.region_code.str.len().eq(6).all()
    documents = stored.documents()
    assert documents.source.tolist() == [f"{seed}.txt" for seed in SEEDS]
    assert set(documents.state) == {"done"}


def test_without_a_service_the_error_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnreachable, match="zhibiao up"):
        zhibiao.connect("http://127.0.0.1:9", token="t", data_dir=tmp_path)

"""What requests may say: ids, names and filters, held to what both databases can store."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BeforeValidator, Field

from zhibiao.store.queries.documents import DocumentFilter

_LARGEST_ID = 2**63 - 1
_LARGEST_COUNT = 1_000_000


def _storable(written: str) -> str:
    # PostgreSQL stores no NUL, and half a surrogate pair has no UTF-8.
    if "\0" in written:
        raise ValueError("holds a NUL character")
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half a character (a lone surrogate)") from error
    return written


def _no_bool(given: object) -> object:
    if isinstance(given, bool):  # JSON's true is not the run 1
        raise ValueError("is no number")  # noqa: TRY004
    return given


Written = Annotated[str, AfterValidator(_storable)]
StoreId = Annotated[int, BeforeValidator(_no_bool), Field(ge=1, le=_LARGEST_ID)]
Year = Annotated[int, Field(ge=1949, le=2200)]
Count = Annotated[int, Field(ge=0, le=_LARGEST_COUNT)]
Code = Annotated[str, Field(pattern=r"^[0-9]{1,6}$")]  # of a region

RunId = Annotated[StoreId, Path(description="Id of a run.")]
DocumentId = Annotated[StoreId, Path(description="Id of a document.")]

RunChoice = Annotated[StoreId | None, Query(description="Of this run.")]
DocumentChoice = Annotated[StoreId | None, Query(description="Only this document.")]
RegionCode = Annotated[
    Code | None, Query(description="GB/T 2260 code, or its first digits: 61 for 陕西省.")
]
Region = Annotated[Written | None, Query(description="Full name of a region: 彬州市.")]
YearFrom = Annotated[Year | None, Query(description="Delivered in or after.")]
YearTo = Annotated[Year | None, Query(description="Delivered in or before.")]
ErrorCode = Annotated[Written | None, Query(description="Only this error code.")]
Indicators = Annotated[list[Written] | None, Query(description="Catalogue ids: gdp.")]
Certain = Annotated[
    bool | None, Query(description="true: only what there is no doubt about; false: the rest.")
]
Corrections = Annotated[
    bool, Query(description="As people have corrected them; false: as they were found.")
]
OpenQuantities = Annotated[
    bool, Query(alias="open", description="Also numbers of no catalogue indicator.")
]

Limit = Annotated[int, Query(ge=1, le=1000, description="Entries a page.")]
Next = Annotated[str | None, Query(alias="next", description="Cursor of the page before.")]


async def _reports(  # async: it needs no thread
    run: RunChoice = None,
    region: Region = None,
    region_code: RegionCode = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
) -> DocumentFilter:
    return DocumentFilter(
        run=run, region=region, region_code=region_code, year_from=year_from, year_to=year_to
    )


# What every list and table can be narrowed by.
Reports = Annotated[DocumentFilter, Depends(_reports)]

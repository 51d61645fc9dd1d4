"""The document-term matrix, for those who model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from zhibiao.errors import ZhibiaoError


class NoScipy(ZhibiaoError):
    """A sparse matrix needs scipy: pip install scipy. `terms()` gives the same as a long table."""

    code = "no_scipy"


@dataclass(frozen=True, kw_only=True)
class TermMatrix:
    """Documents × terms."""

    matrix: Any  # scipy.sparse.csr_array, a row a document, a column a term
    documents: pd.DataFrame  # one row a row of the matrix: document_id, region, year …
    terms: list[str]  # one a column, sorted


def term_matrix(table: pd.DataFrame, values: Literal["count", "tfidf"]) -> TermMatrix:
    """Of a table of all terms by document. Raises NoScipy."""
    try:
        from scipy.sparse import csr_array
    except ImportError as error:
        raise NoScipy from error
    ids, rows = pd.factorize(table.document_id)[::-1]
    columns, terms = pd.factorize(table.term, sort=True)
    made = csr_array(
        (table[values].to_numpy("int64" if values == "count" else "float64"), (rows, columns)),
        shape=(len(ids), len(terms)),
    )
    known = ["document_id", "region_code", "region", "year", "document", "source"]
    documents = table.drop_duplicates("document_id")[known].reset_index(drop=True)
    return TermMatrix(matrix=made, documents=documents, terms=list(terms))

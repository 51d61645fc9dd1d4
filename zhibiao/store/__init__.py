"""The store: where everything that zhibiao knows is kept.

Its rooms, each of which uses only those before it:

- `database`: the tables, the connection, the migrations and the order of locks;
- `access`: who may call the service, and what each caller has done;
- `corrections`: what people say of reports, kept apart from what the stages find;
- `work`: which document is worked on by whom, and how each run goes;
- `outputs`: what the stages make, which of it readers see, and what is forgotten;
- `queries`: what readers ask for: documents, observations, panels, search, exports;
- `reprocessing`: what is outdated, what a new run would do, and what it has changed.
"""

from zhibiao.store.database.engine import Store, file_to_make

__all__ = ["Store", "file_to_make"]

"""The store: where everything that zhibiao knows is kept."""

from zhibiao.store.engine import Store

__all__ = ["Store"]

"""zhibiao (指标): Chinese government work reports in, a panel of indicators out.

The core. It knows no Celery and no HTTP, and is importable in a notebook.
"""

__version__ = "0.1.0"

"""What uvicorn serves: `uvicorn api.main:app`. The edge where the settings are read."""

from __future__ import annotations

from api.app import create_app
from zhibiao.settings import load_settings

app = create_app(load_settings())

# One image for every part: api, worker, beat, flower and the migration differ by command only.
FROM python:3.13.9-slim-trixie AS build

RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/zhibiao

# What runs; and, with what compiles and tests, what stays behind.
COPY requirements.runtime.lock requirements.lock ./
RUN python -m venv /opt/zhibiao && /opt/zhibiao/bin/pip install --require-hashes -r requirements.runtime.lock
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements.lock

COPY pyproject.toml setup.py README.md LICENSE ./
COPY zhibiao zhibiao
COPY tasks tasks
COPY workers workers
COPY api api
COPY migrations migrations
RUN ZHIBIAO_COMPILE=1 /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/wheel . \
    && /opt/zhibiao/bin/pip install --no-deps /opt/wheel/*.whl

FROM python:3.13.9-slim-trixie

# PDFs that embed no font are read by one of the system's.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PATH=/opt/zhibiao/bin:$PATH
WORKDIR /srv/zhibiao
COPY --from=build /opt/zhibiao /opt/zhibiao
RUN useradd --create-home zhibiao && mkdir -m 700 /data && chown zhibiao /data
USER zhibiao
ENV ZHIBIAO_DATA_DIR=/data ZHIBIAO_HOST=0.0.0.0
VOLUME /data
CMD ["python", "-m", "api"]

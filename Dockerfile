# One image for every part: api, worker, beat, flower and the migration differ by command only.
FROM python:3.13-slim AS build

RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
ENV PIP_NO_CACHE_DIR=1
WORKDIR /srv/zhibiao

COPY requirements.lock ./
RUN python -m venv /opt/zhibiao && /opt/zhibiao/bin/pip install --require-hashes -r requirements.lock

COPY pyproject.toml setup.py README.md LICENSE ./
COPY zhibiao zhibiao
COPY tasks tasks
COPY workers workers
COPY api api
COPY migrations migrations
RUN ZHIBIAO_COMPILE=1 /opt/zhibiao/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PATH=/opt/zhibiao/bin:$PATH
WORKDIR /srv/zhibiao
COPY --from=build /opt/zhibiao /opt/zhibiao
RUN useradd --create-home zhibiao && mkdir -m 700 /data && chown zhibiao /data
USER zhibiao
ENV ZHIBIAO_DATA_DIR=/data ZHIBIAO_HOST=0.0.0.0
VOLUME /data
CMD ["python", "-m", "api"]

# One image for every part: api, worker, beat, flower and the migration differ by command only.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/zhibiao

COPY requirements.lock pyproject.toml README.md ./
RUN pip install --require-hashes -r requirements.lock

COPY zhibiao zhibiao
COPY tasks tasks
COPY workers workers
COPY api api
COPY migrations migrations
RUN pip install --no-deps --no-build-isolation . \
    && useradd --create-home zhibiao && mkdir -m 700 /data && chown zhibiao /data
USER zhibiao
ENV ZHIBIAO_DATA_DIR=/data ZHIBIAO_HOST=0.0.0.0
VOLUME /data
CMD ["python", "-m", "api"]

# docker build -t ianalint . && docker run --rm -v "$PWD:/data:ro" ianalint check ports.csv
FROM python:3.13-slim AS build
COPY . /ianalint
RUN pip wheel --quiet --no-cache-dir --wheel-dir /wheels /ianalint

FROM python:3.13-slim
# No version: /wheels has one.
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --quiet --no-cache-dir --no-index --find-links /wheels ianalint
USER 65534:65534
WORKDIR /data
ENTRYPOINT ["ianalint"]

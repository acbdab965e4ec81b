# The product in one image; the command decides which part of it runs.
FROM python:3.12.12-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY events ./events
COPY policies ./policies
COPY projections ./projections
COPY infra ./infra
COPY services ./services
RUN pip install --no-deps --no-build-isolation . && useradd --system --uid 10001 zvh \
  && install -d -o zvh -m 700 /var/lib/zvh
USER zvh
ENTRYPOINT ["zvh"]

# Stadtwissen for server mode; docker-compose.yml shows how it is run, docs/operations.md how it is set up.

# --- design system and scripts ---------------------------------------------------------------------
FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend frontend
RUN npm run build

# --- Python packages and compiled texts ----------------------------------------------------------
FROM python:3.13-slim AS packages
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
# The versions are those of scripts/lib/project.sh; a test compares them.
RUN pip install --no-cache-dir uv==0.13.9 polib==1.2.0
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
# Packages first: they change less often than the code, so the layer is kept between builds.
RUN uv sync --frozen --no-default-groups --no-install-project
COPY manage.py ./
COPY platform platform
COPY search search
COPY knowledge knowledge
COPY templates templates
COPY static static
COPY locale locale
RUN uv sync --frozen --no-default-groups
COPY scripts/compile_messages.py scripts/
RUN find locale -path '*/LC_MESSAGES/*.po' -exec python scripts/compile_messages.py {} +

# --- what runs ---------------------------------------------------------------------------------------
FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=stadtwissen.settings.server \
    STADTWISSEN_HOME=/var/lib/stadtwissen STADTWISSEN_BIND=0.0.0.0:8000
# Text of scanned PDFs and of old office files (docs/importing.md); without them these are named as not searchable.
# LibreOffice adds some 330 MB to the image. Pango and a second typeface are for pages as PDF (docs/export.md).
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-deu \
        libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 1000 stadtwissen \
    && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /var/lib/stadtwissen stadtwissen \
    && install -d -o stadtwissen -g stadtwissen -m 750 /var/lib/stadtwissen \
    && install -d -o stadtwissen -g stadtwissen -m 755 /var/lib/stadtwissen/static
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /app /app
COPY --from=assets /build/node_modules /app/node_modules
COPY --from=assets /build/static/editor /app/static/editor
COPY deploy/gunicorn/server.py deploy/gunicorn/server.py
COPY deploy/healthcheck.py deploy/healthcheck.py
USER stadtwissen
VOLUME /var/lib/stadtwissen
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "deploy/healthcheck.py", "live"]
CMD ["gunicorn", "--config", "deploy/gunicorn/server.py", "stadtwissen.wsgi"]

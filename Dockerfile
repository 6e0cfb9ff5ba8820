# One image for web, worker, beat and migrate. Built in two steps: compilers and caches stay behind.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r requirements.txt
COPY . /app
WORKDIR /app
# The development settings know no secret; the static files are the same in every place.
RUN DJANGO_SETTINGS_MODULE=win4ua.settings.dev STATIC_ROOT=/app/collected \
    /opt/venv/bin/python manage.py collectstatic --noinput -v0 \
    && /opt/venv/bin/python -m compileall -q win4ua core mailing programme applications \
       meetings matching grants ops

FROM python:3.11-slim-bookworm AS runtime
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=win4ua.settings.base \
    STATIC_ROOT=/app/collected \
    MEDIA_ROOT=/srv/media \
    WIN4UA_VAR=/tmp
RUN groupadd --gid 10001 win4ua \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin win4ua \
    && install -d -o win4ua -g win4ua -m 0750 /srv/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "win4ua.wsgi", "--config", "deploy/gunicorn.py"]

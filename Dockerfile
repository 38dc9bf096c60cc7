# One image for every role of docker-compose.yml: web and workers differ only in their command.
FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && uv pip install --system --no-cache --require-hashes -r requirements/runtime.txt
COPY manage.py ./
COPY themis/ themis/
COPY templates/ templates/
COPY static/ static/
COPY demo/trajectories/ demo/trajectories/
RUN useradd --create-home themis && install -d -o themis /data
USER themis
ENV THEMIS_HOME=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]

# Two images: `web` serves the pages and needs neither yt-dlp nor a speech model; `pipeline` does the work. The sentence
# model is in both: here it understands notes, there what is searched for.
FROM python:3.12-slim AS base
RUN useradd --create-home --uid 1000 jumpnotes && mkdir /data && chown jumpnotes /data
# Speech models are kept with the data, not in the container.
ENV JUMPNOTES_DATA_DIR=/data HF_HOME=/data/models PYTHONUNBUFFERED=1
WORKDIR /app
VOLUME /data

FROM base AS web
ENV JUMPNOTES_IMAGE=web
COPY requirements-web.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements-web.lock
COPY . .
RUN pip install --no-cache-dir --no-deps .
USER jumpnotes
EXPOSE 8000
CMD ["jumpnotes", "serve", "--host", "0.0.0.0"]

FROM base AS pipeline
# For what is said where yt-dlp is too old: how it is updated depends on where it is installed.
ENV JUMPNOTES_IMAGE=pipeline
# git is for repositories that are watched.
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
# Any date: yt-dlp as it is on that day, and not as it was when the lock file was made. YouTube does not wait for us.
ARG YT_DLP_OF=
RUN if [ -n "$YT_DLP_OF" ]; then pip install --no-cache-dir -U yt-dlp yt-dlp-ejs deno; fi
COPY . .
RUN pip install --no-cache-dir --no-deps .
USER jumpnotes
CMD ["jumpnotes", "worker"]

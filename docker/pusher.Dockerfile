# An encoder for trying things out: pushes a picture that moves as a live stream.
ARG DEBIAN=12.11-slim

FROM debian:${DEBIAN}
ARG VERSION=0.1.0-SNAPSHOT
LABEL org.opencontainers.image.title="Upriver pusher" \
      org.opencontainers.image.description="Pushes a drawn live stream to Upriver" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin upriver
USER 10001:10001
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/ffmpeg"]
CMD ["-version"]

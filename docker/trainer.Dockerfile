# The trainer. From the project's folder, after `mvn package -DskipTests`:
#
#   docker build -f docker/trainer.Dockerfile -t upriver-trainer:0.1.0-SNAPSHOT .
#
ARG DEBIAN=12.11-slim

FROM debian:${DEBIAN} AS program
COPY trainer/target/classes/ /opt/upriver-trainer/classes/
COPY trainer/target/lib/ /opt/upriver-trainer/lib/
COPY docker/train /opt/upriver-trainer/bin/train
RUN chmod -R u=rwX,go=rX /opt/upriver-trainer && chmod 755 /opt/upriver-trainer/bin/train

FROM debian:${DEBIAN}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Upriver trainer" \
      org.opencontainers.image.description="Trains, distils and publishes the networks of Upriver" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later"
# No jemalloc: the launcher tells glibc to keep a step's big temporaries.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libstdc++6 openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /cache --shell /usr/sbin/nologin upriver \
    && install -d -o 10001 -g 10001 /cache /runs
COPY --from=program /opt/upriver-trainer/ /opt/upriver-trainer/
ENV MALLOC_ARENA_MAX=2 \
    XDG_CACHE_HOME=/cache \
    UPRIVER_JAVA_OPTIONS="-Dorg.bytedeco.javacpp.cachedir=/cache/javacpp"
USER 10001:10001
VOLUME ["/cache", "/runs"]
# A job that ends when it is done; nothing listens.
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/upriver-trainer/bin/train"]
CMD ["--help"]

# The service on CPUs. From the project's folder, after `mvn package -DskipTests`:
#
#   docker build -f docker/cpu.Dockerfile -t upriver:0.1.0-SNAPSHOT-cpu .
#
ARG DEBIAN=12.11-slim

FROM debian:${DEBIAN} AS program
ARG VERSION=0.1.0-SNAPSHOT
COPY stream-app/target/upriver-${VERSION}/ /opt/upriver/
COPY docker/healthy /opt/upriver/bin/healthy
RUN chmod -R u=rwX,go=rX /opt/upriver && chmod 755 /opt/upriver/bin/upriver /opt/upriver/bin/healthy

FROM debian:${DEBIAN}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Upriver" \
      org.opencontainers.image.description="Video super-resolution on Kafka: segments in, upscaled segments out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later"
# The libraries in the program need glibc 2.35 and libstdc++ of GCC 11; nothing of X11, sound or ffmpeg.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libjemalloc2 libstdc++6 openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /cache --shell /usr/sbin/nologin upriver \
    && install -d -o 10001 -g 10001 /cache /jobs
COPY --from=program /opt/upriver/ /opt/upriver/
# jemalloc gives back what frames took; should it be taken out, glibc keeps to few arenas.
ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2 \
    MALLOC_ARENA_MAX=2 \
    XDG_CACHE_HOME=/cache \
    UPRIVER_JOBS_FOLDER=/jobs \
    UPRIVER_JAVA_OPTIONS="-XX:+ExitOnOutOfMemoryError -Dorg.bytedeco.javacpp.cachedir=/cache/javacpp" \
    QUARKUS_HTTP_HOST=0.0.0.0
USER 10001:10001
# Written to: /cache, /jobs and /tmp. All else may be read only.
VOLUME ["/cache", "/jobs"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["/opt/upriver/bin/healthy"]
# The launcher replaces itself by Java, which gets SIGTERM and gives its segments back.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/upriver/bin/upriver"]
CMD ["serve", "--bootstrap-servers", "kafka:9092", "--port", "8080"]

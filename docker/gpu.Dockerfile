# The service on NVIDIA's GPUs. From the project's folder, after `mvn package -Pgpu -DskipTests`:
#
#   docker build -f docker/gpu.Dockerfile -t upriver:0.1.0-SNAPSHOT-gpu .
#
# ONNX Runtime's GPU build asks for CUDA 12, cuDNN 9 and TensorRT 10; 10.9 with CUDA 12.8 is what its project tests with.
# The driver comes from the host, by NVIDIA's container toolkit. Not run on a GPU yet.
ARG CUDA=12.8.1-cudnn-runtime-ubuntu22.04

FROM nvidia/cuda:${CUDA} AS program
ARG VERSION=0.1.0-SNAPSHOT
COPY stream-app/target/upriver-${VERSION}/ /opt/upriver/
COPY docker/healthy /opt/upriver/bin/healthy
RUN ls /opt/upriver/lib/lib/main/*onnxruntime_gpu* \
    && chmod -R u=rwX,go=rX /opt/upriver && chmod 755 /opt/upriver/bin/upriver /opt/upriver/bin/healthy

FROM nvidia/cuda:${CUDA}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
ARG TENSORRT=10.9.0.34-1+cuda12.8
LABEL org.opencontainers.image.title="Upriver" \
      org.opencontainers.image.description="Video super-resolution on Kafka, on GPUs: segments in, upscaled segments out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later"
# The image of CUDA knows where NVIDIA's packages are. Held at one version: engines are built for it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libjemalloc2 libstdc++6 openjdk-17-jre-headless \
       "libnvinfer10=${TENSORRT}" "libnvinfer-plugin10=${TENSORRT}" "libnvonnxparsers10=${TENSORRT}" \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /cache --shell /usr/sbin/nologin upriver \
    && install -d -o 10001 -g 10001 /cache /jobs /engines
COPY --from=program /opt/upriver/ /opt/upriver/
# "video" lets FFmpeg's NVENC and NVDEC find the driver's libraries.
ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2 \
    MALLOC_ARENA_MAX=2 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,video \
    XDG_CACHE_HOME=/cache \
    UPRIVER_JOBS_FOLDER=/jobs \
    UPRIVER_ENGINE_CACHE=/engines \
    UPRIVER_JAVA_OPTIONS="-XX:+ExitOnOutOfMemoryError -Dorg.bytedeco.javacpp.cachedir=/cache/javacpp" \
    QUARKUS_HTTP_HOST=0.0.0.0
USER 10001:10001
VOLUME ["/cache", "/jobs", "/engines"]
EXPOSE 8080
# TensorRT builds engines for minutes before the service is there.
HEALTHCHECK --interval=10s --timeout=5s --start-period=900s --retries=6 CMD ["/opt/upriver/bin/healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/upriver/bin/upriver"]
CMD ["serve", "--bootstrap-servers", "kafka:9092", "--port", "8080"]

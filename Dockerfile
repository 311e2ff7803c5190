# Paceline in a container: docker build -t paceline . (docs/containers.md)
FROM denoland/deno:2.9.6@sha256:2014dc167ece617ef7e7ba40631ac2234c59e75ce693e7cc2dc2602b3c87859d

ENV DENO_DIR=/deno-dir PACELINE_DATA=/data
WORKDIR /app

# The packages are a layer of their own, which is made anew only when the lock changes.
COPY deno.json deno.lock ./
RUN ["deno", "ci", "--prod"]

COPY schemas ./schemas
COPY sinks ./sinks
COPY pipeline ./pipeline
COPY tools/paceline ./tools/paceline
# Everything is compiled and there, so that a container downloads nothing; the data has an owner.
RUN ["deno", "cache", "--frozen", "pipeline/main.ts", "pipeline/base/denoVersion.ts"]
RUN ["install", "-d", "-o", "deno", "-g", "deno", "-m", "0700", "/data"]

USER deno
VOLUME ["/data"]
# It runs once and ends; its exit code tells how (docs/reference.md).
HEALTHCHECK NONE

# It becomes the program, so that signals reach it.
ENTRYPOINT ["tools/paceline"]
CMD ["pipeline"]

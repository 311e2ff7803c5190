# Image of Paceline: docker build -t paceline . (docs/containers.md)
FROM denoland/deno:2.9.6@sha256:2014dc167ece617ef7e7ba40631ac2234c59e75ce693e7cc2dc2602b3c87859d

ENV DENO_DIR=/deno-dir PACELINE_DATA=/data PACELINE_COMMAND=paceline
WORKDIR /app

# Packages in their own layer, which is rebuilt only when the lock changes.
COPY deno.json deno.lock ./
RUN ["deno", "ci", "--prod"]

COPY schemas ./schemas
COPY sinks ./sinks
COPY pipeline ./pipeline
COPY tools/paceline ./tools/paceline
# Compile everything, so that a container downloads nothing; create the data directory with its owner.
RUN ["deno", "cache", "--frozen", "pipeline/main.ts", "pipeline/base/denoVersion.ts"]
RUN ["install", "-d", "-o", "deno", "-g", "deno", "-m", "0700", "/data"]

USER deno
VOLUME ["/data"]
# The program runs once and ends with an exit code (docs/reference.md).
HEALTHCHECK NONE

# Replaces itself with the program, so that the program receives signals.
ENTRYPOINT ["tools/paceline"]
CMD ["pipeline"]

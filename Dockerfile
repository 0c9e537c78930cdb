# syntax=docker/dockerfile:1
#
# Three images of one build:
#   docker build --target server --tag multivisor .         the server
#   docker build --target agent --tag multivisor-rpc .      the agent; for COPY --from into images with a supervisord, or to run as it is
#   docker build --target demo --tag multivisor-demo .      a host of the demo: supervisord with its programs and the agent (docker-compose.yml)
#
# No container engine was there when this was written. test/Multivisor.Packaging.Tests has a linter read it, and executes what it does, and what
# docker-compose.yml and the Kubernetes example ask of the images, with the same programs outside a container.

FROM node:22-bookworm-slim AS page
WORKDIR /source/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

# This image has the compilers that native code needs. Its C library is the one that the runtime image has.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot AS programs
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json .editorconfig ./
COPY src/ src/
COPY --from=page /source/web/dist/ web/dist/
RUN dotnet publish src/Multivisor.Server -c Release --use-current-runtime -o /programs -p:EmbedPage=true \
 && dotnet publish src/Multivisor.Agent -c Release --use-current-runtime -o /programs \
 && dotnet publish src/Multivisor.Cli -c Release --use-current-runtime -o /programs

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled AS server
COPY --from=programs /programs/multivisor /programs/multivisor-cli /usr/bin/
COPY packaging/etc/multivisor.conf /etc/multivisor.conf
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 22000
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/bin/multivisor", "healthcheck"]
ENTRYPOINT ["/usr/bin/multivisor"]
# A container is reached from outside or not at all; the log warns as long as no sign-in is configured.
CMD ["-c", "/etc/multivisor.conf", "--bind", "*:22000"]

FROM debian:trixie-slim AS agent
RUN apt-get update \
 && apt-get install -y --no-install-recommends libssl3t64 supervisor \
 && rm -rf /var/lib/apt/lists/*
COPY --from=programs /programs/multivisor-rpc /usr/bin/multivisor-rpc
COPY packaging/supervisor/multivisor-rpc.conf /etc/supervisor/conf.d/
RUN useradd --uid 65532 --user-group --home-dir /var/lib/supervisor --create-home supervisor
COPY packaging/container/supervisord.conf /etc/supervisor/supervisord.conf
USER 65532:65532
EXPOSE 9002
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["supervisorctl", "status", "multivisor-rpc"]
ENTRYPOINT ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]

FROM agent AS demo
COPY examples/full/ /demo/
COPY packaging/container/host.sh /usr/bin/host.sh
ENTRYPOINT ["/usr/bin/host.sh"]

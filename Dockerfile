# syntax=docker/dockerfile:1.7
# The portal and the gateway in one image. docs/operations/install.md says how to run it.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
# the whole public registry is reachable here: official Blazor script, no prunes (docs/adr/0009)
ENV FullRegistry=true \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    DOTNET_NOLOGO=1
WORKDIR /src

# what the restore depends on, so that a change of the sources does not restore again
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY OpenClaw.Gateway.Core/OpenClaw.Gateway.Core.csproj OpenClaw.Gateway.Core/packages.*lock.json OpenClaw.Gateway.Core/
COPY OpenClaw.Portal/OpenClaw.Portal.csproj OpenClaw.Portal/BlazorScript.targets OpenClaw.Portal/Vendor.targets OpenClaw.Portal/packages.*lock.json OpenClaw.Portal/
COPY storage/Microsoft.SqlServer.Server/Microsoft.SqlServer.Server.csproj storage/Microsoft.SqlServer.Server/packages.*lock.json storage/Microsoft.SqlServer.Server/
COPY storage/OpenClaw.Storage.Sqlite/OpenClaw.Storage.Sqlite.csproj storage/OpenClaw.Storage.Sqlite/packages.*lock.json storage/OpenClaw.Storage.Sqlite/
COPY storage/OpenClaw.Storage.PostgreSql/OpenClaw.Storage.PostgreSql.csproj storage/OpenClaw.Storage.PostgreSql/packages.*lock.json storage/OpenClaw.Storage.PostgreSql/
COPY storage/OpenClaw.Storage.SqlServer/OpenClaw.Storage.SqlServer.csproj storage/OpenClaw.Storage.SqlServer/packages.*lock.json storage/OpenClaw.Storage.SqlServer/
RUN --mount=type=cache,target=/root/.nuget/packages dotnet restore OpenClaw.Portal

COPY OpenClaw.Gateway.Core OpenClaw.Gateway.Core
COPY OpenClaw.Portal OpenClaw.Portal
COPY storage storage
COPY packaging/openclaw packaging/openclaw
RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish OpenClaw.Portal -c Release --no-restore -o /app
# made here, as the last stage runs nothing: the folders that the unprivileged user writes to
RUN install -d -m 750 /volumes/data /volumes/backup && install -m 755 packaging/openclaw /app/openclaw

# with ICU and time zones, which the product needs: dates and sorting in people's languages, alerts' quiet hours
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble AS final
LABEL org.opencontainers.image.title="OpenClaw Gateway" \
      org.opencontainers.image.licenses="MIT"
# no diagnostic sockets in /tmp, so that the root file system may be read-only; one core's worth of memory goes far with the workstation collector
ENV Urls=http://+:8080 \
    Data__Directory=/data \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false \
    PATH="/app:${PATH}"
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /volumes/data /data
COPY --from=build --chown=$APP_UID:$APP_UID /volumes/backup /backup
VOLUME ["/data", "/backup"]
EXPOSE 8080
USER $APP_UID
# ready: the process answers, the database and the journal work
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["dotnet", "OpenClaw.Portal.dll", "health"]
ENTRYPOINT ["dotnet", "OpenClaw.Portal.dll"]

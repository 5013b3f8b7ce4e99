using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>Telemetry wired: the export when there is a collector, and what JSON logs hold.</summary>
internal static class TelemetryHosting
{
    public static WebApplicationBuilder AddTelemetryExport(this WebApplicationBuilder builder, TelemetrySettings settings)
    {
        builder.Services.AddSingleton(settings);
        CompleteJson(builder.Configuration);
        if (settings.Endpoint is null) return builder;
        builder.Services.TryAddSingleton<ExportFigures>();
        builder.Services.AddSingleton<ExportWatch>();
        builder.Services.AddHostedService<TelemetryExport>();
        builder.Logging.AddOpenTelemetry(TelemetryExport.AddLogs);
        return builder;
    }

    /// <summary>Where logs are JSON, times are UTC and scopes are in: trace and span ids stand in them. The lowest source: whoever configures it otherwise is heard.</summary>
    private static void CompleteJson(ConfigurationManager configuration)
    {
        if (!string.Equals(configuration["Logging:Console:FormatterName"], "json", StringComparison.OrdinalIgnoreCase)) return;
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:Console:FormatterOptions:IncludeScopes", "true"),
                new("Logging:Console:FormatterOptions:UseUtcTimestamp", "true"),
                new("Logging:Console:FormatterOptions:TimestampFormat", "yyyy-MM-ddTHH:mm:ss.fffZ"),
            ],
        });
    }
}

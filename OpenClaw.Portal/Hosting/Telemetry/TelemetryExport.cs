using OpenClaw.Gateway.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>
/// Sends traces, metrics and logs to an OpenTelemetry collector. Spans of HTTP calls and requests are not among them: their addresses may hold credentials, as a bot's token.
/// What is under way when the gateway stops is sent when the container disposes of this, after everything else has stopped.
/// </summary>
internal sealed class TelemetryExport(TelemetrySettings settings, ExportWatch watch, ILogger<TelemetryExport> log) : IHostedService, IDisposable
{
    private const int MetricsEvery = 15_000;
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        watch.SpeakTo(log);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .SetSampler(new MessageSampler(settings.TraceRatio))
            .AddSource(GatewayTelemetry.Name)
            .AddProcessor(SpanQueue.Create(Options(settings, watch, "traces"), watch))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(GatewayTelemetry.Name, "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql")
            .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Options(settings, watch, "metrics")), MetricsEvery))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    /// <summary>Logs go the same way.</summary>
    public static void AddLogs(OpenTelemetryLoggerOptions options)
    {
        options.SetResourceBuilder(Resource());
        options.IncludeFormattedMessage = true;
        options.ParseStateValues = true;
        options.AddProcessor(static services =>
        {
            var (settings, watch) = (services.GetRequiredService<TelemetrySettings>(), services.GetRequiredService<ExportWatch>());
            return new BatchLogRecordExportProcessor(new OtlpLogExporter(Options(settings, watch, "logs")), scheduledDelayMilliseconds: 1_000, exporterTimeoutMilliseconds: 10_000);
        });
    }

    private static OtlpExporterOptions Options(TelemetrySettings settings, ExportWatch watch, string signal) => new()
    {
        Endpoint = settings.IsGrpc ? settings.Endpoint! : new(settings.Endpoint!.AbsoluteUri.TrimEnd('/') + "/v1/" + signal),
        Protocol = settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = settings.Headers ?? "",
        TimeoutMilliseconds = 5_000,
        HttpClientFactory = () => new HttpClient(new ExportHandler(watch)) { Timeout = TimeSpan.FromSeconds(5) },
    };

    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("openclaw-gateway", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}

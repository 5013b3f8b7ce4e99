using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>Sees each request to the collector: says once that it cannot be reached, and once that it can again.</summary>
internal sealed partial class ExportWatch(TelemetrySettings settings, ExportFigures figures)
{
    private ILogger _log = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
    private int _isAway;

    public ExportFigures Figures => figures;

    /// <summary>Where it speaks: logging itself is built before there is a logger.</summary>
    public void SpeakTo(ILogger log) => _log = log;

    /// <summary>The collector took a request.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _isAway) == 0 || Interlocked.Exchange(ref _isAway, 0) == 0) return;
        LogBack(settings.Endpoint!);
    }

    /// <summary>It did not.</summary>
    public void Failed(string why)
    {
        figures.Failed();
        if (Interlocked.Exchange(ref _isAway, 1) == 0) LogAway(settings.Endpoint!, why);
    }

    [LoggerMessage(3401, LogLevel.Warning, "The collector {Endpoint} does not take telemetry: {Why} Messages go on; what cannot be sent is dropped and counted. Check Telemetry:OtlpEndpoint, Telemetry:OtlpProtocol and Telemetry:OtlpHeaders, and that the collector runs. Told once until it is back")]
    private partial void LogAway(Uri endpoint, string why);

    [LoggerMessage(3402, LogLevel.Information, "The collector {Endpoint} takes telemetry again")]
    private partial void LogBack(Uri endpoint);
}

/// <summary>Between the exporters and the network.</summary>
internal sealed class ExportHandler(ExportWatch watch) : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3), ActivityHeadersPropagator = null })
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(base.Send(request, cancellationToken));
        }
        catch (Exception e)
        {
            watch.Failed(Why(e));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(await base.SendAsync(request, cancellationToken));
        }
        catch (Exception e)
        {
            watch.Failed(Why(e));
            throw;
        }
    }

    private static string Why(Exception e) => e is OperationCanceledException ? "it did not answer in time." : e.Message.TrimEnd('.') + ".";

    private HttpResponseMessage Seen(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode) watch.Succeeded();
        else watch.Failed($"it answered {(int)response.StatusCode}.");
        return response;
    }
}

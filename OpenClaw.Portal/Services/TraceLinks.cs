namespace OpenClaw.Portal.Services;

/// <summary>Where the installation's tracing shows a message (<c>Telemetry:TraceUrl</c>).</summary>
public sealed class TraceLinks(Func<Guid, Uri?> of)
{
    /// <summary>The address of a message's trace; null where no tracing is named.</summary>
    public Uri? Of(Guid message) => of(message);
}

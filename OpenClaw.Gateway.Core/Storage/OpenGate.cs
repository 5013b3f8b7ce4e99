namespace OpenClaw.Gateway.Core.Storage;

/// <summary>Many may write at once: the server orders them.</summary>
internal sealed class OpenGate : IWriteGate
{
    public ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken) => new((IDisposable?)null);

    public IDisposable? Enter() => null;
}

using System.Net;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Turns a host's name into addresses.</summary>
public interface IHostResolver
{
    /// <summary>The addresses of a name, or the address that the text is. Throws as <see cref="Dns"/> does.</summary>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}

/// <summary>The machine's own resolver.</summary>
internal sealed class SystemResolver : IHostResolver
{
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
}

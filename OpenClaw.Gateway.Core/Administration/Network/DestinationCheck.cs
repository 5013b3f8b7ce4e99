using System.Net.Sockets;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Administration.Network;

/// <summary>
/// Tells a person while they fill in a form that the gateway would not connect to an address. The guard asks again at every
/// connection: this is help, not protection.
/// </summary>
public sealed class DestinationCheck(OutgoingGuard guard, IHostResolver resolver, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Why that URL's host would be refused, naming the key that opens it; null when it would not, or when nobody knows yet.</summary>
    public async Task<string?> FaultAsync(string? url, CancellationToken cancellationToken = default)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0) return null;
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var addresses = await resolver.ResolveAsync(uri.IdnHost, either.Token);
            if (addresses.Count > 0) guard.Vet(uri.IdnHost, addresses, uri.Port);
            return null;
        }
        catch (DestinationForbiddenException refused)
        {
            return refused.Message;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null; // the name may be known later; the test call tells
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// Opens TCP connections for tenants: resolves, asks the guard, and connects to the very address that the guard has seen.
/// </summary>
public sealed partial class OutgoingConnector(OutgoingGuard guard, IHostResolver resolver, TimeProvider time, ILogger<OutgoingConnector> logger)
{
    /// <summary>After this long the host's next address is tried; the last one gets what time the caller has.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(3);

    /// <summary>Connects. Throws <see cref="DestinationForbiddenException"/> or <see cref="SocketException"/>.</summary>
    public async ValueTask<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var resolved = await resolver.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        if (resolved.Count == 0) throw new SocketException((int)SocketError.HostNotFound);
        var addresses = Vet(host, resolved, port);
        for (var i = 0; i < addresses.Count - 1; i++)
        {
            if (await TryConnectAsync(addresses[i], port, cancellationToken).ConfigureAwait(false) is { } stream) return stream;
        }

        return await ConnectAsync(addresses[^1], port, cancellationToken).ConfigureAwait(false);
    }

    private IReadOnlyList<IPAddress> Vet(string host, IReadOnlyList<IPAddress> resolved, int port)
    {
        try
        {
            return guard.Vet(host, resolved, port);
        }
        catch (DestinationForbiddenException refused)
        {
            LogRefused(refused.Host, refused.Port, refused.Address);
            throw;
        }
    }

    private async ValueTask<NetworkStream?> TryConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PerAddress, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ConnectAsync(address, port, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNextAddress(address, port, e.Message);
            return null;
        }
    }

    private static async ValueTask<NetworkStream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

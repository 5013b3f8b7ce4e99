using System.Net;
using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>Open sockets and handshakes per client address (<c>Limits:ConnectionsPerAddress</c>).</summary>
internal sealed class ConnectionCounter(GatewayOptions options)
{
    private readonly Dictionary<IPAddress, int> _open = [];
    private readonly Lock _lock = new();

    /// <summary>Takes a place; false when the address has none left. What was taken goes back by <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress address)
    {
        lock (_lock)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, address, out _);
            if (count >= options.Limits.ConnectionsPerAddress) return false;
            count++;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(address, out var count)) return;
            if (count > 1) _open[address] = count - 1;
            else _open.Remove(address);
        }
    }
}

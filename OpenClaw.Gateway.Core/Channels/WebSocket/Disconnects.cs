using System.Net.WebSockets;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>Tells the ordinary end of a connection from a fault.</summary>
internal static class Disconnects
{
    /// <summary>True for what a socket throws when its peer went away or it was aborted here.</summary>
    public static bool Are(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException
        || (e is InvalidOperationException && e.Source?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true);
}

using System.Net.Sockets;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

/// <summary>Opens the TCP connection. For a tenant-given host this is the guarded connector; for the operator's own a plain one.</summary>
internal delegate ValueTask<NetworkStream> MailDial(string host, int port, CancellationToken cancellationToken);

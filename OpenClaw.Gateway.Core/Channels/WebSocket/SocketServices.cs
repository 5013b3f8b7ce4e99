using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>What every connection uses; one instance, so that a connection holds one reference.</summary>
internal sealed record SocketServices(
    ISessionHub Hub,
    IDirectInbox Inbox,
    IFileLinks Links,
    IBlobStore Blobs,
    IEventBus Events,
    GatewayOptions Options,
    TimeProvider Time,
    ResumeTokens Tokens,
    UploadStore Uploads,
    SocketRegistry Registry,
    UsageMeter Usage,
    ILogger<SocketConnection> Logger);

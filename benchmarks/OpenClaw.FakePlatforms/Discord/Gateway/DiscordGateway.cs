using System.Net.WebSockets;
using System.Text.Json;
using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>The gateway: connections, sessions, and what happens to them.</summary>
internal sealed partial class DiscordGateway(DiscordWorld world, MessageShapes shapes, RequestLedger ledger, FakeDiscordOptions options)
{
    public const string Path = "/gateway";
    public const string ResumePath = "/gateway-resume";

    private readonly List<GatewaySocket> _sockets = [];
    private readonly Dictionary<string, GatewaySession> _sessions = new(StringComparer.Ordinal);

    public TimeProvider Time => world.Time;

    /// <summary>What HELLO says. May be changed at any time, for the connections to come.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = options.HeartbeatInterval;

    /// <summary>How long a session waits for its resume.</summary>
    public TimeSpan ResumeWindow { get; set; } = options.ResumeWindow;

    /// <summary>Every payload arrives in three frames, which may cut a character in two.</summary>
    public bool SplitFrames { get; set; }

    /// <summary>Heartbeats get no answer: the connection is a zombie.</summary>
    public bool AcksStopped { get; private set; }

    /// <summary>Set: the handshake gets this status instead.</summary>
    public int? RefuseWith { get; set; }

    /// <summary>Identifies are read and never answered.</summary>
    public bool ReadyStopped { get; set; }

    public int Connects { get; private set; }

    public int Identifies { get; private set; }

    public int Resumes { get; private set; }

    /// <summary>Resumes that had to begin anew.</summary>
    public int FailedResumes { get; private set; }

    public int Heartbeats { get; private set; }

    /// <summary>The addresses that were connected to, in order: the first path or that of resumes.</summary>
    public List<string> Paths { get; } = [];

    public string BaseUrl { get; set; } = "";

    public string Url => BaseUrl + Path;

    public string ResumeUrl => BaseUrl + ResumePath;

    /// <summary>Connections that have identified or resumed.</summary>
    public IReadOnlyList<GatewaySession> Live
    {
        get
        {
            lock (world.Gate) return [.. _sockets.Select(s => s.Session).OfType<GatewaySession>()];
        }
    }

    public IReadOnlyList<GatewaySocket> Sockets
    {
        get
        {
            lock (world.Gate) return [.. _sockets];
        }
    }

    public async Task AcceptAsync(HttpContext context)
    {
        if (RefuseWith is { } status || !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = RefuseWith ?? 400;
            return;
        }

        var query = context.Request.Query;
        using var transport = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero });
        await using GatewaySocket socket = new(this, context, transport, query["compress"] == "zlib-stream");
        lock (world.Gate)
        {
            _sockets.Add(socket);
            Connects++;
            Paths.Add(context.Request.Path);
            world.Changes.Raise();
        }

        ledger.Count("GATEWAY connect");
        if (query["v"] != "10") Refuse(socket, CloseCodes.InvalidVersion, "no v=10 in the address");
        else if (query["encoding"] != "json") Refuse(socket, CloseCodes.DecodeError, "no encoding=json in the address");
        else if (query.ContainsKey("compress") && query["compress"] != "zlib-stream") Refuse(socket, CloseCodes.DecodeError, "a compression that this fake does not play");
        try
        {
            await socket.RunAsync();
        }
        finally
        {
            lock (world.Gate) Left(socket);
        }
    }

    /// <summary>The bot broke a rule of the gateway.</summary>
    public void Refuse(GatewaySocket socket, int code, string rule)
    {
        ledger.Violate("GATEWAY", rule);
        Shut(socket, code);
    }

    /// <summary>It has not sent a heartbeat for too long.</summary>
    public void Silent(GatewaySocket socket)
    {
        lock (world.Gate) Shut(socket, CloseCodes.SessionTimedOut);
    }

    public void Handle(GatewaySocket socket, JsonElement payload)
    {
        lock (world.Gate)
        {
            if (payload.ValueKind is not JsonValueKind.Object || !payload.TryGetProperty("op", out var op) || op.ValueKind is not JsonValueKind.Number)
            {
                Refuse(socket, CloseCodes.DecodeError, "a payload without op");
                return;
            }

            var data = payload.TryGetProperty("d", out var d) ? d : default;
            ledger.Count($"GATEWAY op {op}");
            foreach (var field in Wishes.Unknown(op.GetInt32(), payload, data)) ledger.Violate("GATEWAY", $"the unknown field {field} of op {op}");
            switch (op.GetInt32())
            {
                case 1:
                    Heartbeat(socket, data);
                    break;
                case 2:
                    Identify(socket, data);
                    break;
                case 6:
                    Resume(socket, data);
                    break;
                case 3 or 4 or 8 or 31 or 43:
                    if (socket.Session is null) Refuse(socket, CloseCodes.NotAuthenticated, "a payload before identify");
                    break;
                default:
                    Refuse(socket, CloseCodes.UnknownOpcode, $"the unknown opcode {op}");
                    break;
            }

            world.Changes.Raise();
        }
    }

    private void Heartbeat(GatewaySocket socket, JsonElement data)
    {
        if (data.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
        {
            Refuse(socket, CloseCodes.DecodeError, "a heartbeat without the last sequence");
            return;
        }

        Heartbeats++;
        socket.Beat();
        if (!AcksStopped) socket.Send("""{"t":null,"s":null,"op":11,"d":null}""");
    }

    /// <summary>Sessions that nobody came back for.</summary>
    private void Forget()
    {
        var now = Time.GetUtcNow();
        foreach (var session in _sessions.Values.Where(s => s.LeftAt is { } left && now - left > ResumeWindow).ToList()) _sessions.Remove(session.Id);
    }

    /// <summary>Closes, and ends the session where the code says that it cannot be resumed.</summary>
    private void Shut(GatewaySocket socket, int code)
    {
        if (socket.Session is { } session && code is CloseCodes.SessionTimedOut or CloseCodes.InvalidSequence or CloseCodes.AuthenticationFailed) _sessions.Remove(session.Id);
        socket.Close(code);
    }

    private void Left(GatewaySocket socket)
    {
        _sockets.Remove(socket);
        if (socket.Session is { } session && session.Socket == socket)
        {
            session.Socket = null;
            session.LeftAt = Time.GetUtcNow();
            if (socket.ClosedByBot is 1000 or 1001) _sessions.Remove(session.Id);
        }

        Forget();
        world.Changes.Raise();
    }
}

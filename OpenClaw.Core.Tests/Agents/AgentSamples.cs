using System.Collections.Frozen;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents;

/// <summary>Models and requests as the gateway would hand them over.</summary>
internal static class AgentSamples
{
    public static readonly TenantModel Tenant = new(Guid.Parse("0198c0de-0000-7000-8000-000000000001"), "acme", "Acme", Suspended: false, new());

    public static readonly ChannelModel Channel = new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000002"), Tenant = Tenant, Kind = "websocket", Name = "Web chat", Enabled = true, Settings = Json("{}"),
    };

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    public static AgentModel Model(string kind, string settings = "{}", int maxConcurrency = 16, params (string Name, string Value)[] secrets) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000003"), Tenant = Tenant, Kind = kind, Name = "support", Enabled = true, MaxConcurrency = maxConcurrency,
        Settings = Json(settings), Secrets = secrets.ToFrozenDictionary(s => s.Name, s => s.Value),
    };

    public static AgentRequest Request(AgentModel agent, string text = "hello", MessageExtras? extras = null, params HistoryEntry[] history) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-0000000000aa"), Attempt = 1, Agent = agent, Channel = Channel,
        SessionId = Guid.Parse("0198c0de-0000-7000-8000-0000000000bb"), Address = new("room", null, "u1", "Ada", "en"),
        Text = Utf8Text.From(text), Extras = extras, At = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), HistoryBefore = _ => history,
    };
}

/// <summary>Remembers pieces and lets a test wait for them.</summary>
internal sealed class RecordingSink : IAnswerSink
{
    private readonly List<(int Reply, string Text)> _deltas = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<(int Reply, string Text)> Deltas
    {
        get
        {
            lock (_deltas) return [.. _deltas];
        }
    }

    public void Delta(int reply, Utf8Text text)
    {
        lock (_deltas)
        {
            _deltas.Add((reply, text.ToString()));
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task WaitForAsync(int count)
    {
        while (true)
        {
            Task more;
            lock (_deltas)
            {
                if (_deltas.Count >= count) return;
                more = _more.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}

using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Tests.Api;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>
/// Every call of the API is tried on another tenant's resources, by id and by guess. A call that has no attack here fails the
/// first test: whoever adds a route says how it is attacked.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ApiIsolationTests(TwoTenants tenants) : IClassFixture<TwoTenants>
{
    private static readonly Dictionary<string, Attack> Attacks = new(StringComparer.Ordinal)
    {
        ["GET /channels"] = Attack.List(),
        ["POST /channels"] = Attack.Naming("""{"kind":"websocket","name":"Thief","agent":"{agent}"}""", 400),
        ["GET /channels/{id:guid}"] = Attack.On("channel"),
        ["PATCH /channels/{id:guid}"] = Attack.On("channel", """{"name":"Stolen"}"""),
        ["DELETE /channels/{id:guid}"] = Attack.On("channel"),
        ["POST /channels/{id:guid}/test"] = Attack.On("channel", "{}"),
        ["POST /channels/{id:guid}/restart"] = Attack.On("channel", "{}"),
        ["POST /channels/{id:guid}/messages"] = Attack.On("channel", """{"id":"1","user":{"id":"thief"},"text":"stolen"}"""),
        ["GET /channels/{id:guid}/status"] = Attack.On("channel"),
        ["GET /channels/{id:guid}/gaps"] = Attack.On("channel"),
        ["GET /channels/{id:guid}/held"] = Attack.On("channel"),
        ["POST /channels/{id:guid}/held/discard"] = Attack.On("channel", "{}"),
        ["GET /channels/{id:guid}/held/{held:guid}"] = Attack.On("channel"),
        ["GET /channels/{id:guid}/held/{held:guid}/source"] = Attack.On("channel"),
        ["POST /channels/{id:guid}/held/{held:guid}/release"] = Attack.On("channel"),
        ["DELETE /channels/{id:guid}/held/{held:guid}"] = Attack.On("channel"),
        ["GET /pairings"] = Attack.List("channel={channel}", "state=all", $"text={TwoTenants.Mark}"),
        ["GET /pairings/{id:guid}"] = Attack.On("pairing"),
        ["POST /pairings/{id:guid}/approve"] = Attack.On("pairing"),
        ["POST /pairings/{id:guid}/deny"] = Attack.On("pairing"),
        ["DELETE /pairings/{id:guid}"] = Attack.On("pairing"),
        ["POST /channels/{id:guid}/secrets/{name}/rotate"] = Attack.On("channel", "{}"),
        ["GET /agents"] = Attack.List(),
        ["POST /agents"] = Attack.Naming("""{"id":"{agent}","kind":"echo","name":"Thief"}""", 201),
        ["GET /agents/{id:guid}"] = Attack.On("agent"),
        ["PATCH /agents/{id:guid}"] = Attack.On("agent", """{"name":"Stolen"}"""),
        ["DELETE /agents/{id:guid}"] = Attack.On("agent"),
        ["POST /agents/{id:guid}/test"] = Attack.On("agent", """{"text":"hi"}"""),
        ["POST /agents/{id:guid}/secrets/{name}/rotate"] = Attack.On("agent", "{}"),
        ["GET /agents/{id:guid}/status"] = Attack.On("agent"),
        ["GET /pools"] = Attack.List(),
        ["POST /pools"] = Attack.Naming("""{"name":"Thief","members":["{agent}"]}""", 400),
        ["GET /pools/{id:guid}"] = Attack.On("pool"),
        ["PATCH /pools/{id:guid}"] = Attack.On("pool", """{"name":"Stolen"}"""),
        ["DELETE /pools/{id:guid}"] = Attack.On("pool"),
        ["GET /pools/{id:guid}/status"] = Attack.On("pool"),
        ["GET /settings"] = Attack.List(),
        ["PATCH /settings"] = Attack.Naming("""{"defaultAgent":"{agent}"}""", 400),
        ["GET /routing-rules"] = Attack.List(),
        ["POST /routing-rules"] = Attack.Naming("""{"name":"Thief","match":{"channels":["{channel}"]},"target":{"agent":"{agent}"}}""", 400),
        ["GET /routing-rules/{id:guid}"] = Attack.On("routing-rule"),
        ["PATCH /routing-rules/{id:guid}"] = Attack.On("routing-rule", """{"name":"Stolen"}"""),
        ["DELETE /routing-rules/{id:guid}"] = Attack.On("routing-rule"),
        ["PUT /routing-rules/order"] = Attack.Naming("""{"ids":["{routing-rule}"]}""", 400),
        ["POST /routing-rules/backtest"] = Attack.Naming("""{"rules":[{"name":"Thief","match":{"channels":["{channel}"]},"target":{"agent":"{agent}"}}]}""", 400),
        ["GET /backtests"] = Attack.List(),
        ["GET /backtests/{id:guid}"] = Attack.On("backtest"),
        ["POST /backtests/{id:guid}/cancel"] = Attack.On("backtest"),
        ["GET /intents"] = Attack.List(),
        ["POST /intents"] = Attack.Naming("""{"id":"{intent}","name":"Thief","examples":["one","two"]}""", 201),
        ["GET /intents/{id:guid}"] = Attack.On("intent"),
        ["PATCH /intents/{id:guid}"] = Attack.On("intent", """{"name":"Stolen"}"""),
        ["DELETE /intents/{id:guid}"] = Attack.On("intent"),
        ["POST /intents/evaluate"] = Attack.Naming($$"""{"text":"{{TwoTenants.Mark}} example"}""", 200),
        ["GET /intents/quality"] = Attack.List(),
        ["GET /intents/options"] = Attack.List(),
        ["PATCH /intents/options"] = Attack.Naming("""{"threshold":0.5}""", 200),
        ["GET /intents/suggestions"] = Attack.List(),
        ["POST /intents/suggestions/{id:guid}/accept"] = Attack.On("suggestion"),
        ["POST /intents/suggestions/{id:guid}/dismiss"] = Attack.On("suggestion"),
        ["POST /routing-rules/evaluate"] = Attack.Naming("""{"channelId":"{channel}","text":"hi"}""", 400),
        ["GET /routing-versions"] = Attack.List(),
        ["GET /routing-versions/{number:int}"] = Attack.On("routing-rule"),
        ["GET /routing-versions/{number:int}/diff"] = Attack.On("routing-rule"),
        ["POST /routing-versions/publish"] = Attack.Naming("{}", 409),
        ["POST /routing-versions/{number:int}/rollback"] = Attack.On("routing-rule", "{}"),
        ["GET /sessions"] = Attack.List("channel={channel}", "agent={agent}", $"text={TwoTenants.Mark}", "user=a"),
        ["GET /sessions/{id:guid}"] = Attack.On("session"),
        ["PATCH /sessions/{id:guid}"] = Attack.On("session", """{"context":{"stolen":true}}"""),
        ["GET /sessions/{id:guid}/messages"] = Attack.On("session"),
        ["POST /sessions/{id:guid}/messages"] = Attack.On("session", """{"as":"operator","messages":[{"text":"stolen"}]}"""),
        ["POST /sessions/{id:guid}/takeover"] = Attack.On("session"),
        ["POST /sessions/{id:guid}/release"] = Attack.On("session", """{"note":"stolen"}"""),
        ["POST /sessions/{id:guid}/assign"] = Attack.On("session", """{"agent":null}"""),
        ["POST /sessions/{id:guid}/close"] = Attack.On("session"),
        ["POST /sessions/{id:guid}/reopen"] = Attack.On("session"),
        ["GET /sessions/{id:guid}/notes"] = Attack.On("session"),
        ["POST /sessions/{id:guid}/notes"] = Attack.On("session", """{"text":"stolen"}"""),
        ["GET /sessions/{id:guid}/export"] = Attack.On("session"),
        ["GET /archive"] = Attack.List("channel={channel}", "agent={agent}", $"text={TwoTenants.Mark}", "user=a"),
        ["GET /archive/{id:guid}"] = Attack.On("archived"),
        ["GET /archive/{id:guid}/messages"] = Attack.On("archived"),
        ["POST /archive/{id:guid}/restore"] = Attack.On("archived", "{}"),
        ["GET /archive/{id:guid}/export"] = Attack.On("archived"),
        ["GET /messages/{id:guid}"] = Attack.On("message"),
        ["GET /dead-letters"] = Attack.List("channel={channel}", "agent={agent}", $"group={TwoTenants.Mark}"),
        ["GET /dead-letters/groups"] = Attack.List("channel={channel}", "agent={agent}", $"group={TwoTenants.Mark}", "text={message}"),
        ["GET /dead-letters/{id:guid}"] = Attack.On("dead-letter"),
        ["POST /dead-letters/{id:guid}/replay"] = Attack.On("dead-letter", "{}"),
        ["POST /dead-letters/{id:guid}/discard"] = Attack.On("dead-letter", "{}"),
        ["POST /dead-letters/{id:guid}/restore"] = Attack.On("dead-letter", "{}"),
        ["GET /replays"] = Attack.List(),
        ["POST /replays"] = Attack.Naming("""{"ids":["{dead-letter}"],"agent":"{agent}"}""", 400),
        ["GET /replays/{id:guid}"] = Attack.On("replay"),
        ["GET /replays/{id:guid}/items"] = Attack.On("replay"),
        ["POST /replays/{id:guid}/pause"] = Attack.On("replay"),
        ["POST /replays/{id:guid}/resume"] = Attack.On("replay"),
        ["POST /replays/{id:guid}/cancel"] = Attack.On("replay"),
        ["GET /quarantine"] = Attack.List("channel={channel}", $"group={TwoTenants.Mark}"),
        ["POST /quarantine/release"] = Attack.Naming("""{"ids":["{looped}"]}""", 200),
        ["GET /quarantine/{id:guid}"] = Attack.On("looped"),
        ["POST /quarantine/{id:guid}/release"] = Attack.On("looped"),
        ["POST /quarantine/{id:guid}/discard"] = Attack.On("looped", "{}"),
        ["GET /queues"] = Attack.List(),
        ["GET /circuits"] = Attack.List(),
        ["POST /circuits/{id:guid}/force"] = Attack.On("agent", """{"state":"open","reason":"stolen"}"""),
        ["POST /queues/{id:guid}/pause"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /queues/{id:guid}/drain"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /queues/{id:guid}/resume"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /channels/{id:guid}/pause"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /channels/{id:guid}/drain"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /channels/{id:guid}/resume"] = Attack.On("channel", """{"reason":"stolen"}"""),
        ["POST /agents/{id:guid}/pause"] = Attack.On("agent", """{"reason":"stolen"}"""),
        ["POST /agents/{id:guid}/drain"] = Attack.On("agent", """{"reason":"stolen"}"""),
        ["POST /agents/{id:guid}/resume"] = Attack.On("agent", """{"reason":"stolen"}"""),
        ["GET /api-keys"] = Attack.List(),
        ["POST /api-keys"] = Attack.Naming("""{"name":"Thief","scopes":["read","own"]}""", 400),
        ["GET /api-keys/{id:guid}"] = Attack.On("api-key"),
        ["PATCH /api-keys/{id:guid}"] = Attack.On("api-key", """{"name":"Stolen"}"""),
        ["DELETE /api-keys/{id:guid}"] = Attack.On("api-key"),
        ["POST /api-keys/{id:guid}/rotate"] = Attack.On("api-key", "{}"),
        ["GET /members"] = Attack.List($"text={TwoTenants.Mark}"),
        ["POST /members"] = Attack.Naming("""{"email":"thief@example.com","role":"admin"}""", 201),
        ["GET /members/{id:guid}"] = Attack.On("member"),
        ["PATCH /members/{id:guid}"] = Attack.On("member", """{"role":"admin"}"""),
        ["DELETE /members/{id:guid}"] = Attack.On("member"),
        ["GET /audit"] = Attack.List($"text={TwoTenants.Mark}", "target={channel}", "format=csv", "format=jsonl"),
        ["GET /audit/{id:guid}"] = Attack.On("audit"),
        ["GET /holds"] = Attack.List(),
        ["POST /holds"] = Attack.Naming("""{"name":"Thief","session":"{session}"}""", 400),
        ["GET /holds/{id:guid}"] = Attack.On("hold"),
        ["PATCH /holds/{id:guid}"] = Attack.On("hold", """{"name":"Stolen"}"""),
        ["DELETE /holds/{id:guid}"] = Attack.On("hold"),
        ["GET /erasures"] = Attack.List(),
        ["POST /erasures"] = Attack.Naming("""{"user":"nobody","channel":"{channel}"}""", 400),
        ["GET /erasures/{id:guid}"] = Attack.On("erasure"),
        ["GET /events"] = Attack.Streaming(),
        ["GET /alerts"] = Attack.List(),
        ["POST /alerts"] = Attack.Naming("""{"name":"Thief","condition":"circuit_open","settings":{"agent":"{agent}"},"means":"webhook","target":"https://example.com/"}""", 400),
        ["GET /alerts/history"] = Attack.List("rule={alert-rule}", "state=open"),
        ["GET /alerts/{id:guid}"] = Attack.On("alert-rule"),
        ["PATCH /alerts/{id:guid}"] = Attack.On("alert-rule", """{"name":"Stolen"}"""),
        ["DELETE /alerts/{id:guid}"] = Attack.On("alert-rule"),
        ["POST /alerts/{id:guid}/test"] = Attack.On("alert-rule", "{}"),
        ["POST /alerts/{id:guid}/secrets/{name}/rotate"] = Attack.On("alert-rule", "{}"),
        ["GET /drills"] = Attack.List("subject={agent}"),
        ["POST /drills"] = Attack.Naming("""{"subject":"{agent}","kind":"agent","faults":{"errorShare":1},"minutes":1}""", 400),
        ["GET /drills/{id:guid}"] = Attack.On("drill"),
        ["POST /drills/{id:guid}/stop"] = Attack.On("drill", "{}"),
        ["GET /event-webhooks"] = Attack.List(),
        ["POST /event-webhooks"] = Attack.Naming("""{"id":"{event-webhook}","name":"Thief","url":"https://example.com/","enabled":false}""", 201),
        ["GET /event-webhooks/{id:guid}"] = Attack.On("event-webhook"),
        ["PATCH /event-webhooks/{id:guid}"] = Attack.On("event-webhook", """{"url":"https://thief.example.com/"}"""),
        ["DELETE /event-webhooks/{id:guid}"] = Attack.On("event-webhook"),
        ["POST /event-webhooks/{id:guid}/test"] = Attack.On("event-webhook", "{}"),
        ["POST /event-webhooks/{id:guid}/resend"] = Attack.On("event-webhook", """{"since":"2020-01-01T00:00:00Z"}"""),
        ["POST /event-webhooks/{id:guid}/secrets/{name}/rotate"] = Attack.On("event-webhook", "{}"),
        ["GET /event-webhooks/{id:guid}/deliveries"] = Attack.On("event-webhook"),
        ["GET /event-webhooks/{id:guid}/deliveries/{delivery:guid}"] = Attack.On("event-webhook"),
        ["POST /event-webhooks/{id:guid}/deliveries/{delivery:guid}/resend"] = Attack.On("event-webhook", "{}"),
        ["GET /tenants"] = Attack.OnInstallation(),
        ["POST /tenants"] = Attack.OnInstallation(body: """{"slug":"thief"}"""),
        ["GET /tenants/{id:guid}"] = Attack.OnInstallation("tenant"),
        ["PATCH /tenants/{id:guid}"] = Attack.OnInstallation("tenant", """{"name":"Stolen"}"""),
        ["DELETE /tenants/{id:guid}"] = Attack.OnInstallation("tenant"),
        ["POST /tenants/{id:guid}/suspend"] = Attack.OnInstallation("tenant", """{"reason":"stolen"}"""),
        ["POST /tenants/{id:guid}/resume"] = Attack.OnInstallation("tenant", "{}"),
        ["GET /tenants/{id:guid}/export"] = Attack.OnInstallation("tenant"),
        ["POST /tenants/{id:guid}/import"] = Attack.OnInstallation("tenant", """{"format":"openclaw-tenant","version":1}"""),
        ["GET /jobs"] = Attack.OnInstallation(),
        ["GET /jobs/{name}"] = Attack.OnInstallation(),
        ["PATCH /jobs/{name}"] = Attack.OnInstallation(body: """{"paused":true}"""),
        ["GET /jobs/{name}/runs"] = Attack.OnInstallation(),
        ["POST /jobs/{name}/run"] = Attack.OnInstallation(body: "{}"),
        ["POST /jobs/{name}/stop"] = Attack.OnInstallation(body: "{}"),
        ["GET /metrics/series"] = Attack.List("by=subject", "by=subject&measure=agent.answers", "by=subject&subject={channel}", "by=subject&subject={tenant}"),
        ["GET /usage"] = Attack.List("tenant={tenant}", "tenant={tenant}&since=2020-01-01"),
    };

    [Fact]
    public void EveryCall_HasItsAttack() => Assert.Equal(ApiScopes.Table.Keys.Order(), Attacks.Keys.Order());

    [Fact]
    public async Task EveryCall_OnAnotherTenantsResources_ShowsAndChangesNothing()
    {
        var before = await tenants.RowsAsync();
        Assert.Contains(TwoTenants.Mark, before, StringComparison.Ordinal);
        foreach (var (call, attack) in Attacks.Where(a => !a.Value.Streams))
        foreach (var (path, body) in attack.Shots(call, tenants.Ids))
        {
            var method = call.Split(' ')[0];
            using var answer = await tenants.Stranger.SendAsync(method, path, body);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(attack.Expected.Contains((int)answer.StatusCode), $"{method} {path}: {(int)answer.StatusCode} {text}");
            Assert.False(text.Contains(TwoTenants.Mark, StringComparison.OrdinalIgnoreCase) && !path.Contains(TwoTenants.Mark, StringComparison.Ordinal), $"{method} {path} shows another tenant's: {text}");
        }

        Assert.Equal(before, await tenants.RowsAsync());
    }

    /// <summary>The owner of the marks sees them: else the test above would pass on an empty product.</summary>
    [Fact]
    public async Task EveryGetOnAnId_ByItsOwnTenant_Is200()
    {
        foreach (var (call, attack) in Attacks.Where(a => a.Key.StartsWith("GET ", StringComparison.Ordinal) && a.Value.Resource is not null && !a.Value.IsInstallation))
        {
            var (path, _) = attack.Shots(call, tenants.Ids).First();
            using var answer = await tenants.Own.SendAsync("GET", path);
            Assert.True((int)answer.StatusCode == 200, $"{call}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Events_OfAnotherTenant_AreNotHeard()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        using var answer = await tenants.Stranger.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        await tenants.Own.CallAsync("POST", $"/api/v1/sessions/{tenants.Ids["session"]}/messages", $$"""{"as":"operator","messages":[{"text":"{{TwoTenants.Mark}} event"}]}""");
        // an event of its own comes after: what was heard until then is all there was to hear
        var own = (await tenants.Stranger.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await using var talk = await Talk.OpenAsync(tenants.Product.Address, own);
        await talk.SayAsync("mine");
        var heard = new List<string>();
        while (!heard.Exists(l => l.Contains("mine", StringComparison.Ordinal))) heard.Add(await reader.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException());
        Assert.DoesNotContain(heard, l => l.Contains(TwoTenants.Mark, StringComparison.Ordinal));
    }

    /// <summary>How a call is tried on another tenant's resources.</summary>
    private sealed record Attack
    {
        public string? Resource { get; private init; }

        public bool Streams { get; private init; }

        public bool IsInstallation { get; private init; }

        public int[] Expected { get; private init; } = [404];

        private string? Body { get; init; }

        private string[] Queries { get; init; } = [""];

        /// <summary>By the id of that resource.</summary>
        public static Attack On(string resource, string? body = null) => new() { Resource = resource, Body = body };

        /// <summary>A list, plain and narrowed to another tenant's.</summary>
        public static Attack List(params string[] queries) => new() { Queries = ["", .. queries], Expected = [200] };

        /// <summary>A body that names another tenant's.</summary>
        public static Attack Naming(string body, params int[] expected) => new() { Body = body, Expected = expected };

        /// <summary>A call on the installation, which no tenant's key may do.</summary>
        public static Attack OnInstallation(string? resource = null, string? body = null) => new() { Resource = resource, Body = body, Expected = [403], IsInstallation = true };

        /// <summary>A stream of events, which has a test of its own.</summary>
        public static Attack Streaming() => new() { Streams = true };

        public IEnumerable<(string Path, string? Body)> Shots(string call, IReadOnlyDictionary<string, string> ids)
        {
            var path = ManagementApi.Base + call.Split(' ')[1].Replace("/jobs/{name}", "/jobs/rescue", StringComparison.Ordinal).Replace("{name}", "signingSecret", StringComparison.Ordinal).Replace("{delivery:guid}", ids["event-delivery"], StringComparison.Ordinal).Replace("{held:guid}", ids["held"], StringComparison.Ordinal);
            if (Resource is not null) path = path.Replace("{id:guid}", ids[Resource], StringComparison.Ordinal).Replace("{number:int}", "1", StringComparison.Ordinal);
            foreach (var query in Queries) yield return (Fill(query.Length == 0 ? path : $"{path}?{query}", ids), Body is null ? null : Fill(Body, ids));
        }

        private static string Fill(string text, IReadOnlyDictionary<string, string> ids) =>
            ids.Aggregate(text, (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
    }
}

using System.Net;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Metrics;

/// <summary><c>GET /metrics</c>: its form, its figures, and who may see them.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private const string Odd = "A \"quoted\" \\ name é";
    private static readonly string[] Names =
    [
        "messaging_client_consumed_messages_total", "messaging_client_sent_messages_total", "openclaw_delivery_retries_total", "openclaw_open_sockets",
        "messaging_process_duration_seconds_bucket", "messaging_process_duration_seconds_sum", "messaging_process_duration_seconds_count",
        "openclaw_message_stage_duration_seconds_bucket", "openclaw_message_stage_duration_seconds_sum", "openclaw_message_stage_duration_seconds_count",
        "gen_ai_client_operation_duration_seconds_bucket", "gen_ai_client_operation_duration_seconds_sum", "gen_ai_client_operation_duration_seconds_count",
        "openclaw_agent_failures_total", "openclaw_tokens_total", "openclaw_sessions_in_memory", "openclaw_session_lookups_total", "openclaw_journal_groups_total", "openclaw_journal_entries_total",
        "openclaw_journal_commit_duration_seconds_bucket", "openclaw_journal_commit_duration_seconds_sum", "openclaw_journal_commit_duration_seconds_count",
        "openclaw_database_up", "openclaw_events_dropped_total", "openclaw_otlp_dropped_spans_total", "openclaw_otlp_failed_requests_total",
        "openclaw_queue_depth", "openclaw_queue_oldest_seconds", "openclaw_messages_accepted_total", "openclaw_messages_answered_total", "openclaw_messages_dead_total",
        "openclaw_messages_refused_total", "openclaw_messages_in_memory", "openclaw_open_requests", "openclaw_circuit_state", "openclaw_ingress_used_ratio", "openclaw_scale_pressure",
    ];

    private Product _product = null!;
    private Guid _tenant;
    private Guid _other;

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _tenant = _product.Get<ICatalog>().FindTenant("default")!.Id;
        _other = (await _product.Get<CreateTenant>().RunAsync("other")).Value;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task Get_FromThisMachine_IsWellFormedAndCounts()
    {
        var channel = (await _product.Get<SaveChannel>().CreateAsync(Caller.System(_tenant), JsonSerializer.SerializeToElement(new { kind = "websocket", name = Odd }))).Value!.Id;
        await using (var talk = await Talk.OpenAsync(_product.Address, $"{channel}"))
        {
            await talk.SayAsync("hello");
            await talk.ReadAsync("message");
        }

        // some are counted behind the answer, and open sockets show when the second is over
        var samples = await SamplesUntilAsync(all => Value(all, "openclaw_messages_answered_total", Odd) == 1 && Value(all, "openclaw_queue_depth", Odd) == 0 && !Names.Except(all.Select(s => s.Name)).Any());
        Assert.Equal(1, Value(samples, "openclaw_messages_accepted_total", Odd));
        Assert.Equal((0, 0), (Value(samples, "openclaw_queue_depth", Odd), Value(samples, "openclaw_messages_dead_total", Odd)));
        Assert.Equal(Names.Order(), samples.Select(s => s.Name).Distinct().Order());
        Assert.Equal(0, samples.Single(s => s.Name == "openclaw_circuit_state" && s.Labels["kind"] == "agent").Value);
        Assert.InRange(samples.Single(s => s.Name == "openclaw_scale_pressure").Value, 0, 2);
        Assert.Equal(["other"], samples.Where(s => s.Name == "openclaw_messages_in_memory").Select(s => s.Labels["tenant"]).Except(["default"]));
    }

    [Fact]
    public async Task Get_WithAKey_SeesWhatItsScopesAllow()
    {
        var read = await KeyAsync(_other, ApiScopeNames.Read);
        using var response = await GetAsync(read);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var samples = PrometheusParser.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(["other"], samples.Select(s => s.Labels.GetValueOrDefault("tenant")).OfType<string>().Distinct());
        Assert.Contains(samples, s => s.Name == "openclaw_scale_pressure");
        using var owner = await GetAsync(Product.Key);
        Assert.Contains("tenant=\"default\"", await owner.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var converse = await GetAsync(await KeyAsync(_other, ApiScopeNames.Converse));
        Assert.Equal(HttpStatusCode.Forbidden, converse.StatusCode);
        using var unknown = await GetAsync("ock_000000000000000000000000000000unknown");
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Host", "gateway.example")]
    public async Task Get_ThroughAProxyOnThisMachine_NeedsAKey(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await _product.Client().SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private async Task<string> KeyAsync(Guid tenant, string scope) =>
        (await _product.Get<SaveApiKey>().CreateAsync(Caller.System(tenant), JsonSerializer.SerializeToElement(new { name = scope, scopes = new[] { scope } }))).Value!.Value!;

    private Task<HttpResponseMessage> GetAsync(string? key) => _product.Client(key).GetAsync(new Uri("/metrics", UriKind.Relative));

    private static double Value(IEnumerable<PrometheusSample> samples, string name, string channel) =>
        samples.Single(s => s.Name == name && s.Labels["channel"] == channel && s.Labels["tenant"] == "default").Value;

    /// <summary>Figures are rolled once a second.</summary>
    private async Task<List<PrometheusSample>> SamplesUntilAsync(Func<List<PrometheusSample>, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var response = await GetAsync(null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var samples = PrometheusParser.Parse(await response.Content.ReadAsStringAsync(patience.Token));
            if (isSo(samples)) return samples;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }
}

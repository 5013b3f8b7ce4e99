using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>One message's trace, from the socket to a webhook agent and back, as a collector gets it.</summary>
public sealed class TraceTests
{
    private const string Words = "words that must not leave";

    [Fact]
    public async Task Message_FromSocketToWebhookAndBack_IsOneTraceWithEveryStage()
    {
        await using var collector = await Collector.StartAsync();
        await using var agent = await TracedAgent.StartAsync(failures: 1);
        await using var product = await Product.StartAsync("--Telemetry:OtlpEndpoint", collector.Url.ToString(), "--Telemetry:OtlpHeaders", "x-secret=hush", "--Logging:LogLevel:OpenClaw", "Debug");
        var channel = await ChannelAsync(product, agent.Url);
        await using var talk = await Talk.OpenAsync(product.Address, $"{channel}");
        var message = await talk.SayAsync(Words);
        var reply = (await talk.ReadAsync("message")).GetProperty("id").GetString()!;

        var trace = Guid.Parse(message).ToString("N");
        List<ReceivedSpan> Mine() => [.. collector.Spans.Where(s => s.Trace == trace)];
        // what ends last may come in another batch than the rest
        await Collector.UntilAsync(() => IsWhole(Mine()) && collector.Logs.Any(l => l.Trace == trace));
        var spans = Mine();
        var receive = Assert.Single(spans, s => s.Name == "receive Traced");
        Assert.Equal("", receive.Parent);
        Assert.Equal(trace[16..], receive.Id);
        var processes = spans.Where(s => s.Name == "process Traced").ToDictionary(s => s.Id);
        Assert.All(processes.Values, p => Assert.Equal(receive.Id, p.Parent));
        Assert.Contains(Assert.Single(spans, s => s.Name == "route").Parent, processes.Keys);
        var asked = spans.Where(s => s.Name == "invoke_agent Traced agent").OrderBy(s => s.Start).ToList();
        Assert.Equal(["1", "2"], asked.Select(s => s.Tags["openclaw.attempt"]));
        Assert.Equal(["503", "200"], asked.Select(s => s.Tags["http.response.status_code"]));
        Assert.Equal([true, false], asked.Select(s => s.Failed));
        Assert.All(asked, s => Assert.Contains(s.Parent, processes.Keys));
        Assert.Equal(asked.Select(s => $"00-{trace}-{s.Id}-01"), agent.Traces);
        Assert.Equal(receive.Id, Assert.Single(spans, s => s.Name == "settle Traced").Parent);
        var send = Assert.Single(spans, s => s.Name == "send Traced");
        Assert.Equal((receive.Id, reply), (send.Parent, send.Tags["messaging.message.id"]));
        Assert.All(spans, s => Assert.True(s.End >= s.Start, s.Name));
        Assert.Equal((message, "websocket", "Traced"), (receive.Tags["messaging.message.id"], receive.Tags["messaging.system"], receive.Tags["messaging.destination.name"]));

        Assert.Equal("openclaw-gateway", collector.Resource["service.name"]);
        Assert.Equal("hush", collector.Secret);
        Assert.DoesNotContain(collector.Spans.SelectMany(s => s.Tags.Values).Concat(collector.Logs.SelectMany(l => l.Tags.Values.Append(l.Text))), v => v.Contains(Words, StringComparison.Ordinal) || v.Contains("the agent's words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_ByTheHttpChannelWithATrace_LinksToIt()
    {
        await using var collector = await Collector.StartAsync();
        await using var product = await Product.StartAsync("--Telemetry:OtlpEndpoint", collector.Url.ToString());
        var tenant = product.Get<ICatalog>().FindTenant("default")!.Id;
        var channel = (await product.Get<SaveChannel>().CreateAsync(Caller.System(tenant), JsonSerializer.SerializeToElement(new { kind = "http", name = "Programs", settings = new { callbackUrl = "http://127.0.0.1:9/replies" } }))).Value!.Id;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/channels/{channel}/messages");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Content = JsonContent.Create(new { id = "one", conversation = "c", user = new { id = "u" }, text = "hello" });
        using var response = await product.Client(Product.Key).SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        await Collector.UntilAsync(() => collector.Spans.Any(s => s.Name == "receive Programs"));
        var receive = collector.Spans.Single(s => s.Name == "receive Programs");
        Assert.Equal([("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")], receive.Links);
        Assert.NotEqual("0af7651916cd43dd8448eb211c80319c", receive.Trace);
    }

    [Fact]
    public async Task Message_WithoutAShare_IsNotRecordedAndTellsTheAgentSo()
    {
        await using var collector = await Collector.StartAsync();
        await using var agent = await TracedAgent.StartAsync();
        await using var product = await Product.StartAsync("--Telemetry:OtlpEndpoint", collector.Url.ToString(), "--Telemetry:TraceRatio", "0");
        var channel = await ChannelAsync(product, agent.Url);
        await using var talk = await Talk.OpenAsync(product.Address, $"{channel}");
        var message = await talk.SayAsync(Words);
        await talk.ReadAsync("message");
        Assert.Matches($"^00-{Guid.Parse(message):N}-[0-9a-f]{{16}}-0[01]$", Assert.Single(agent.Traces));
        Assert.DoesNotContain(collector.Spans, s => s.Trace == Guid.Parse(message).ToString("N"));
    }

    [Fact]
    public async Task Collector_ThatIsNotThere_SlowsNothingAndIsCounted()
    {
        await using var product = await Product.StartAsync("--Telemetry:OtlpEndpoint", "http://127.0.0.1:9");
        var tenant = product.Get<ICatalog>().FindTenant("default")!.Id;
        var channel = (await product.Get<SaveChannel>().CreateAsync(Caller.System(tenant), JsonSerializer.SerializeToElement(new { kind = "websocket", name = "Quick" }))).Value!.Id;
        await using var talk = await Talk.OpenAsync(product.Address, $"{channel}");
        await talk.SayAsync("warm");
        await talk.ReadAsync("message");
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++)
        {
            await talk.SendAsync($"{i}");
            await talk.ReadAsync("message");
        }

        var took = TimeProvider.System.GetElapsedTime(begun);
        Assert.True(took < TimeSpan.FromSeconds(60), $"{took}"); // far from what waiting for a collector each time would take
        var figures = product.App.Services.GetRequiredService<ExportFigures>();
        await Collector.UntilAsync(() => figures is { FailedRequests: > 0, DroppedSpans: > 0 });
    }

    /// <summary>Each stage is there, and what the agent's requests were made in.</summary>
    private static bool IsWhole(List<ReceivedSpan> spans)
    {
        string[] stages = ["receive Traced", "route", "settle Traced", "send Traced"];
        var inside = spans.Where(s => s.Name is "route" or "invoke_agent Traced agent").ToList();
        return stages.All(n => spans.Exists(s => s.Name == n)) && inside.Count >= 3 && inside.TrueForAll(s => spans.Exists(p => p.Name == "process Traced" && p.Id == s.Parent));
    }

    internal static async Task<Guid> ChannelAsync(Product product, Uri url)
    {
        var caller = Caller.System(product.Get<ICatalog>().FindTenant("default")!.Id);
        var agent = (await product.Get<SaveAgent>().CreateAsync(caller, JsonSerializer.SerializeToElement(new { kind = "webhook", name = "Traced agent", settings = new { url } }))).Value!.Id;
        return (await product.Get<SaveChannel>().CreateAsync(caller, JsonSerializer.SerializeToElement(new { kind = "websocket", name = "Traced", agent }))).Value!.Id;
    }
}

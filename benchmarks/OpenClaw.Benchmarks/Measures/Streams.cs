using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.Benchmarks.Baselines;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// Answers that come token by token from an OpenAI-compatible server: how much later the first one is through the gateway than asked directly, and 1,000 of them
/// at once. Model, gateway and clients share the machine.
/// </summary>
internal static class Streams
{
    private const int Tokens = 40;
    private const string Alone = "20-40-5";

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var model = await bench.StartModelAsync();
        var (gateway, _, _) = await bench.StartGatewayAsync();
        var alone = await TargetAsync(gateway, model, Alone);
        var added = await FirstTokenAsync(bench, model, alone);
        var streams = bench.Options.Quick ? 200 : 1_000;
        var (late, whole) = await ManyAsync(bench, gateway, model, streams);
        return
        [
            Row.AtMost("first token through the gateway, above the agent's own, p50", 5, 2, " ms", added),
            new($"{streams:n0} answers at once, 10 tokens/s each: whole and right", $"{streams:n0}", "", $"{whole:n0}", whole == streams, null),
            new("  first token then, p50 and p99 (asked at once: 200 ms)", "", "", $"{Row.Text(late.Milliseconds(0.5))} / {Row.Text(late.Milliseconds(0.99))} ms", null, null),
        ];
    }

    private static async Task<LoadTarget> TargetAsync(GatewayProcess gateway, ServerProcess model, string plan)
    {
        var agent = await gateway.Api.PostAsync("/api/v1/agents", new JsonObject
        {
            ["kind"] = "openai", ["name"] = $"Model {plan}", ["maxConcurrency"] = 2_000,
            ["settings"] = new JsonObject { ["baseUrl"] = $"http://{model.Address}{ModelServer.Path}", ["model"] = plan },
        });
        var channel = await gateway.Api.CreateSocketChannelAsync($"Streams {plan}", agent["id"]!.GetValue<Guid>());
        return new() { Server = gateway.Address, Path = $"/channels/{channel}/socket" };
    }

    /// <summary>One question after the other, asked directly and through the gateway by turns. Milliseconds that the gateway adds to the median.</summary>
    private static async Task<double> FirstTokenAsync(Bench bench, ServerProcess model, LoadTarget target)
    {
        using HttpClient http = new() { BaseAddress = new Uri($"http://{model.Address}") };
        using StreamSession session = new(0);
        await session.ConnectAsync(target, bench.Cancellation);
        List<double> direct = [], through = [];
        var asks = bench.Options.Quick ? 30 : 120;
        for (var i = 0; i < asks + 10; i++)
        {
            var bare = await DirectAsync(http, bench.Cancellation);
            var answer = await session.AskAsync(bench.Cancellation);
            if (answer.Text != ModelServer.TextOf(Tokens)) throw new InvalidDataException("The answer is not what the model said.");
            if (i < 10) continue; // compiled code
            direct.Add(bare.TotalMilliseconds);
            through.Add(answer.FirstToken.TotalMilliseconds);
        }

        bench.Say($"  first token: {Bench.Median(direct):n2} ms asked directly, {Bench.Median(through):n2} ms through the gateway ({asks} each)");
        return Bench.Median(through) - Bench.Median(direct);
    }

    private static async Task<TimeSpan> DirectAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"{ModelServer.Path}/chat/completions")
        {
            Content = new StringContent($$"""{"model":"{{Alone}}","stream":true,"messages":[{"role":"user","content":"What is the answer?"}]}""", Encoding.UTF8, "application/json"),
        };
        var asked = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
        TimeSpan? first = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            if (line.Contains("\"content\"", StringComparison.Ordinal)) first ??= Stopwatch.GetElapsedTime(asked);
        return first ?? throw new InvalidDataException("The model said nothing.");
    }

    /// <summary>All at once, spread over the first second. How many came whole, and when their first tokens came.</summary>
    private static async Task<(LatencyHistogram First, int Whole)> ManyAsync(Bench bench, GatewayProcess gateway, ServerProcess model, int streams)
    {
        var target = await TargetAsync(gateway, model, $"200-{Tokens * 2}-100");
        var sessions = Enumerable.Range(1, streams).Select(n => new StreamSession(n)).ToList();
        try
        {
            foreach (var chunk in sessions.Chunk(50)) await Task.WhenAll(chunk.Select(s => s.ConnectAsync(target, bench.Cancellation)));
            var before = ProcessFigures.CpuMicroseconds(gateway.Id);
            LatencyHistogram first = new();
            var text = ModelServer.TextOf(Tokens * 2);
            var (whole, pieces, began) = (0, 0L, Stopwatch.GetTimestamp());
            await Task.WhenAll(sessions.Select(async (session, i) =>
            {
                await Task.Delay(TimeSpan.FromSeconds((double)i / streams), TimeProvider.System, bench.Cancellation);
                var answer = await session.AskAsync(bench.Cancellation).WaitAsync(TimeSpan.FromMinutes(2), bench.Cancellation);
                first.Record((long)Math.Min(answer.FirstToken.TotalNanoseconds, 1e12));
                Interlocked.Add(ref pieces, answer.Pieces);
                if (answer.Text == text) Interlocked.Increment(ref whole);
            }));
            var took = Stopwatch.GetElapsedTime(began);
            var cpu = (ProcessFigures.CpuMicroseconds(gateway.Id) - before) / took.TotalMicroseconds * 100;
            bench.Say($"  {streams:n0} at once: {whole:n0} whole in {took.TotalSeconds:n1} s (the model's own {Tokens * 2 / 10.0 + 1.2:n1} s), {pieces:n0} of {streams * Tokens * 2:n0} pieces, gateway {cpu:n0} % of one core, {ProcessFigures.ResidentBytes(gateway.Id) / 1e6:n0} MB resident");
            return (first, whole);
        }
        finally
        {
            foreach (var session in sessions) session.Dispose();
        }
    }
}

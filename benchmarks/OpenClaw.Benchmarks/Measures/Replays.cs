using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// 100,000 dead letters of 25,000 conversations are replayed through the echo agent: first beside 1,000 messages a second, whose latency is measured before
/// and meanwhile, then what is left alone. At the end every one is answered once.
/// </summary>
internal static class Replays
{
    private const int PerSecond = 1_000;
    private const int PerSession = 8; // half of them questions
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var sessions = bench.Options.Quick ? 2_500 : 25_000;
        var folder = bench.NewFolder();
        var (first, _, _) = await bench.StartGatewayAsync(folder);
        await first.StopAsync(TimeSpan.FromSeconds(20));
        await bench.EndAsync(first);
        var letters = await Task.Run(() => { DatabaseFill.Run(folder, sessions, PerSession); return DeadLetterFill.Run(folder); }, bench.Cancellation);
        bench.Say($"  filled {letters:n0} dead letters of {sessions:n0} conversations");

        var (server, target, _) = await bench.StartGatewayAsync(folder);
        var memory = ProcessFigures.ResidentBytes(server.Id);
        var (quiet, busy, beside, replay) = await BesideLoadAsync(bench, server, target);
        var (alone, most) = await AloneAsync(bench, server, replay);
        Check(folder, letters);
        await bench.EndAsync(server);
        bench.Say($"  {beside:n0}/s beside the load, {alone:n0}/s alone; {memory / 1e6:n0} MB resident before, {most / 1e6:n0} MB at most");
        return
        [
            new($"{PerSecond:n0}/s beside the replay of {letters:n0} dead letters: p99", "<= 2x of quiet", "", $"{Row.Text(busy)} ms, {Row.Text(quiet)} ms quiet", busy <= 2 * quiet, null),
            new("  replayed per second: beside the load, alone", "", "", $"{Row.Text(beside)}, {Row.Text(alone)}", null, null),
            new("  resident memory before, at most", "", "", $"{Row.Text(memory / 1e6)} MB, {Row.Text(most / 1e6)} MB", null, null),
        ];
    }

    private static async Task<(double Quiet, double Busy, double PerSecond, string Replay)> BesideLoadAsync(Bench bench, GatewayProcess server, LoadTarget target)
    {
        List<double> quiet = [], busy = [];
        using var load = await LoadClient.ConnectAsync(target, bench.Options.Sessions, bench.Cancellation);
        await LatencyAsync(bench, load, "warm-up");
        for (var round = 0; round < bench.Options.Rounds; round++) quiet.Add(await LatencyAsync(bench, load, "quiet"));
        var replay = (await server.Api.PostAsync("/api/v1/replays", new JsonObject { ["cause"] = "agent_error" }))["id"]!.GetValue<string>();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < bench.Options.Rounds && await LeftAsync(server, replay) != 0; round++) busy.Add(await LatencyAsync(bench, load, "replaying"));
        return (Bench.Median(quiet), Bench.Median(busy), await AnsweredAsync(server, replay) / Stopwatch.GetElapsedTime(start).TotalSeconds, replay);
    }

    private static async Task<(double PerSecond, long Memory)> AloneAsync(Bench bench, GatewayProcess server, string replay)
    {
        var (start, most, before) = (Stopwatch.GetTimestamp(), 0L, await AnsweredAsync(server, replay));
        while (await LeftAsync(server, replay) != 0)
        {
            most = Math.Max(most, ProcessFigures.ResidentBytes(server.Id));
            await Task.Delay(Look, TimeProvider.System, bench.Cancellation);
        }

        return ((await AnsweredAsync(server, replay) - before) / Stopwatch.GetElapsedTime(start).TotalSeconds, Math.Max(most, ProcessFigures.ResidentBytes(server.Id)));
    }

    private static async Task<int> AnsweredAsync(GatewayProcess server, string replay) => (await server.Api.GetAsync($"/api/v1/replays/{replay}"))["answered"]!.GetValue<int>();

    /// <summary>How many are not over; -1 while they are still being written down.</summary>
    private static async Task<int> LeftAsync(GatewayProcess server, string replay)
    {
        var view = await server.Api.GetAsync($"/api/v1/replays/{replay}");
        return view["state"]!.GetValue<string>() switch
        {
            "done" => 0,
            "preparing" => -1,
            "running" => view["total"]!.GetValue<int>() - view["answered"]!.GetValue<int>() - view["failed"]!.GetValue<int>() - view["skipped"]!.GetValue<int>() is > 0 and var left ? left : -1,
            var state => throw new InvalidDataException($"The replay is {state}: {view["reason"]}"),
        };
    }

    /// <summary>Every question has one answer of the replay's run.</summary>
    private static void Check(string folder, long letters)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
        var found = (
            Letters: GatewayFile.Count(file, "SELECT count(*) FROM DeadLetters WHERE State = 'replayed'"),
            Questions: GatewayFile.Count(file, """SELECT count(*) FROM Messages WHERE "From" = 1 AND State = 4 AND Run = 1"""),
            Answers: GatewayFile.Count(file, """SELECT count(*) FROM (SELECT DISTINCT SessionId, InReplyToSeq FROM Messages WHERE "From" = 2 AND Run = 1)"""),
            All: GatewayFile.Count(file, """SELECT count(*) FROM Messages WHERE "From" = 2 AND Run = 1"""));
        if (found != (letters, letters, letters, letters)) throw new InvalidDataException($"After the replay of {letters}: {found}");
    }

    private static async Task<double> LatencyAsync(Bench bench, LoadClient client, string name)
    {
        var tally = client.Restart();
        if (!await OpenLoop.RunAsync(client, PerSecond, bench.Options.Load, bench.Cancellation) || tally.Faults().Length > 0 || !tally.Errors.IsEmpty)
            throw new InvalidDataException($"{name}: {tally.Replied} of {tally.Sent} answered, {tally.Faults()}, errors {string.Join(", ", tally.Errors)}");
        var latency = tally.ReplyLatency;
        bench.Say($"  {name,-9} p50 {latency.Milliseconds(0.5):n2}  p90 {latency.Milliseconds(0.9):n2}  p99 {latency.Milliseconds(0.99):n2}  p99.9 {latency.Milliseconds(0.999):n2} ms");
        return latency.Milliseconds(0.99);
    }
}

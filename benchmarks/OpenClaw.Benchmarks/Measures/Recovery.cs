using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// From the start of the new process until every one of 10,000 messages that were unfinished at the <c>kill -9</c> is answered and
/// that answer is durable. The agent does not answer before the kill (a delay of ten minutes, set to 0 in the file before the restart).
/// </summary>
internal static class Recovery
{
    private const int Window = 10;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var sessions = bench.Options.Quick ? 200 : 1000;
        var rounds = bench.Options.Quick ? 1 : Math.Min(3, bench.Options.Rounds);
        List<double> seconds = [];
        for (var round = 0; round < rounds; round++) seconds.Add(await OnceAsync(bench, sessions));
        return [Row.AtMost($"recovery after kill -9 with {sessions * Window:n0} unfinished messages", 5, 2, " s", Bench.Median(seconds))];
    }

    private static async Task<double> OnceAsync(Bench bench, int sessions)
    {
        var folder = bench.NewFolder();
        var (gateway, target, _) = await bench.StartGatewayAsync(folder, echoDelayMs: 600_000);
        var accepted = await AcceptAsync(bench, target, sessions);
        await gateway.KillAsync();
        await bench.EndAsync(gateway);
        if (accepted != sessions * Window) throw new InvalidDataException($"Only {accepted} messages were accepted.");

        using (var file = GatewayFile.Open(folder, SqliteOpenMode.ReadWrite))
        using (var update = file.CreateCommand())
        {
            update.CommandText = "UPDATE Agents SET Settings = json_set(Settings, '$.delayMs', 0)";
            update.ExecuteNonQuery();
        }
        await using var again = await GatewayProcess.StartAsync(new() { DataDirectory = folder }, bench.Cancellation);
        var ready = Stopwatch.GetElapsedTime(again.StartedAt).TotalSeconds;
        double all;
        using (var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly))
        {
            while (GatewayFile.Count(file, "SELECT count(*) FROM Messages WHERE Pending IS NOT NULL") > 0)
            {
                if (Stopwatch.GetElapsedTime(again.StartedAt) > TimeSpan.FromSeconds(60)) throw new TimeoutException("Not recovered after 60 s:\n" + again.Output);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bench.Cancellation);
            }
            all = Stopwatch.GetElapsedTime(again.StartedAt).TotalSeconds;
            var answers = GatewayFile.Count(file, """SELECT count(*) FROM Messages WHERE "From" = 2""");
            if (answers != accepted) throw new InvalidDataException($"{answers} answers to {accepted} messages.");
        }
        bench.Say($"  ready after {ready:n2} s, {accepted:n0} answered after {all:n2} s");
        return all;
    }

    private static async Task<long> AcceptAsync(Bench bench, LoadTarget target, int sessions)
    {
        using var client = await LoadClient.ConnectAsync(target, sessions, bench.Cancellation);
        new ClosedLoop(client, Window).Start();
        for (var wait = 0; wait < 1000 && client.Tally.Acked < sessions * Window; wait++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bench.Cancellation);
        return client.Tally.Acked;
    }
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// 100,000 expired sessions with a million messages go to the archive: first beside 5,000 messages a second, whose latency is measured before and meanwhile,
/// then alone, with the process killed three times. At the end everything is there, once.
/// </summary>
internal static class Archiving
{
    private const int PerSecond = 5000;
    private const int Kills = 3;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (sessions, messages) = bench.Options.Quick ? (10_000, 10) : (100_000, 10);
        var folder = bench.NewFolder();
        var (first, _, _) = await bench.StartGatewayAsync(folder);
        await first.StopAsync(TimeSpan.FromSeconds(20));
        await bench.EndAsync(first);
        var seconds = await Task.Run(() => DatabaseFill.Run(folder, sessions, messages, expired: true), bench.Cancellation);
        var before = Bytes(folder, "*");
        bench.Say($"  filled {sessions:n0} expired sessions with {sessions * messages:n0} messages in {seconds:n1} s: {before / 1e6:n0} MB");

        var (quiet, busy) = await BesideLoadAsync(bench, folder);
        var after = await AloneAsync(bench, folder, sessions, messages);
        bench.Say($"  on disk {before / 1e6:n0} MB before; after: database {Bytes(folder, "gateway.db*") / 1e6:n0} MB of which {after.Free / 1e6:n0} MB free, transcripts {after.Transcripts / 1e6:n0} MB, index of words {Bytes(folder, "search.db*") / 1e6:n0} MB");
        return
        [
            new($"5,000/s beside the archiving of {sessions:n0} sessions: p99", "<= 15 ms", "2x of quiet", $"{Row.Text(busy)} ms, {Row.Text(quiet)} ms quiet", busy <= 15, busy <= 2 * quiet),
            new("archived alone, killed three times: sessions", "all, once", "", $"{sessions:n0}, {Row.Text(after.PerSecond)}/s", true, null),
        ];
    }

    private static async Task<(double Quiet, double Busy)> BesideLoadAsync(Bench bench, string folder)
    {
        var (server, target, _) = await bench.StartGatewayAsync(folder);
        List<double> quiet = [], busy = [];
        using (var load = await LoadClient.ConnectAsync(target, bench.Options.Sessions, bench.Cancellation))
        {
            await LatencyAsync(bench, load, "warm-up", server);
            for (var round = 0; round < bench.Options.Rounds; round++) quiet.Add(await LatencyAsync(bench, load, "quiet", server));
            using var http = Client(server);
            var archived = Archived(folder);
            var start = Stopwatch.GetTimestamp();
            var run = http.PostAsync(new Uri("/api/v1/jobs/sessions-archive/run", UriKind.Relative), null, bench.Cancellation);
            for (var round = 0; round < bench.Options.Rounds * 2 && !run.IsCompleted; round++) busy.Add(await LatencyAsync(bench, load, "archiving", server));
            bench.Say($"  beside the load: {(Archived(folder) - archived) / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} sessions/s");
        }

        await bench.EndAsync(server);
        return (Bench.Median(quiet), Bench.Median(busy));
    }

    private static async Task<double> LatencyAsync(Bench bench, LoadClient client, string name, GatewayProcess server)
    {
        var tally = client.Restart();
        if (!await OpenLoop.RunAsync(client, PerSecond, bench.Options.Load, bench.Cancellation) || tally.Faults().Length > 0 || !tally.Errors.IsEmpty)
            throw new InvalidDataException($"{name}: {tally.Replied} of {tally.Sent} answered, {tally.Faults()}, errors {string.Join(", ", tally.Errors)}");
        var latency = tally.ReplyLatency;
        bench.Say($"  {name,-9} p50 {latency.Milliseconds(0.5):n2}  p90 {latency.Milliseconds(0.9):n2}  p99 {latency.Milliseconds(0.99):n2}  p99.9 {latency.Milliseconds(0.999):n2} ms, {ProcessFigures.ResidentBytes(server.Id) / 1e6:n0} MB resident");
        return latency.Milliseconds(0.99);
    }

    private static async Task<(double PerSecond, long Free, long Transcripts)> AloneAsync(Bench bench, string folder, int sessions, int messages)
    {
        var (start, archived) = (Stopwatch.GetTimestamp(), Archived(folder));
        var left = sessions - archived;
        for (var kill = 0; kill <= Kills; kill++)
        {
            await using var server = await GatewayProcess.StartAsync(new() { DataDirectory = folder }, bench.Cancellation);
            using var http = Client(server);
            var run = http.PostAsync(new Uri("/api/v1/jobs/sessions-archive/run", UriKind.Relative), null, bench.Cancellation);
            if (kill < Kills)
            {
                var goal = archived + (left * (kill + 1) / (Kills + 1));
                while (Archived(folder) < goal && !run.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bench.Cancellation);
                bench.Say($"  killed with {Archived(folder):n0} archived, {ProcessFigures.ResidentBytes(server.Id) / 1e6:n0} MB resident");
                await server.KillAsync();
                await run.ContinueWith(static _ => { }, TaskScheduler.Default);
                continue;
            }

            using var answer = await run;
            bench.Say($"  {await answer.Content.ReadAsStringAsync(bench.Cancellation):l}");
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await CheckAsync(http, folder, sessions, messages);
            bench.Say($"  alone: {left:n0} sessions in {seconds:n1} s with {Kills} kills and restarts");
            using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
            return (left / seconds, GatewayFile.Count(file, "SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size()"), Bytes(Path.Combine(folder, "archives"), "*"));
        }

        throw new UnreachableException();
    }

    /// <summary>All archived, no row left, no file too many, and a sample read back.</summary>
    private static async Task CheckAsync(HttpClient http, string folder, int sessions, int messages)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
        const string filled = "(SELECT Id FROM Sessions WHERE UserId LIKE 'filled-%')";
        var found = (
            Sessions: GatewayFile.Count(file, $"SELECT count(*) FROM ArchivedSessions WHERE RowsRemoved = 1 AND SessionId IN {filled}"),
            Messages: GatewayFile.Count(file, $"SELECT sum(Messages) FROM ArchivedSessions WHERE SessionId IN {filled}"),
            Rows: GatewayFile.Count(file, $"SELECT count(*) FROM SessionEntries WHERE SessionId IN {filled}") + GatewayFile.Count(file, $"SELECT count(*) FROM Messages WHERE SessionId IN {filled}"),
            Files: Directory.EnumerateFiles(Path.Combine(folder, "archives"), "*", SearchOption.AllDirectories).LongCount());
        if (found != (sessions, (long)sessions * messages, 0, sessions)) throw new InvalidDataException($"After the kills: {found}");
        using var sample = file.CreateCommand();
        sample.CommandText = "SELECT lower(hex(SessionId)) FROM ArchivedSessions ORDER BY random() LIMIT 50";
        using var reader = sample.ExecuteReader();
        while (reader.Read())
        {
            var page = JsonNode.Parse(await http.GetStringAsync(new Uri($"/api/v1/archive/{Guid.ParseExact(reader.GetString(0), "N")}/messages?limit=200", UriKind.Relative)))!;
            var seqs = page["items"]!.AsArray().Select(m => m!["seq"]!.GetValue<int>()).ToList();
            if (!seqs.SequenceEqual(Enumerable.Range(1, messages))) throw new InvalidDataException($"A transcript has {string.Join(',', seqs)}.");
        }
    }

    private static HttpClient Client(GatewayProcess server)
    {
        var http = new HttpClient { BaseAddress = new($"http://{server.Address}"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", GatewayProcess.ApiKey);
        return http;
    }

    private static long Archived(string folder)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
        return GatewayFile.Count(file, "SELECT count(*) FROM ArchivedSessions");
    }

    private static long Bytes(string folder, string pattern) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(pattern, SearchOption.AllDirectories).Sum(f => f.Length) : 0;
}

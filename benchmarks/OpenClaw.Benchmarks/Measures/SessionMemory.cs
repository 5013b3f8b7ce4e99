using System.Diagnostics;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Probe;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// What a session costs while it is active and its socket is gone: managed heap after a full collection, before and after
/// many sessions held a conversation. "Metadata": one exchange of a few bytes; "history": two exchanges whose
/// questions fill 2 KB, since the answers of the echo agent are the same bytes in memory.
/// </summary>
internal static class SessionMemory
{
    private const int Side = 32;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var sessions = bench.Options.Quick ? 3_000 : 20_000;
        var (gateway, target, probe) = await bench.StartGatewayAsync();
        await ConverseAsync(bench, target with { TextBytes = 1024 }, 500, 2); // warm-up: pools, compiled code

        var bare = await PerSessionAsync(bench, probe, target with { TextBytes = 1 }, sessions, 1);
        var full = await PerSessionAsync(bench, probe, target with { TextBytes = 1024 }, sessions, 2);
        await bench.EndAsync(gateway);
        return
        [
            Row.AtMost("active session in memory: metadata", 400, 250, " B", bare),
            Row.AtMost("active session in memory: with 2 KB history", 2560, 2355, " B", full),
        ];
    }

    private static async Task<double> PerSessionAsync(Bench bench, MemoryProbe probe, LoadTarget target, int sessions, int messages)
    {
        var before = probe.Collect().Heap;
        await ConverseAsync(bench, target, sessions, messages);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, bench.Cancellation); // the server notices the closed sockets
        var after = probe.Collect().Heap;
        bench.Say($"  {sessions:n0} sessions, {messages} exchange(s) of {target.TextBytes} B: heap {before / 1048576.0:n1} -> {after / 1048576.0:n1} MB");
        return (after - before) / (double)sessions;
    }

    private static Task ConverseAsync(Bench bench, LoadTarget target, int sessions, int messages) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, sessions),
            new ParallelOptions { MaxDegreeOfParallelism = Side, CancellationToken = bench.Cancellation },
            async (number, token) =>
            {
                using LoadSession session = new(number, target, new LoadTally());
                Exchange exchange = new();
                session.Pattern = exchange;
                await session.ConnectAsync(token);
                for (var message = 0; message < messages; message++)
                {
                    var answered = exchange.Next();
                    session.Send(Stopwatch.GetTimestamp());
                    await answered.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, token);
                }
            });

    private sealed class Exchange : ILoadPattern
    {
        private TaskCompletionSource _answered = new();

        public Task Next() => (_answered = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Replied(LoadSession session) => _answered.TrySetResult();
    }
}

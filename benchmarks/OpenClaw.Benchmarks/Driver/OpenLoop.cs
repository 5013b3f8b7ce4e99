using System.Diagnostics;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// A fixed rate, whatever the server does. Latency counts from the moment at which a message was meant to go out, so a
/// stall of server or client is in the figures of every message behind it (no coordinated omission).
/// </summary>
internal static class OpenLoop
{
    /// <summary>Sends for that long, or until it shall stop, round robin over the sessions, on a thread of its own; then waits for what is in flight.</summary>
    /// <returns>False when not everything came back within ten seconds after the end.</returns>
    public static async Task<bool> RunAsync(LoadClient client, int perSecond, TimeSpan duration, CancellationToken stop)
    {
        client.Use(null);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            Pace(client, perSecond, duration, stop);
            done.SetResult();
        })
        { IsBackground = true, Name = "open loop", Priority = ThreadPriority.AboveNormal };
        thread.Start();
        await done.Task.ConfigureAwait(false);
        return await client.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None).ConfigureAwait(false);
    }

    private static void Pace(LoadClient client, int perSecond, TimeSpan duration, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        var total = (long)(perSecond * duration.TotalSeconds);
        for (long message = 0; message < total && !stop.IsCancellationRequested; message++)
        {
            var due = start + (message * Stopwatch.Frequency / perSecond);
            var early = (due - Stopwatch.GetTimestamp()) * 1_000_000 / Stopwatch.Frequency;
            if (early > 0) Native.SleepMicroseconds((uint)early);
            client.Sessions[(int)(message % client.Sessions.Count)].Send(due);
        }
    }
}

using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Waits for what another process does; there is no clock to move in it.</summary>
internal static class Until
{
    /// <summary>Asks every few milliseconds; fails with what the load saw and the product said.</summary>
    public static async Task TrueAsync(string what, Func<bool> isTrue, TimeSpan atMost, LoadTally tally, Func<string> output)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!isTrue())
        {
            if (clock.GetElapsedTime(start) > atMost)
                Assert.Fail($"Not after {atMost}: {what}. Sent {tally.Sent}, acknowledged {tally.Acked}, answered {tally.Replied}, closed {tally.Closed}, faults: {tally.Faults()}; errors: {string.Join(", ", tally.Errors)}\n{output()}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), clock);
        }
    }

    /// <summary>Asks every few milliseconds, for a minute at most.</summary>
    public static async Task TrueAsync(string what, Func<Task<bool>> isTrue)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await isTrue())
        {
            if (clock.GetElapsedTime(start) > TimeSpan.FromSeconds(60)) Assert.Fail($"Not after 60 s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
        }
    }
}

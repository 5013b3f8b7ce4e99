using System.Diagnostics;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>What the disk under a folder takes to make 4 KB durable: the floor of every acknowledgement.</summary>
internal static class DiskSync
{
    /// <summary>The median of 50 appends, each with an fsync.</summary>
    public static double MedianMilliseconds(string folder)
    {
        var page = new byte[4096];
        var times = new double[50];
        using var file = File.OpenHandle(Path.Combine(folder, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, i * (long)page.Length);
            RandomAccess.FlushToDisk(file);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return times.Order().ElementAt(times.Length / 2);
    }
}

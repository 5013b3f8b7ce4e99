using System.Globalization;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>What Linux says of a process: <c>/proc/{pid}/stat</c> and <c>/proc/{pid}/status</c>.</summary>
internal static class ProcessFigures
{
    private const double MicrosecondsPerTick = 10_000; // USER_HZ is 100 on every Linux that .NET runs on

    /// <summary>User and system time so far, in microseconds (steps of 10 ms).</summary>
    public static double CpuMicroseconds(int process) => Ticks(process, 11, 12) * MicrosecondsPerTick;

    /// <summary>The same for a process, the children that it has, and those that it had and waited for.</summary>
    public static double CpuMicrosecondsWithChildren(int process)
    {
        var total = Ticks(process, 11, 12, 13, 14);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var other)) continue;
            try
            {
                if (Number(Fields(other)[1]) == process) total += Ticks(other, 11, 12, 13, 14);
            }
            catch (IOException)
            {
                // it ended between the two looks: its parent has its time
            }
        }

        return total * MicrosecondsPerTick;
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>How many threads of the whole machine wanted to run during the last minute.</summary>
    public static double MachineLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>What stands behind the program's name, which may hold anything.</summary>
    private static string[] Fields(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static long Ticks(int process, params ReadOnlySpan<int> columns)
    {
        var fields = Fields(process);
        var ticks = 0L;
        foreach (var column in columns) ticks += Number(fields[column]);
        return ticks;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

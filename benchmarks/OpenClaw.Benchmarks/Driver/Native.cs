using System.Runtime.InteropServices;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>The few calls of Linux that .NET has no name for.</summary>
internal static class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>Sends a signal to a process group (its leader's id).</summary>
    public static void SignalGroup(int leader, int signal) => _ = Kill(-leader, signal);

    /// <summary>Sleeps with the precision of the kernel's timers, some 60 µs; the runtime's own waits know milliseconds only.</summary>
    public static void SleepMicroseconds(uint microseconds) => _ = MicroSleep(microseconds);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "usleep", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MicroSleep(uint microseconds);
}

using System.ComponentModel;
using System.Diagnostics;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A test that counts system calls; shown as skipped where strace is missing or may not trace.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute()
    {
        if (!Tool.Succeeds("strace", "-o", "/dev/null", "true")) Skip = "strace is missing or may not trace here.";
    }
}

/// <summary>A test on a small disk of its own; shown as skipped where nothing can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!SmallDisk.CanMount) Skip = "A tmpfs cannot be mounted here (it takes root).";
    }
}

/// <summary>Runs a small program to its end.</summary>
internal static class Tool
{
    /// <summary>True when it is there and ends with 0.</summary>
    public static bool Succeeds(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

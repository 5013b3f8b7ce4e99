namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>When a connection that failed is made again.</summary>
internal static class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>After what waiting cannot mend.</summary>
    public static readonly TimeSpan Fatal = TimeSpan.FromHours(6);

    /// <summary>A connection that held so long was a good one: what fails after it is the first failure. A network that flaps is not a platform that refuses.</summary>
    public static readonly TimeSpan Good = TimeSpan.FromSeconds(3);

    /// <summary>The pause after so many failures in a row: twice as long each time, a random half of it, never shorter than the platform asks for.</summary>
    public static TimeSpan After(int failures, double random, bool isFatal, TimeSpan? asked)
    {
        if (isFatal) return asked > Fatal ? asked.Value : Fatal;
        var full = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        if (full > Longest) full = Longest;
        var pause = full / 2 * (1 + random);
        return asked > pause ? asked.Value : pause;
    }
}

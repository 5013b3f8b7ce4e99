namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>How a run of a job stands, as stored.</summary>
public static class JobOutcomes
{
    /// <summary>It runs, or its process died in it and no start has noticed yet.</summary>
    public const string Running = "running";

    /// <summary>It came to its end; single items may have failed.</summary>
    public const string Done = "done";

    /// <summary>Something stopped all of it.</summary>
    public const string Failed = "failed";

    /// <summary>Somebody stopped it, or the gateway stopped. A later run goes on.</summary>
    public const string Stopped = "stopped";
}

namespace OpenClaw.Portal.Jobs;

internal sealed partial class JobSchedule
{
    [LoggerMessage(8401, LogLevel.Information, "The schedule of jobs runs; jobs: {Jobs}")]
    private partial void LogStarted(int jobs);

    [LoggerMessage(8402, LogLevel.Error, "The schedule of jobs does not work: no job runs by itself until {File} can be used. It is tried again")]
    private partial void LogNotWorking(Exception fault, string file);

    [LoggerMessage(8403, LogLevel.Warning, "The schedule's file could not be read and was put aside as {Aside}; a new one is made from the gateway's database")]
    private partial void LogPutAside(string aside);

    [LoggerMessage(8404, LogLevel.Debug, "The former schedule was not closed cleanly")]
    private partial void LogNotClosed(Exception fault);

    [LoggerMessage(8405, LogLevel.Warning, "The former schedule did not end within {Seconds} s, as its store does not work. It starts no job any more and is left to itself")]
    private partial void LogDoesNotEnd(double seconds);
}

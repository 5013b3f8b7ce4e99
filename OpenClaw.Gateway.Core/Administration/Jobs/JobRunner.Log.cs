using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

public sealed partial class JobRunner
{
    [LoggerMessage(7201, LogLevel.Debug, "The job {Job} is not started: it runs already (run {Run})")]
    private partial void LogRunsAlready(string job, Guid run);

    [LoggerMessage(EventId = 7202, Message = "The job {Job} (run {Run}, started by {StartedBy}) ended as {Outcome} after {Milliseconds} ms: items {Items}, faults {Faults}")]
    private partial void LogEnded(LogLevel level, string job, Guid run, string startedBy, string outcome, long milliseconds, long items, long faults);

    [LoggerMessage(7203, LogLevel.Error, "The job {Job} (run {Run}) failed")]
    private partial void LogFailed(Exception fault, string job, Guid run);

    [LoggerMessage(7204, LogLevel.Error, "The end of the job {Job} (run {Run}) was not written down; the next run of it mends that")]
    private partial void LogEndNotWritten(Exception fault, string job, Guid run);

    [LoggerMessage(7205, LogLevel.Warning, "Runs of jobs that a stopped process left behind are marked as stopped: {Runs}")]
    private partial void LogLeftovers(int runs);

    [LoggerMessage(7206, LogLevel.Warning, "The job {Job} (run {Run}) did not stop in time")]
    private partial void LogDidNotStop(string job, Guid run);
}

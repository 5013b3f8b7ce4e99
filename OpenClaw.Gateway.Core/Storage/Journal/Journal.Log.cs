using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Storage.Journal;

internal sealed partial class Journal
{
    [LoggerMessage(1001, LogLevel.Error, "The journal could not write; new messages are refused until it can")]
    private partial void LogFault(Exception cause);

    [LoggerMessage(1002, LogLevel.Information, "The journal writes again")]
    private partial void LogRecovered();

    [LoggerMessage(1003, LogLevel.Error, "A journal entry ({Entry}) was refused by the database and is given up")]
    private partial void LogEntryRefused(Exception cause, string entry);

    [LoggerMessage(1004, LogLevel.Error, "What follows a committed journal entry ({Entry}) failed")]
    private partial void LogCompletionFailed(Exception cause, string entry);

    [LoggerMessage(1005, LogLevel.Information, "The journal stopped: {Groups} groups, {Entries} entries committed")]
    private partial void LogStopped(long groups, long entries);

    [LoggerMessage(1006, LogLevel.Debug, "The database still takes no writes: {Reason}")]
    private partial void LogProbeFailed(string reason);

    [LoggerMessage(1007, LogLevel.Error, "The connection to the database broke while {Entries} entries were being committed; they wait until the database says whether they are stored")]
    private partial void LogInDoubt(Exception cause, int entries);

    [LoggerMessage(1008, LogLevel.Warning, "The database says of the {Entries} entries in doubt: stored = {Stored}")]
    private partial void LogSettled(bool stored, int entries);
}

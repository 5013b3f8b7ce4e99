using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace OpenClaw.Portal.Hosting.Protection;

/// <summary>A request that failed because the database is away, full or read-only: it can be tried again, and is told so.</summary>
internal static class DatabaseFaults
{
    /// <summary>For people and programs.</summary>
    public const string Sentence = "The database does not answer at the moment. Try again in a few seconds; what was accepted is safe.";

    /// <summary>For <c>Retry-After</c>.</summary>
    public static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    private const string ReadOnlyTransaction = "25006";
    private const string InsufficientResources = "53";

    /// <summary>True when trying again may help; false for faults of the request or of the program.</summary>
    public static bool IsUnavailable(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is SqliteException file) return file.SqliteErrorCode is 5 or 6 or 8 or 10 or 13 or 14; // busy, locked, read-only, I/O, full, cannot open
            if (fault is DbException other)
                return other.IsTransient || other.InnerException is SocketException or IOException or TimeoutException
                    || other.SqlState is ReadOnlyTransaction || other.SqlState?.StartsWith(InsufficientResources, StringComparison.Ordinal) == true;
        }

        return false;
    }

    /// <summary>Says to the client when to come again.</summary>
    public static void AskToWait(HttpResponse response) =>
        response.Headers.RetryAfter = TryAgainAfter.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

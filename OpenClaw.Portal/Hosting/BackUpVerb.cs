using System.Data.Common;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Hosting;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Maintenance.Copying;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Portal.Hosting;

/// <summary>
/// <c>backup FOLDER</c>: copies the installation, which may be running, into an empty folder. Of a database server a SQLite file is made, in one
/// transaction as of one moment and compared row by row: no tools of the server are needed, and <c>copy</c> brings it back into any database.
/// </summary>
internal static class BackUpVerb
{
    public static async Task<int> RunAsync(GatewayOptions options, string folder)
    {
        using var opened = new OpenedDatabase(options);
        if (await opened.FaultAsync() is { } fault) return await StartFaults.TellAsync([fault]);
        var file = opened.Database as SqliteDatabase;
        try
        {
            var files = await new BackUp(options, file is null ? CopyAsync : file.BackUpAsync).RunAsync(folder, CancellationToken.None);
            foreach (var made in files) Console.WriteLine(made);
            Console.WriteLine($"Backed up, files: {files.Count}. master.key is not among them: keep it elsewhere, and put it back with them to restore.");
            if (file is null) Console.WriteLine($"gateway.db holds what {opened.Database.Name} holds. It starts as it is with SQLite, or goes back into an empty database with: copy --Database:Provider=Sqlite --Data:Directory={Path.GetFullPath(folder)} --Target:Provider={opened.Database.Name} --Target:ConnectionString=…");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException or CopyFaultException or StartFaultException or TimeoutException || e.InnerException is DbException)
        {
            await Console.Error.WriteLineAsync("The back-up failed: " + (e is CopyFaultException ? e.Message : DatabaseConfiguration.Line(e)));
            return StartFaults.ExitCode;
        }

        async Task<IReadOnlyList<string>> CopyAsync(string to, CancellationToken cancellationToken)
        {
            var copy = Path.Combine(Path.GetFullPath(to), "gateway.db");
            using (var target = new SqliteDatabase($"Data Source={copy};Pooling=False", TimeProvider.System))
                await new InstallationCopy(opened.Database, target, new CopyWatch(TimeProvider.System).Tell).SnapshotAsync(cancellationToken);
            SqliteDatabase.Close(copy);
            return [copy];
        }
    }
}

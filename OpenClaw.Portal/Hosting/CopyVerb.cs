using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Hosting;
using OpenClaw.Gateway.Core.Maintenance.Copying;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Portal.Hosting;

/// <summary><c>copy</c>: moves the configured installation into another database, with progress; stopped or killed, the same call goes on.</summary>
internal static class CopyVerb
{
    private const string Provider = "Target:Provider";
    private const string Connection = "Target:ConnectionString";

    /// <summary>As shells say it of what Ctrl-C ended.</summary>
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(IConfiguration configuration, GatewayOptions source)
    {
        var reader = new ConfigurationReader(configuration);
        var provider = "";
        string? connection = null;
        if (reader.Text(Provider) is null) reader.Fault(Provider, $"is needed. Allowed: {string.Join(", ", Databases.All)}.");
        else connection = DatabaseConfiguration.ReadConnectionString(reader, provider = DatabaseConfiguration.ReadProvider(reader, Provider), Provider, Connection);
        foreach (var key in configuration.GetSection("Target").GetChildren().Select(c => $"Target:{c.Key}").Where(k => !k.Equals(Provider, StringComparison.OrdinalIgnoreCase) && !k.Equals(Connection, StringComparison.OrdinalIgnoreCase)))
            reader.Fault(key, $"there is no such key. Known in this section: {Provider}, {Connection}.");
        if (reader.Faults.Count > 0) return await StartFaults.TellAsync(reader.Faults);

        var target = source with { DatabaseProvider = provider, ConnectionString = connection };
        var (from, to) = (Databases.Open(source), Databases.Open(target));
        using var closeFrom = from as IDisposable;
        using var closeTo = to as IDisposable;
        if (source.DatabaseProvider == Databases.Sqlite && !File.Exists(Databases.SqliteFile(source)))
            return await StartFaults.TellAsync([$"Data:Directory: '{source.DataDirectory}' holds no installation ({Path.GetFileName(Databases.SqliteFile(source))} is not there)."]);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var watch = new CopyWatch(TimeProvider.System);
            Tell(await new InstallationCopy(from, to, watch.Tell).RunAsync(stop.Token), source, target);
            return 0;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped. What was copied is kept: call copy again with the same source and target, and it goes on. Do not start the gateway on the target before.");
            return Interrupted;
        }
        catch (Exception e) when (e is CopyFaultException or StartFaultException)
        {
            await Console.Error.WriteLineAsync("The copy failed: " + e.Message);
        }
        catch (Exception e) when (e is DbException or DbUpdateException or IOException or UnauthorizedAccessException or TimeoutException or System.Net.Sockets.SocketException || e.InnerException is DbException)
        {
            await Console.Error.WriteLineAsync($"The copy failed: {DatabaseConfiguration.Line(e)}. Mend that at the source ({from.Name}) or the target ({to.Name}), then call copy again: it goes on where it was.");
        }

        return StartFaults.ExitCode;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static void Tell(IReadOnlyList<CopiedTable> tables, GatewayOptions source, GatewayOptions target)
    {
        foreach (var table in tables) Console.WriteLine($"same on both sides: {table.Name}, rows: {table.Rows}, checksum: {table.Sum}");
        Console.WriteLine(
            $"""

            Copied and compared: {tables.Count} tables, {tables.Sum(t => t.Rows)} rows. The source is as it was. What remains to do:

            1. Point the gateway to its new database, for instance in the environment, with the connection string that you gave here:
                 Database__Provider={target.DatabaseProvider}
                 ConnectionStrings__Gateway=…
               and keep Data__Directory={source.DataDirectory}: attachments, transcripts of archived conversations and master.key stay in it and are not in the database.
            2. Start it. The search index of archived conversations is made anew by the job archive-index (every 15 minutes; Owner, Jobs runs it at once);
               the schedule of the jobs is made anew at the start.
            3. Keep the old database until you have seen that all is well. It must not be started again beside the new one.
            """);
    }
}

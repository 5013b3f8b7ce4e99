using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Hosting;

namespace OpenClaw.Portal.Hosting;

/// <summary>What keeps the product from starting is told in one line each on the error stream, without a stack trace.</summary>
internal static class StartFaults
{
    /// <summary>The exit code of a start that failed for something that the operator can mend.</summary>
    public const int ExitCode = 1;

    private static volatile bool _started;

    /// <summary>The host logs what ends a start with its stack trace; the start tells it itself. Later faults are logged as ever.</summary>
    public static void Quiet(ILoggingBuilder logging) => logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", _ => _started);

    public static async Task<int> TellAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults) await Console.Error.WriteLineAsync("Configuration: " + fault);
        return ExitCode;
    }

    /// <summary>Runs until stopped; an address that is taken is a fault of configuration, not of the program.</summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                return await TellAsync([$"Urls: {e.Message.TrimEnd('.')}. Allowed: an address that no other program listens on."]);
            }
            catch (SocketException e)
            {
                return await TellAsync([$"Urls: cannot listen there ({e.Message.TrimEnd('.')}). Allowed: addresses of this machine and ports that this process may open."]);
            }
            catch (InvalidOperationException e) when (e.Message.StartsWith("Unable to configure HTTPS endpoint", StringComparison.Ordinal))
            {
                return await TellAsync(["Urls: there is no certificate for https. Allowed: http behind a proxy, or a certificate in Kestrel:Certificates:Default (Path, Password)."]);
            }
            catch (StartFaultException e)
            {
                return await TellAsync([e.Message]);
            }
            catch (InvalidOperationException e) when (e.InnerException is IOException)
            {
                // the data directory belongs to another process
                return await TellAsync([$"Data:Directory: {e.Message}"]);
            }
            catch (SqliteException e)
            {
                return await TellAsync([$"Data:Directory: the database cannot be used ({e.Message.TrimEnd('.')}). Allowed: a directory on a disk with room that this process may write."]);
            }

            catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // stopped while it waited for its database
                return 0;
            }
            catch (DbException e)
            {
                return await TellAsync([$"ConnectionStrings:Gateway: the database cannot be used ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})."]);
            }

            _started = true;

            await app.WaitForShutdownAsync();
            return 0;
        }
    }
}

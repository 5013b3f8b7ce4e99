using Microsoft.AspNetCore.Connections;

namespace OpenClaw.Portal.Hosting;

/// <summary>What keeps the product from starting is told in one line each on the error stream, without a stack trace.</summary>
internal static class StartFaults
{
    /// <summary>The exit code of a start that failed for something that the operator can mend.</summary>
    public const int ExitCode = 1;

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

            await app.WaitForShutdownAsync();
            return 0;
        }
    }
}

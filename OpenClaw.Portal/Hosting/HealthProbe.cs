using System.Net;

namespace OpenClaw.Portal.Hosting;

/// <summary><c>health [URL]</c>: for health checks of containers, whose image has no other program that could ask.</summary>
internal static class HealthProbe
{
    private const string Ready = "/healthz/ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>0 when it is ready; else 1, and why on the error stream.</summary>
    public static async Task<int> AskAsync(Uri? given, string? urls)
    {
        var address = AddressOf(given, urls);
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address);
            var said = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Console.WriteLine(said);
                return 0;
            }

            return await TellAsync($"{address} answered {(int)answer.StatusCode}: {said}");
        }
        catch (HttpRequestException e)
        {
            return await TellAsync($"{address} does not answer: {e.Message}");
        }
        catch (TaskCanceledException)
        {
            return await TellAsync($"{address} has not answered within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>An address with a path is asked as it is; else for readiness. What listens on every address is asked on this machine.</summary>
    internal static Uri AddressOf(Uri? given, string? urls)
    {
        if (given is not null) return given.AbsolutePath == "/" ? new Uri(given, Ready) : given;
        var first = (urls ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "http://localhost:5080";
        foreach (var every in (string[])["://+", "://*", "://0.0.0.0", "://[::]"]) first = first.Replace(every, "://localhost", StringComparison.Ordinal);
        return new(new Uri(first), Ready);
    }

    private static async Task<int> TellAsync(string fault)
    {
        await Console.Error.WriteLineAsync(fault);
        return StartFaults.ExitCode;
    }
}

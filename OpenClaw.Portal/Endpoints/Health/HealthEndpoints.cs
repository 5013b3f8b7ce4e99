using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Portal.Endpoints.Health;

/// <summary>One thing that was looked at.</summary>
internal sealed record HealthCheck(string Name, bool Ok, string? Detail);

/// <summary>The body of both calls: <c>ok</c> or <c>unavailable</c>, and what was looked at.</summary>
internal sealed record HealthReport(string Status, IReadOnlyList<HealthCheck> Checks);

/// <summary>For orchestrators and load balancers: is the process alive, may it get traffic.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseMay = TimeSpan.FromSeconds(3);

    /// <summary>Maps <c>/healthz/live</c> and <c>/healthz/ready</c>. Needs the stores and the journal.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/healthz/live", Live).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/healthz/ready", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
        return endpoints;
    }

    private static IResult Live(HttpContext http) => Report(http, [new("process", true, null)]);

    private static async Task<IResult> ReadyAsync(HttpContext http, ISystemDbFactory databases, IJournalHealth journal, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var stopping = lifetime.ApplicationStopping.IsCancellationRequested;
        return Report(http,
        [
            new("stopping", !stopping, stopping ? "The node is being stopped." : null),
            await DatabaseAsync(databases, time, http.RequestAborted),
            new("journal", journal.Fault is null, journal.Fault),
        ]);
    }

    /// <summary>What exactly went wrong is not told here: the probe is open to everybody.</summary>
    private static async Task<HealthCheck> DatabaseAsync(ISystemDbFactory databases, TimeProvider time, CancellationToken aborted)
    {
        using var limit = new CancellationTokenSource(DatabaseMay, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        await using var db = databases.Create();
        try
        {
            await db.InstallationValues.AsNoTracking().AnyAsync(either.Token);
            return new("database", true, null);
        }
        catch (DbException)
        {
            return new("database", false, "The database cannot be read.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new("database", false, $"The database has not answered within {DatabaseMay.TotalSeconds:0} s.");
        }
    }

    private static IResult Report(HttpContext http, IReadOnlyList<HealthCheck> checks)
    {
        http.Response.Headers.CacheControl = "no-store";
        var ok = checks.All(c => c.Ok);
        return Results.Json(new HealthReport(ok ? "ok" : "unavailable", checks), JsonSerializerOptions.Web, statusCode: ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

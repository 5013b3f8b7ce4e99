using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>Keeps what waits for endpoints bounded: too many, or due for too long, are given up and say so. They can be resent from the log.</summary>
internal sealed partial class EventUpkeep(ISystemDbFactory databases, EventWebhookOptions options, TimeProvider time, ILogger<EventUpkeep> log)
{
    private const int Slice = 500;

    /// <summary>How many were given up.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var given = 0;
        foreach (var endpoint in await db.EventWebhooks.Select(w => new { w.Id, w.TenantId }).ToListAsync(cancellationToken))
        {
            var overdue = time.GetUtcNow() - options.OldestWaiting;
            var lost = await GiveUpAsync(db, endpoint.Id, overdue, FormattableString.Invariant($"It waited for {options.OldestWaiting.TotalDays:0.#} days, while nothing could be sent."), cancellationToken);
            if (await OldestAllowedAsync(db, endpoint.Id, cancellationToken) is { } oldest)
                lost += await GiveUpAsync(db, endpoint.Id, oldest, $"More than {options.Backlog} events waited for this endpoint; the oldest were given up.", cancellationToken);
            if (lost > 0) LogGivenUp(lost, endpoint.Id, endpoint.TenantId);
            given += lost;
        }

        return given;
    }

    private async Task<DateTimeOffset?> OldestAllowedAsync(GatewayDbContext db, Guid endpoint, CancellationToken cancellationToken)
    {
        var waiting = db.EventDeliveries.Where(d => d.WebhookId == endpoint && d.NextAt != null);
        return await waiting.OrderByDescending(d => d.NextAt).Skip(options.Backlog - 1).Select(d => d.NextAt).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<int> GiveUpAsync(GatewayDbContext db, Guid endpoint, DateTimeOffset before, string why, CancellationToken cancellationToken)
    {
        var (given, slice) = (0, Slice);
        while (slice == Slice)
        {
            slice = await db.WriteAsync(d => d.EventDeliveries.Where(e => e.WebhookId == endpoint && e.NextAt < before).OrderBy(e => e.NextAt).Take(Slice).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, EventDeliveryStates.Failed).SetProperty(e => e.NextAt, (DateTimeOffset?)null).SetProperty(e => e.Error, why), cancellationToken), cancellationToken);
            given += slice;
        }

        return given;
    }

    [LoggerMessage(3121, LogLevel.Warning, "{Count} events for event webhook {Webhook} of tenant {Tenant} were given up: too many, or too old")]
    private partial void LogGivenUp(int count, Guid webhook, Guid tenant);
}

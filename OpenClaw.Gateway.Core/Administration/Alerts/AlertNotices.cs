using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>
/// Sends what alerts have to tell. What is due stands in their rows, so a restart goes on with it; what fails is tried again, later each time, for
/// about a day. In a rule's quiet hours it waits for their end. Not for two threads at once.
/// </summary>
internal sealed partial class AlertNotices(
    ISystemDbFactory databases, IEnumerable<IAlertMeans> means, SecretProtector protector, AlertLinks links, ICatalog catalog, TimeProvider time, ILogger<AlertNotices> log)
{
    private const int Batch = 100;
    private const int AtATime = 16;
    private const int MaxError = 1_000;

    private readonly Dictionary<string, IAlertMeans> _means = means.ToDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>When failed notices are tried again: from 5 s to 15 minutes apart, about a day in all.</summary>
    public static RetryPolicy Policy { get; } = new(110, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15));

    /// <summary>Sends what is due; the number of notices that were tried.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Alert> due;
        Dictionary<Guid, AlertRule> rules;
        await using (var db = databases.Create())
        {
            due = await db.Alerts.AsNoTracking().Where(a => a.NextAt != null && a.NextAt <= now).OrderBy(a => a.NextAt).Take(Batch).ToListAsync(cancellationToken);
            if (due.Count == 0) return 0;
            var ids = due.Select(a => a.RuleId).Distinct().ToList();
            rules = await db.AlertRules.AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        }

        var tried = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, async (alert, token) =>
        {
            try
            {
                if (await TellAsync(alert, rules.GetValueOrDefault(alert.RuleId), now, token)) Interlocked.Increment(ref tried);
            }
            catch (Exception fault) when (!token.IsCancellationRequested)
            {
                LogBroken(fault, alert.Id, alert.RuleId, alert.TenantId);
                await FailAsync(alert, $"The notice could not be made ({fault.GetType().Name}); the gateway's log says more.");
            }
        });
        return tried;
    }

    /// <summary>Sends a test notice now, whatever the hour.</summary>
    public async Task<NoticeResult> TestAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var notice = new AlertNotice(RowId.New(now).ToString("N"), AlertNotice.Test, now, rule, null, TenantName(rule.TenantId), links.Alerts(rule.TenantId));
        return _means.TryGetValue(rule.Means, out var way) ? await way.SendAsync(notice, await SecretsAsync(rule, cancellationToken), cancellationToken) : new(false, $"There is no way '{rule.Means}' to tell.");
    }

    private async Task<bool> TellAsync(Alert alert, AlertRule? rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notice = rule is not { Enabled: true } ? null : AlertNotice.Due(alert, rule, now, TenantName(alert.TenantId), links.Of(alert.TenantId, rule.Condition, alert.Subject));
        if (notice is null || !_means.TryGetValue(notice.Rule.Means, out var way))
        {
            await WriteAsync(alert, s => s.SetProperty(a => a.NextAt, (DateTimeOffset?)null));
            return false;
        }

        if (notice.Rule.Quiet is { } quiet && DayWindow.Of(System.Text.Json.JsonElement.Parse(quiet)) is { } window && window.Holds(now)) return false;
        var result = await way.SendAsync(notice, await SecretsAsync(notice.Rule, cancellationToken), cancellationToken);
        if (result.Taken) await TakenAsync(alert, notice, result.Detail);
        else await FailAsync(alert, result.Detail);
        if (result.Taken) LogTold(notice.Type, alert.Id, alert.RuleId, alert.TenantId, notice.Rule.Means);
        else LogNotTold(notice.Type, alert.Id, alert.RuleId, alert.TenantId, notice.Rule.Means, alert.Attempts + 1);
        return true;
    }

    private async Task TakenAsync(Alert alert, AlertNotice notice, string? error)
    {
        var now = time.GetUtcNow();
        var ended = notice.Type == AlertNotice.Ended;
        var written = await WriteAsync(alert, s =>
        {
            if (ended) s.SetProperty(a => a.EndNotifiedAt, now);
            else s.SetProperty(a => a.NotifiedAt, now);
            s.SetProperty(a => a.Attempts, 0).SetProperty(a => a.Error, Cut(error)).SetProperty(a => a.NextAt, (DateTimeOffset?)null);
        });
        if (written > 0 || ended) return;
        // it ended while its beginning was being told: that end is still to be told
        await using var db = databases.Create();
        await db.WriteAsync(d => d.Alerts.Where(a => a.Id == alert.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.NotifiedAt, now).SetProperty(a => a.Attempts, 0).SetProperty(a => a.Error, Cut(error)), CancellationToken.None), CancellationToken.None);
    }

    private async Task FailAsync(Alert alert, string? error)
    {
        var attempts = alert.Attempts + 1;
        DateTimeOffset? next = attempts >= Policy.Attempts ? null : time.GetUtcNow() + Policy.Delay(attempts, (alert.Id.GetHashCode() & 0xFFFF) / 65_536.0);
        if (await WriteAsync(alert, s => s.SetProperty(a => a.Attempts, attempts).SetProperty(a => a.Error, Cut(error)).SetProperty(a => a.NextAt, next)) == 0)
        {
            await using var db = databases.Create();
            await db.WriteAsync(d => d.Alerts.Where(a => a.Id == alert.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Attempts, attempts).SetProperty(a => a.Error, Cut(error)), CancellationToken.None), CancellationToken.None);
        }
    }

    /// <summary>Writes unless the alert ended meanwhile: what is due then is the end's.</summary>
    private async Task<int> WriteAsync(Alert alert, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<Alert>> set)
    {
        await using var db = databases.Create();
        return await db.WriteAsync(d => d.Alerts.Where(a => a.Id == alert.Id && a.EndedAt == alert.EndedAt).ExecuteUpdateAsync(set, CancellationToken.None), CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> SecretsAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.Secrets.AsNoTracking().FirstOrDefaultAsync(s => s.OwnerId == rule.Id && s.Name == AlertMeans.SigningSecret, cancellationToken) is not { } row) return [];
        var value = protector.Unprotect(row);
        return value.PreviousAt(time.GetUtcNow()) is { } previous ? [value.Value, previous] : [value.Value];
    }

    private string TenantName(Guid tenant) => catalog.FindTenant(tenant)?.Name ?? tenant.ToString();

    private static string? Cut(string? text) => text is { Length: > MaxError } ? text[..MaxError] : text;

    [LoggerMessage(1381, LogLevel.Information, "Told {Type} of alert {Alert} of rule {Rule} of tenant {Tenant} by {Means}")]
    private partial void LogTold(string type, Guid alert, Guid rule, Guid tenant, string means);

    [LoggerMessage(1382, LogLevel.Warning, "Could not tell {Type} of alert {Alert} of rule {Rule} of tenant {Tenant} by {Means}: attempt {Attempt} failed")]
    private partial void LogNotTold(string type, Guid alert, Guid rule, Guid tenant, string means, int attempt);

    [LoggerMessage(1383, LogLevel.Error, "A notice of alert {Alert} of rule {Rule} of tenant {Tenant} could not be made")]
    private partial void LogBroken(Exception cause, Guid alert, Guid rule, Guid tenant);
}

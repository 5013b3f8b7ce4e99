using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>
/// Looks at all rules and keeps the alerts that are open: one per rule and subject while the trouble lasts, over when it has been away for a
/// minute. It tells nobody: what is to be told is a row, and <see cref="AlertNotices"/> sends it. Not for two threads at once.
/// </summary>
internal sealed partial class AlertWatch(
    ISystemDbFactory system, ITenantDbFactory databases, AlertConditions conditions, AlertBoard board, ICatalog catalog, TimeProvider time, ILogger<AlertWatch> log)
{
    /// <summary>A trouble that comes back within this time had not ended.</summary>
    public static readonly TimeSpan ClearFor = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(Guid Rule, string Subject), DateTimeOffset> _seen = [];
    private readonly Dictionary<(Guid Rule, string Subject), DateTimeOffset> _clear = [];

    /// <summary>One round over all rules.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = system.Create();
        var rules = await db.AlertRules.AsNoTracking().Where(r => r.Enabled).ToListAsync(cancellationToken);
        var open = await db.Alerts.AsNoTracking().Where(a => a.EndedAt == null).ToListAsync(cancellationToken);
        if (rules.Count == 0 && open.Count == 0)
        {
            board.Put([]);
            return;
        }

        foreach (var rule in rules) await LookAsync(rule, open.FindAll(a => a.RuleId == rule.Id), cancellationToken);
        await DropAsync(db, [.. open.Where(a => !rules.Exists(r => r.Id == a.RuleId)).Select(a => a.Id)], cancellationToken);
        board.Put(await db.Alerts.AsNoTracking().Where(a => a.EndedAt == null).Select(a => a.TenantId).ToListAsync(cancellationToken));
        foreach (var gone in _seen.Keys.Concat(_clear.Keys).Where(k => !rules.Exists(r => r.Id == k.Rule)).ToList())
        {
            _seen.Remove(gone);
            _clear.Remove(gone);
        }
    }

    private async Task LookAsync(AlertRule rule, List<Alert> open, CancellationToken cancellationToken)
    {
        if (conditions.Find(rule.Condition) is not { } condition || catalog.FindTenant(rule.TenantId) is not { Suspended: false }) return;
        try
        {
            await using var db = databases.Create(rule.TenantId);
            var settings = AlertConditions.ToElement(conditions.Fill(rule.Condition, rule.Settings));
            var now = time.GetUtcNow();
            var look = new AlertLook(rule.TenantId, settings, now, db, open.Select(a => a.Subject).ToHashSet(StringComparer.Ordinal));
            var troubles = await condition.LookAsync(look, cancellationToken);
            foreach (var trouble in troubles) Begin(db, rule, trouble, look);
            foreach (var subject in _seen.Keys.Where(k => k.Rule == rule.Id && !troubles.Any(t => t.Subject == k.Subject)).ToList()) _seen.Remove(subject);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var alert in open) await GoOnAsync(db, rule, alert, troubles.Any(t => t.Subject == alert.Subject), look, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(fault, rule.Condition, rule.Id, rule.TenantId);
        }
    }

    private void Begin(GatewayDbContext db, AlertRule rule, Trouble trouble, AlertLook look)
    {
        var key = (rule.Id, trouble.Subject);
        _clear.Remove(key);
        if (look.Open.Contains(trouble.Subject)) return;
        _seen.TryAdd(key, look.Now);
        if (look.Now - _seen[key] < trouble.After) return;
        db.Alerts.Add(new()
        {
            Id = RowId.New(look.Now), TenantId = rule.TenantId, RuleId = rule.Id, Subject = trouble.Subject, Summary = trouble.Summary,
            StartedAt = trouble.Since ?? _seen[key], NextAt = look.Now,
        });
        LogBegan(rule.Condition, rule.Id, rule.TenantId, trouble.Subject);
    }

    private async Task GoOnAsync(GatewayDbContext db, AlertRule rule, Alert alert, bool lasts, AlertLook look, CancellationToken cancellationToken)
    {
        var key = (rule.Id, alert.Subject);
        if (lasts)
        {
            await RemindAsync(db, alert, look, cancellationToken);
            return;
        }

        _clear.TryAdd(key, look.Now);
        if (look.Now - _clear[key] < ClearFor) return;
        _clear.Remove(key, out var ended);
        var tells = look.Settings.TryGetProperty("resolved", out var resolved) && resolved.ValueKind == JsonValueKind.True;
        DateTimeOffset? next = tells ? look.Now : null;
        await db.WriteAsync(
            d => d.Alerts.Where(a => a.Id == alert.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.EndedAt, ended).SetProperty(a => a.NextAt, next), cancellationToken), cancellationToken);
        LogEnded(rule.Condition, rule.Id, rule.TenantId, alert.Subject);
    }

    private static async Task RemindAsync(GatewayDbContext db, Alert alert, AlertLook look, CancellationToken cancellationToken)
    {
        var repeat = look.Number("repeatMinutes");
        if (repeat <= 0 || alert is not { NotifiedAt: { } told, NextAt: null, Attempts: 0 } || look.Now < told.AddMinutes(repeat)) return;
        await db.WriteAsync(d => d.Alerts.Where(a => a.Id == alert.Id && a.NextAt == null).ExecuteUpdateAsync(s => s.SetProperty(a => a.NextAt, look.Now), cancellationToken), cancellationToken);
    }

    /// <summary>What no enabled rule watches any more is over without a word.</summary>
    private async Task DropAsync(GatewayDbContext db, List<Guid> alerts, CancellationToken cancellationToken)
    {
        if (alerts.Count == 0) return;
        var now = time.GetUtcNow();
        await db.WriteAsync(
            d => d.Alerts.Where(a => alerts.Contains(a.Id)).ExecuteUpdateAsync(s => s.SetProperty(a => a.EndedAt, now).SetProperty(a => a.NextAt, (DateTimeOffset?)null), cancellationToken), cancellationToken);
    }

    [LoggerMessage(1371, LogLevel.Warning, "The condition {Condition} of alert rule {Rule} of tenant {Tenant} could not be looked at; it is tried again")]
    private partial void LogFailed(Exception cause, string condition, Guid rule, Guid tenant);

    [LoggerMessage(1372, LogLevel.Warning, "Alert: {Condition} of rule {Rule} of tenant {Tenant} holds for {Subject}")]
    private partial void LogBegan(string condition, Guid rule, Guid tenant, string subject);

    [LoggerMessage(1373, LogLevel.Information, "Alert over: {Condition} of rule {Rule} of tenant {Tenant} for {Subject}")]
    private partial void LogEnded(string condition, Guid rule, Guid tenant, string subject);
}

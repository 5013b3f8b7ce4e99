using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Makes, changes and deletes alert rules. Rules about the installation are the owners'.</summary>
public sealed class SaveAlertRule
{
    private const int MaxTarget = 2_000;
    private const int MaxMails = 10;
    private static readonly string[] Fields = ["name", "enabled", "condition", "settings", "means", "target", "quiet", "secrets"];

    private readonly ITenantDbFactory _databases;
    private readonly AlertConditions _conditions;
    private readonly SecretProtector _protector;
    private readonly IMailer? _mailer;
    private readonly TimeProvider _time;

    internal SaveAlertRule(ITenantDbFactory databases, AlertConditions conditions, SecretProtector protector, IMailer? mailer, TimeProvider time) =>
        (_databases, _conditions, _protector, _mailer, _time) = (databases, conditions, protector, mailer, time);

    /// <summary>Makes one. The secret of a webhook is shown in the answer, and never again.</summary>
    public async Task<AdminResult<AlertRuleView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var now = _time.GetUtcNow();
        var row = new AlertRule { Id = RowId.New(now), Name = "", Condition = "", Means = "", Target = "", CreatedAt = now };
        db.AlertRules.Add(row);
        return await SaveAsync(caller, db, row, new JsonObject { ["enabled"] = true, ["settings"] = new JsonObject() }, input, cancellationToken);
    }

    /// <summary>Changes one by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<AlertRuleView>> PatchAsync(Caller caller, Guid rule, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, rule, patch, version, cancellationToken));
    }

    /// <summary>Deletes one with its history; what it had still to tell is not told.</summary>
    public async Task<AdminResult<Guid>> DeleteAsync(Caller caller, Guid rule, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.AlertRules.FirstOrDefaultAsync(r => r.Id == rule, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        var secrets = await db.Secrets.Where(s => s.OwnerId == rule).ToListAsync(cancellationToken);
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "alert-rule.deleted", new(row.Id, row.Name), before: AlertRuleView.Of(row, secrets, _conditions));
        db.Secrets.RemoveRange(secrets);
        db.AlertRules.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await db.WriteAsync(d => d.Alerts.Where(a => a.RuleId == rule).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        return AdminResult.Done(rule);
    }

    /// <summary>Puts a fresh signing secret in place; notices are signed with both for the hours that the former one still holds.</summary>
    public async Task<AdminResult<SecretView>> RotateAsync(Caller caller, Guid rule, string name, double overlapHours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.AlertRules.FirstOrDefaultAsync(r => r.Id == rule && r.Means == AlertMeans.Webhook, cancellationToken) is not { } row || name != AlertMeans.SigningSecret) return AdminResult.NotFound<SecretView>();
        DemandFor(caller, _conditions.Find(row.Condition));
        if (overlapHours is not (>= 0 and <= RotateSecret.MaxOverlapHours))
        {
            var errors = new FieldErrors();
            errors.Add("overlapHours", $"Must be a number from 0 to {RotateSecret.MaxOverlapHours}.");
            return AdminResult.Invalid<SecretView>(errors);
        }

        var now = _time.GetUtcNow();
        var (value, until) = (SigningSecrets.Create(), now.AddHours(overlapHours));
        var secret = await db.Secrets.FirstOrDefaultAsync(s => s.OwnerId == rule && s.Name == name, cancellationToken);
        var former = secret is null ? null : _protector.Unprotect(secret).Value;
        if (secret is null) db.Secrets.Add(secret = new() { Id = RowId.New(now), OwnerId = rule, Name = name, Protected = "" });
        (secret.Protected, secret.UpdatedAt) = (_protector.Protect(rule, name, overlapHours > 0 ? new(value, former, until) : new(value)), now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, "alert-rule.secret-rotated", new(row.Id, row.Name), after: new JsonObject { ["secret"] = name, ["overlapHours"] = overlapHours });
        return await Saving.TryAsync<SecretView>(db, cancellationToken)
            ?? AdminResult.Done(new SecretView(true, now, value) { PreviousUntil = former is null || overlapHours == 0 ? null : until });
    }

    /// <summary>Throws unless the caller may have to do with rules of that condition.</summary>
    internal static void DemandFor(Caller caller, IAlertCondition? condition)
    {
        if (condition?.Info.OfInstallation == true) caller.Demand(ApiScopeNames.Own);
    }

    private async Task<AdminResult<AlertRuleView>> PatchOnceAsync(Caller caller, Guid rule, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(caller.Tenant);
        if (await db.AlertRules.FirstOrDefaultAsync(r => r.Id == rule, cancellationToken) is not { } row) return AdminResult.NotFound<AlertRuleView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<AlertRuleView>();
        var present = new JsonObject
        {
            ["name"] = row.Name, ["enabled"] = row.Enabled, ["condition"] = row.Condition, ["settings"] = JsonNode.Parse(row.Settings),
            ["means"] = row.Means, ["target"] = row.Target, ["quiet"] = row.Quiet is null ? null : JsonNode.Parse(row.Quiet),
        };
        return await SaveAsync(caller, db, row, present, patch, cancellationToken);
    }

    private async Task<AdminResult<AlertRuleView>> SaveAsync(Caller caller, GatewayDbContext db, AlertRule row, JsonObject present, JsonElement input, CancellationToken cancellationToken)
    {
        var secrets = await db.Secrets.Where(s => s.OwnerId == row.Id).ToListAsync(cancellationToken);
        var before = row.Version == 0 ? null : AlertRuleView.Of(row, secrets, _conditions);
        var document = Document.Merge(present, input, Fields);
        await FillAsync(caller, db, row, document, cancellationToken);
        var changes = SecretChanges.Read(input, name => name == AlertMeans.SigningSecret && row.Means == AlertMeans.Webhook, CheckSecret, document.Errors);
        if (document.Errors.Any) return AdminResult.Invalid<AlertRuleView>(document.Errors);
        var now = _time.GetUtcNow();
        if (row.Means != AlertMeans.Webhook) // a secret that nothing is signed with would only lie about
        {
            db.Secrets.RemoveRange(secrets);
            secrets.Clear();
        }

        string[] toMake = row.Means == AlertMeans.Webhook ? [AlertMeans.SigningSecret] : [];
        var made = changes.Apply(db, secrets, new(row.Id, toMake, _ => SigningSecrets.Create()), _protector, now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "alert-rule.created" : "alert-rule.changed", new(row.Id, row.Name), before, AlertRuleView.Of(row, secrets, _conditions));
        return await Saving.TryAsync<AlertRuleView>(db, cancellationToken) ?? AdminResult.Done(AlertRuleView.Of(row, secrets, _conditions, made));
    }

    private async Task FillAsync(Caller caller, GatewayDbContext db, AlertRule row, Document document, CancellationToken cancellationToken)
    {
        row.Name = document.Name();
        row.Enabled = document.Flag("enabled", absent: true);
        await Saving.CheckNameAsync(db.AlertRules.Where(r => r.Id != row.Id).Select(r => r.Name), row.Name, "alert rule", document.Errors, cancellationToken);
        FillCondition(caller, row, document);
        FillMeans(row, document);
        var quiet = document.IsAbsent("quiet") ? null : DayWindow.Read(document.Object("quiet"), "quiet", document.Errors);
        row.Quiet = quiet?.ToJson().ToJsonString();
    }

    private void FillCondition(Caller caller, AlertRule row, Document document)
    {
        var name = document.Text("condition");
        DemandFor(caller, _conditions.Find(row.Condition));
        if (name is not null && row.Condition.Length > 0 && name != row.Condition) document.Errors.Add("condition", "A rule's condition cannot be changed; make another rule.");
        else if (name is not null && _conditions.Find(name) is null) document.Errors.Add("condition", $"Must be one of: {string.Join(", ", _conditions.All.Select(c => c.Name))}.");
        else if (name is not null) row.Condition = name;
        if (_conditions.Find(row.Condition) is not { } condition) return;
        DemandFor(caller, condition);
        var settings = document.Object("settings");
        SettingsCheck.Check(settings, AlertConditions.Specs(condition.Info), "settings", closed: true, document.Errors);
        if (!document.Errors.Within("settings")) condition.Check(caller.Tenant, settings, document.Errors);
        row.Settings = document.Saved("settings");
    }

    private void FillMeans(AlertRule row, Document document)
    {
        row.Means = document.Text("means") ?? "";
        row.Target = document.Text("target")?.Trim() ?? "";
        if (row.Means.Length > 0 && row.Means is not (AlertMeans.Webhook or AlertMeans.Mail)) document.Errors.Add("means", "Must be webhook or mail.");
        if (document.Errors.Within("means") || document.Errors.Within("target")) return;
        if (row.Means == AlertMeans.Webhook && (row.Target.Length > MaxTarget || !HttpUrls.TryParse(row.Target, out _))) document.Errors.Add("target", "Must be an absolute http or https URL.");
        if (row.Means == AlertMeans.Mail) CheckMail(row, document);
    }

    private void CheckMail(AlertRule row, Document document)
    {
        if (_mailer?.IsConfigured != true) document.Errors.Add("means", "This installation sends no mail (Smtp:Host is not set). Use a webhook, or ask the owner to set up mail.");
        var addresses = Addresses(row.Target);
        if (addresses.Length is 0 or > MaxMails || !addresses.All(EmailRule.Fits)) document.Errors.Add("target", $"Must be one to {MaxMails} e-mail addresses, separated by commas.");
        else row.Target = string.Join(", ", addresses);
    }

    internal static string[] Addresses(string target) => target.Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? CheckSecret(string name, string value) =>
        value.StartsWith(StandardWebhooks.Prefix, StringComparison.Ordinal) && value.Length >= 32 ? null : $"Must begin with {StandardWebhooks.Prefix} and go on with base64 of at least 24 bytes; null makes a new one.";
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Holds;

/// <summary>Makes, changes and releases legal holds. What a hold keeps does not change: for something else there is another hold.</summary>
public sealed class SaveHold(ITenantDbFactory databases, TimeProvider time)
{
    private const int MaxReason = 2_000;
    private const int MaxUser = 400;
    private const string Fixed = "What a hold keeps cannot be changed: make another hold, then release this one.";
    private static readonly string[] Fields = ["name", "reason", "session", "user", "channel"];

    /// <summary>Makes one of <c>{name,reason,session | user(+channel) | channel}</c>.</summary>
    public async Task<AdminResult<HoldView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var now = time.GetUtcNow();
        var row = new LegalHold { Id = RowId.New(now), Name = "", CreatedBy = caller.Name, CreatedAt = now };
        var document = Document.Merge([], input, Fields);
        await FillAsync(db, row, document, cancellationToken);
        (row.SessionId, row.UserId, row.ChannelId) = (document.Id("session"), document.IsAbsent("user") ? null : document.Text("user"), document.Id("channel"));
        if (!document.Errors.Any) await CheckTargetAsync(db, row, document.Errors, cancellationToken);
        if (document.Errors.Any) return AdminResult.Invalid<HoldView>(document.Errors);
        db.LegalHolds.Add(row);
        return await SaveAsync(caller, db, row, null, cancellationToken);
    }

    /// <summary>Changes name or reason by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<HoldView>> PatchAsync(Caller caller, Guid hold, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, hold, patch, version, cancellationToken));
    }

    /// <summary>Releases one: retention and erasures take what it kept from their next run on.</summary>
    public async Task<AdminResult<Guid>> ReleaseAsync(Caller caller, Guid hold, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        if (await db.LegalHolds.FirstOrDefaultAsync(h => h.Id == hold, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        AuditTrail.Note(db, caller, time.GetUtcNow(), "hold.released", new(row.Id, row.Name), before: HoldView.Of(row));
        db.LegalHolds.Remove(row);
        return await Saving.TryAsync<Guid>(db, cancellationToken) ?? AdminResult.Done(hold);
    }

    private async Task<AdminResult<HoldView>> PatchOnceAsync(Caller caller, Guid hold, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        if (await db.LegalHolds.FirstOrDefaultAsync(h => h.Id == hold, cancellationToken) is not { } row) return AdminResult.NotFound<HoldView>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<HoldView>();
        var before = HoldView.Of(row);
        var present = new JsonObject { ["name"] = row.Name, ["reason"] = row.Reason, ["session"] = row.SessionId, ["user"] = row.UserId, ["channel"] = row.ChannelId };
        var document = Document.Merge(present, patch, [.. Fields, "version"]);
        await FillAsync(db, row, document, cancellationToken);
        if (document.Id("session") != row.SessionId) document.Errors.Add("session", Fixed);
        if ((document.IsAbsent("user") ? null : document.Text("user")) != row.UserId) document.Errors.Add("user", Fixed);
        if (document.Id("channel") != row.ChannelId) document.Errors.Add("channel", Fixed);
        return document.Errors.Any ? AdminResult.Invalid<HoldView>(document.Errors) : await SaveAsync(caller, db, row, before, cancellationToken);
    }

    private async Task<AdminResult<HoldView>> SaveAsync(Caller caller, GatewayDbContext db, LegalHold row, HoldView? before, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        AuditTrail.Note(db, caller, now, before is null ? "hold.created" : "hold.changed", new(row.Id, row.Name), before, HoldView.Of(row));
        return await Saving.TryAsync<HoldView>(db, cancellationToken) ?? AdminResult.Done(HoldView.Of(row));
    }

    private static async Task FillAsync(GatewayDbContext db, LegalHold row, Document document, CancellationToken cancellationToken)
    {
        row.Name = document.Name();
        row.Reason = document.IsAbsent("reason") ? null : document.Text("reason")?.Trim() is { Length: > 0 } reason ? reason : null;
        if (row.Reason is { Length: > MaxReason }) document.Errors.Add("reason", $"Must have at most {MaxReason} characters.");
        await Saving.CheckNameAsync(db.LegalHolds.Where(h => h.Id != row.Id).Select(h => h.Name), row.Name, "hold", document.Errors, cancellationToken);
    }

    /// <summary>One target, and one that there is: a hold that keeps nothing because of a slip would be noticed too late.</summary>
    private static async Task CheckTargetAsync(GatewayDbContext db, LegalHold row, FieldErrors errors, CancellationToken cancellationToken)
    {
        if (row.UserId is { Length: 0 }) row.UserId = null;
        if (row.SessionId is null && row.UserId is null && row.ChannelId is null)
            errors.Add("session", "Say what to keep: a session, a user (with or without a channel), or a channel.");
        else if (row.SessionId is not null && (row.UserId is not null || row.ChannelId is not null))
            errors.Add("session", "A hold keeps either one session, or a user's sessions, or a channel's: leave out the others.");
        else if (row.UserId is { Length: > MaxUser })
            errors.Add("user", $"Must have at most {MaxUser} characters.");
        else if (row.SessionId is { } session && !await db.Sessions.AnyAsync(s => s.Id == session, cancellationToken))
            errors.Add("session", "There is no such session.");
        else if (row.ChannelId is { } channel && !await db.Channels.AnyAsync(c => c.Id == channel, cancellationToken) && !await db.Sessions.AnyAsync(s => s.ChannelId == channel, cancellationToken))
            errors.Add("channel", "There is no such channel.");
    }
}

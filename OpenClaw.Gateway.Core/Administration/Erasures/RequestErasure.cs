using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>Asks for a person to be erased. It begins at once, in the background, and goes on after a restart.</summary>
public sealed class RequestErasure
{
    internal const string PseudonymStart = "erased-";
    private const int MaxUser = 400;
    private const int MaxReason = 2_000;
    private readonly ITenantDbFactory _databases;
    private readonly SecretProtector _protector;
    private readonly Lazy<ErasureCount> _count;
    private readonly IErasureStart _start;
    private readonly TimeProvider _time;

    internal RequestErasure(ITenantDbFactory databases, SecretProtector protector, Lazy<ErasureCount> count, IErasureStart start, TimeProvider time) =>
        (_databases, _protector, _count, _start, _time) = (databases, protector, count, start, time);

    /// <summary>What erasing <c>{user,channel?}</c> would remove, and what holds would keep. Nothing is changed.</summary>
    public async Task<AdminResult<ErasureReport>> CountAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var (user, channel, _, errors) = await ReadAsync(db, input, cancellationToken);
        return errors.Any ? AdminResult.Invalid<ErasureReport>(errors) : AdminResult.Done(await _count.Value.RunAsync(caller.Tenant, user, channel, cancellationToken));
    }

    /// <summary>Takes the wish <c>{user,channel?,reason?}</c> and begins.</summary>
    public async Task<AdminResult<ErasureView>> RunAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        var (user, channel, reason, errors) = await ReadAsync(db, input, cancellationToken);
        if (errors.Any) return AdminResult.Invalid<ErasureView>(errors);
        var now = _time.GetUtcNow();
        var id = RowId.New(now);
        var row = new Erasure
        {
            Id = id, Person = new ErasurePlan(user).Protect(id, _protector), Pseudonym = PseudonymStart + RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 12),
            ChannelId = channel, Reason = reason, State = ErasureStates.Pending, RequestedBy = caller.Name, CreatedAt = now,
        };
        db.Erasures.Add(row);
        // the reason may name the person: it stands with the erasure alone, where it is cleared in the end
        AuditTrail.Note(db, caller, now, "erasure.requested", new(row.Id, row.Pseudonym), after: new { channel });
        if (await Saving.TryAsync<ErasureView>(db, cancellationToken) is { } failure) return failure;
        _start.Kick();
        return AdminResult.Done(ErasureView.Of(row));
    }

    private static async Task<(string User, Guid? Channel, string? Reason, FieldErrors Errors)> ReadAsync(GatewayDbContext db, JsonElement input, CancellationToken cancellationToken)
    {
        var document = Document.Merge([], input, "user", "channel", "reason");
        var user = document.Text("user") ?? "";
        if (document.IsAbsent("user")) return (user, null, null, document.Errors);
        if (user.Length is 0 or > MaxUser) document.Errors.Add("user", $"The person's id on the platform, 1 to {MaxUser} characters.");
        var channel = document.Id("channel");
        if (channel is { } one && !await db.Channels.AnyAsync(c => c.Id == one, cancellationToken) && !await db.Sessions.AnyAsync(s => s.ChannelId == one, cancellationToken))
            document.Errors.Add("channel", "There is no such channel.");
        var reason = document.IsAbsent("reason") ? null : document.Text("reason")?.Trim() is { Length: > 0 } said ? said : null;
        if (reason is { Length: > MaxReason }) document.Errors.Add("reason", $"Must have at most {MaxReason} characters.");
        return (user, channel, reason, document.Errors);
    }
}

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>Sentences that operators' work suggests as examples: read, taken over, or put aside.</summary>
public sealed class Suggestions(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    /// <summary>Suggestions, newest first.</summary>
    public async Task<Page<SuggestionView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.SuggestedExamples.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(e => e.Id < last);
        var rows = await query.OrderByDescending(e => e.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(SuggestionView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>How many there are.</summary>
    public async Task<int> CountAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.SuggestedExamples.CountAsync(cancellationToken);
    }

    /// <summary>Makes one an example of an intent: the named one, else the suggested one.</summary>
    public async Task<AdminResult<SuggestionAccepted>> AcceptAsync(Caller caller, Guid suggestion, string? intent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (await db.SuggestedExamples.FirstOrDefaultAsync(e => e.Id == suggestion, cancellationToken) is not { } row) return AdminResult.NotFound<SuggestionAccepted>();
        var wanted = string.IsNullOrWhiteSpace(intent) ? row.Intent : intent.Trim();
        var set = catalog.FindIntents(caller.Tenant);
        var errors = new FieldErrors();
        if (wanted is null) errors.Add("intent", "Say of which intent it is an example: the agent is for several.");
        else if (set.Intents.FirstOrDefault(i => IntentNames.Same(i.Name, wanted)) is not { } known) errors.Add("intent", $"There is no intent '{wanted}'.");
        else if (known.Examples.Count >= IntentLimits.ExamplesPerIntent) return AdminResult.InUse<SuggestionAccepted>($"The intent '{known.Name}' has {IntentLimits.ExamplesPerIntent} examples, as many as it may have. Remove some that say the same.");
        else if (set.Intents.Sum(i => i.Examples.Count) >= IntentLimits.Examples) return AdminResult.InUse<SuggestionAccepted>("There are as many examples as a tenant may have. Remove some that say the same.");
        else return await TakeOverAsync(caller, db, row, known.Id, cancellationToken);
        return AdminResult.Invalid<SuggestionAccepted>(errors);
    }

    /// <summary>Puts one aside for good.</summary>
    public async Task<AdminResult<Guid>> DismissAsync(Caller caller, Guid suggestion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        if (await db.SuggestedExamples.FirstOrDefaultAsync(e => e.Id == suggestion, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        db.SuggestedExamples.Remove(row);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "intent.suggestion-dismissed", new(row.Id, row.Intent));
        return await Saving.TryAsync<Guid>(db, cancellationToken) ?? AdminResult.Done(suggestion);
    }

    private async Task<AdminResult<SuggestionAccepted>> TakeOverAsync(Caller caller, GatewayDbContext db, Storage.Entities.SuggestedExample row, Guid id, CancellationToken cancellationToken)
    {
        if (await db.Intents.FirstOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } intent) return AdminResult.Stale<SuggestionAccepted>();
        var (now, before) = (time.GetUtcNow(), IntentView.Audited(intent));
        var examples = IntentView.ExamplesOf(intent).Append(row.Text).Distinct(StringComparer.Ordinal).ToList();
        (intent.Examples, intent.Version, intent.UpdatedAt) = (JsonSerializer.Serialize(examples, SaveIntent.Readable), intent.Version + 1, now);
        db.SuggestedExamples.Remove(row);
        AuditTrail.Note(db, caller, now, "intent.suggestion-accepted", new(intent.Id, intent.Name), before, IntentView.Audited(intent));
        if (await Saving.TryAsync<SuggestionAccepted>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(new SuggestionAccepted(row.Id, intent.Name, examples.Count));
    }
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>A draft that was read for a step, over the version that it began from.</summary>
internal sealed record OpenDraft(GatewayDbContext Db, RoutingDraft? Row, RuleSetModel Base, int Live, List<DraftRule> Rules)
{
    private Dictionary<Guid, RuleModel>? _before;

    public IReadOnlyDictionary<Guid, RuleModel> Before => _before ??= Base.Rules.ToDictionary(r => r.Id);

    public int IndexOf(Guid rule) => Rules.FindIndex(r => r.Rule.Id == rule);
}

/// <summary>Reads and writes the draft of a tenant.</summary>
internal sealed class DraftStore(ITenantDbFactory databases, ICatalog catalog, RoutingNews news, TimeProvider time)
{
    private const int MaxRounds = 20;

    public GatewayDbContext Open(Guid tenant) => databases.Create(tenant);

    /// <summary>The draft; where there is none, what is live.</summary>
    public async Task<OpenDraft> ReadAsync(GatewayDbContext db, Guid tenant, CancellationToken cancellationToken)
    {
        var row = await db.RoutingDrafts.FirstOrDefaultAsync(cancellationToken);
        var live = catalog.FindRules(tenant);
        if (row is null) return new(db, Row: null, live, live.Version, [.. live.Rules.Select(DraftDocument.AsBefore)]);
        var from = row.BaseVersion == live.Version ? live : new(row.BaseVersion, await RuleRows.AllAsync(db, tenant, row.BaseVersion, cancellationToken));
        var draft = new OpenDraft(db, row, from, live.Version, []);
        draft.Rules.AddRange(DraftDocument.Read(row.Rules, draft.Before));
        return draft;
    }

    /// <summary>
    /// One step of work on the draft. Another's step in between is not lost: this one is made again over what it left. A draft in which
    /// nothing differs any more goes by itself. (Without <paramref name="write"/> the step has seen to the row itself.)
    /// </summary>
    public async Task<T> ChangeAsync<T>(Caller caller, Func<OpenDraft, (T Answer, bool Save)> step, CancellationToken cancellationToken, bool write = true)
    {
        for (var round = 1; ; round++)
        {
            await using var db = Open(caller.Tenant);
            var draft = await ReadAsync(db, caller.Tenant, cancellationToken);
            var (answer, save) = step(draft);
            if (!save) return answer;
            if (write) Write(caller, draft);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException fault) when (round < MaxRounds && (fault is DbUpdateConcurrencyException || Saving.IsDuplicate(fault)))
            {
                continue;
            }
            news.Tell(caller.Tenant);
            return answer;
        }
    }

    private void Write(Caller caller, OpenDraft draft)
    {
        var row = draft.Row;
        if (draft.Base.Version == draft.Live && RuleDiff.Between(draft.Base.Rules, [.. draft.Rules.Select(r => r.Rule)]).Count == 0)
        {
            if (row is not null) draft.Db.RoutingDrafts.Remove(row);
            return;
        }
        if (row is null) draft.Db.RoutingDrafts.Add(row = new() { TenantId = caller.Tenant, BaseVersion = draft.Base.Version, Rules = "", UpdatedBy = "" });
        (row.Rules, row.UpdatedBy, row.UpdatedAt, row.Version) = (DraftDocument.Write(draft.Rules, draft.Before), caller.Name, time.GetUtcNow(), row.Version + 1);
    }
}

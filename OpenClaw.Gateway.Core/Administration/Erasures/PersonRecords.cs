using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Idempotency;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>What the tenant's own books say of a person: audit entries, saved filters, and the configuration that names them.</summary>
/// <param name="AuditEntries">Entries with details about them.</param>
/// <param name="Filters">Saved filters that name them.</param>
/// <param name="Configuration">For people: what to change by hand.</param>
internal sealed record PersonMentions(long AuditEntries, long Filters, IReadOnlyList<string> Configuration);

/// <summary>
/// Blanks what the audit says of a person (the entries stay: who did what and when is the tenant's), removes saved filters that name them and
/// remembered answers that may. Configuration is told and not touched: taking a person out of a rule could turn it into one for everybody.
/// </summary>
internal sealed class PersonRecords(ISystemDbFactory databases, IdempotencyStore answers)
{
    private const string Blank = """{"erased":true}""";
    private const int Page = 500;

    public async Task<PersonMentions> CountAsync(Guid tenant, PersonMarks marks, HashSet<Guid> targets, CancellationToken cancellationToken)
    {
        var entries = 0L;
        await foreach (var found in EntriesAsync(tenant, marks, targets, cancellationToken)) entries += found.Count;
        return new(entries, (await FiltersAsync(tenant, marks, cancellationToken)).Count, await ConfigurationAsync(tenant, marks, cancellationToken));
    }

    public async Task<PersonMentions> RemoveAsync(Guid tenant, PersonMarks marks, HashSet<Guid> targets, string pseudonym, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var entries = 0L;
        await foreach (var found in EntriesAsync(tenant, marks, targets, cancellationToken))
            entries += await db.WriteAsync(d => BlankAsync(d, found, pseudonym, cancellationToken), cancellationToken);
        var filters = await FiltersAsync(tenant, marks, cancellationToken);
        if (filters.Count > 0) await db.WriteAsync(d => d.SavedFilters.Where(f => filters.Contains(f.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        await answers.ForgetAsync(tenant, text => marks.AreInJson(text) || targets.Any(t => text.Contains(t.ToString(), StringComparison.OrdinalIgnoreCase)), cancellationToken);
        return new(entries, filters.Count, await ConfigurationAsync(tenant, marks, cancellationToken));
    }

    private static async Task<int> BlankAsync(GatewayDbContext db, List<Guid> entries, string pseudonym, CancellationToken cancellationToken)
    {
        await db.Audit.Where(e => entries.Contains(e.Id) && e.TargetName != null).ExecuteUpdateAsync(set => set.SetProperty(e => e.TargetName, pseudonym), cancellationToken);
        await db.Audit.Where(e => entries.Contains(e.Id) && e.Before != null).ExecuteUpdateAsync(set => set.SetProperty(e => e.Before, Blank), cancellationToken);
        await db.Audit.Where(e => entries.Contains(e.Id) && e.After != null).ExecuteUpdateAsync(set => set.SetProperty(e => e.After, Blank), cancellationToken);
        return entries.Count;
    }

    /// <summary>Entries about the person that say something, portion by portion. An entry that was blanked says nothing any more.</summary>
    private async IAsyncEnumerable<List<Guid>> EntriesAsync(
        Guid tenant, PersonMarks marks, HashSet<Guid> targets, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var last = Guid.Empty;
        while (await db.Audit.AsNoTracking().Where(e => e.TenantId == tenant && e.Id > last).OrderBy(e => e.Id).Take(Page).ToListAsync(cancellationToken) is { Count: > 0 } rows)
        {
            last = rows[^1].Id;
            var found = rows.Where(e => IsAbout(e, marks, targets)).Select(e => e.Id).ToList();
            if (found.Count > 0) yield return found;
        }
    }

    private static bool IsAbout(AuditEntry entry, PersonMarks marks, HashSet<Guid> targets)
    {
        if (entry.TargetName is null && Says(entry.Before) is null && Says(entry.After) is null) return false;
        if (targets.Contains(entry.TargetId)) return !IsBlanked(entry);
        return marks.AreIn(entry.TargetName) || marks.AreInJson(Says(entry.Before)) || marks.AreInJson(Says(entry.After));
    }

    private static bool IsBlanked(AuditEntry entry) => entry.TargetName?.StartsWith(RequestErasure.PseudonymStart, StringComparison.Ordinal) == true && Says(entry.Before) is null && Says(entry.After) is null;

    private static string? Says(string? json) => json is null or Blank ? null : json;

    private async Task<List<Guid>> FiltersAsync(Guid tenant, PersonMarks marks, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var filters = await db.SavedFilters.AsNoTracking().Where(f => f.TenantId == tenant).ToListAsync(cancellationToken);
        return [.. filters.Where(f => marks.AreIn(f.Name) || Values(f.Query).Any(marks.AreIn)).Select(f => f.Id)];
    }

    private static IEnumerable<string> Values(string query) =>
        query.Split('&').Select(field => Uri.UnescapeDataString(field[(field.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace('+', ' ')));

    private async Task<List<string>> ConfigurationAsync(Guid tenant, PersonMarks marks, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var found = new List<string>();
        var channels = await db.Channels.AsNoTracking().Where(c => c.TenantId == tenant).Select(c => new { c.Name, c.Settings }).ToListAsync(cancellationToken);
        found.AddRange(channels.Where(c => marks.AreInJson(c.Settings)).Select(c => $"The settings of the channel '{c.Name}' name the person (a list of those who may write)."));
        var rules = await db.RoutingRules.AsNoTracking().Where(r => r.TenantId == tenant).Select(r => new { r.Name, r.Match, r.ToVersion }).ToListAsync(cancellationToken);
        var naming = rules.Where(r => marks.AreInJson(r.Match)).ToList();
        found.AddRange(naming.Where(r => r.ToVersion == RoutingRule.Live).Select(r => $"The routing rule '{r.Name}' names the person."));
        if (naming.Exists(r => r.ToVersion != RoutingRule.Live)) found.Add("Earlier versions of the routing rules name the person.");
        var drafts = await db.RoutingDrafts.AsNoTracking().Where(d => d.TenantId == tenant).Select(d => d.Rules).ToListAsync(cancellationToken);
        if (drafts.Exists(marks.AreInJson)) found.Add("The draft of the routing rules names the person.");
        var intents = await db.Intents.AsNoTracking().Where(i => i.TenantId == tenant).Select(i => new { i.Name, i.Examples }).ToListAsync(cancellationToken);
        found.AddRange(intents.Where(i => marks.AreInJson(i.Examples)).Select(i => $"An example of the intent '{i.Name}' names the person."));
        var holds = await db.LegalHolds.AsNoTracking().Where(h => h.TenantId == tenant).Select(h => new { h.Name, h.Reason, h.UserId }).ToListAsync(cancellationToken);
        found.AddRange(holds.Where(h => marks.AreIn(h.UserId) || marks.AreIn(h.Name) || marks.AreIn(h.Reason)).Select(h => $"The legal hold '{(marks.AreIn(h.Name) ? "…" : h.Name)}' names the person."));
        return found;
    }
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Intents.Quality;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>Reads intents, what is recognised, and how well.</summary>
public sealed class IntentQueries
{
    /// <summary>The most characters of a text that is asked about.</summary>
    public const int MaxText = 100_000;

    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly IntentRecognizer _recognizer;
    private readonly IntentQualityRuns _runs;
    private readonly TimeProvider _time;

    internal IntentQueries(ITenantDbFactory databases, ICatalog catalog, IntentRecognizer recognizer, IntentQualityRuns runs, TimeProvider time) =>
        (_databases, _catalog, _recognizer, _runs, _time) = (databases, catalog, recognizer, runs, time);

    /// <summary>Intents, newest first.</summary>
    public async Task<Page<IntentView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var query = db.Intents.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(i => i.Id < last);
        var rows = await query.OrderByDescending(i => i.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var warnings = new IntentWarnings(_catalog.FindIntents(tenant));
        return new([.. rows.Select(r => IntentView.Of(r, warnings))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One intent, or null when the tenant has none of that id.</summary>
    public async Task<IntentView?> GetAsync(Guid tenant, Guid intent, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        return await db.Intents.AsNoTracking().FirstOrDefaultAsync(i => i.Id == intent, cancellationToken) is { } row
            ? IntentView.Of(row, new(_catalog.FindIntents(tenant)))
            : null;
    }

    /// <summary>All intents by name, with what names them; from memory, but for their descriptions.</summary>
    public async Task<IReadOnlyList<IntentSummary>> SummariesAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var descriptions = await db.Intents.AsNoTracking().ToDictionaryAsync(i => i.Id, i => i.Description, cancellationToken);
        var set = _catalog.FindIntents(tenant);
        var (rules, agents, warnings) = (_catalog.FindRules(tenant).Rules, Agents(tenant), new IntentWarnings(set));
        return [.. set.Intents.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase).Select(i => new IntentSummary(
            i.Id, i.Name, descriptions.GetValueOrDefault(i.Id), i.Examples.Count, warnings.Of(i.Name, i.Examples),
            [.. rules.Where(r => IntentNames.Same(r.Match.Intent, i.Name)).Select(r => r.Name)],
            [.. agents.Where(a => a.Intents.Any(n => IntentNames.Same(n, i.Name))).Select(a => a.Name)]))];
    }

    /// <summary>Names of intents that agents list and that do not exist: the agent and the name.</summary>
    public IReadOnlyList<(string Agent, string Intent)> Missing(Guid tenant)
    {
        var names = _catalog.FindIntents(tenant).Intents.Select(i => i.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Agents(tenant).SelectMany(a => a.Intents.Where(i => !names.Contains(i)).Select(i => (a.Name, i)))];
    }

    /// <summary>How they are recognised.</summary>
    public async Task<IntentOptionsView> OptionsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = _databases.Create(tenant);
        var secrets = await db.Secrets.AsNoTracking().Where(s => s.OwnerId == tenant && s.Name == IntentRows.KeyName).ToListAsync(cancellationToken);
        return IntentOptionsView.Of(await db.IntentOptions.AsNoTracking().FirstOrDefaultAsync(cancellationToken), secrets);
    }

    /// <summary>What a text seems to want, with all scores. Throws <see cref="InvalidInputException"/> for one that is too long.</summary>
    public Task<IntentJudgement> EvaluateAsync(Guid tenant, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxText) throw new InvalidInputException("text", $"Must have at most {MaxText} characters.");
        return _recognizer.JudgeAsync(_catalog.FindIntents(tenant), text, cancellationToken);
    }

    /// <summary>
    /// How well the examples tell the intents apart. It is found out once for each state of them: the call waits some time for that and then says how
    /// far it is. With <paramref name="again"/> one that was stopped begins anew.
    /// </summary>
    public Task<IntentQualityState> QualityAsync(Guid tenant, TimeSpan patience, bool again = false, CancellationToken cancellationToken = default) =>
        _runs.GetAsync(tenant, _catalog.FindIntents(tenant), patience, _time, again, cancellationToken);

    /// <summary>Breaks off finding that out.</summary>
    public void StopQuality(Guid tenant) => _runs.Stop(tenant);

    private List<AgentModel> Agents(Guid tenant) => [.. _catalog.Agents.Where(a => a.Tenant.Id == tenant).OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase)];
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Reads replays of many.</summary>
public sealed class ReplayQueries(ITenantDbFactory databases, ICatalog catalog)
{
    private const int Looked = 100;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Replays, newest first.</summary>
    public async Task<Page<ReplayView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var replays = db.Replays.AsNoTracking();
        if (Cursor.Parse(page.After) is { Id: var last }) replays = replays.Where(r => r.Id < last);
        var rows = await replays.OrderByDescending(r => r.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(r => ToView(r, catalog))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One replay with its progress, or null when the tenant has none of that id.</summary>
    public async Task<ReplayView?> GetAsync(Guid tenant, Guid replay, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Replays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == replay, cancellationToken) is { } row ? ToView(row, catalog) : null;
    }

    /// <summary>Its dead letters in order, those of one state where it is given; null when the tenant has no such replay.</summary>
    public async Task<Page<ReplayItemView>?> ItemsAsync(Guid tenant, Guid replay, string? state, PageRequest page, CancellationToken cancellationToken = default)
    {
        var after = Ordinal(page.After);
        await using var db = databases.Create(tenant);
        if (!await db.Replays.AnyAsync(r => r.Id == replay, cancellationToken)) return null;
        var items = db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay && i.Ordinal > after);
        if (!string.IsNullOrEmpty(state)) items = items.Where(i => i.State == state);
        var rows = await items.OrderBy(i => i.Ordinal).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var ids = rows.ConvertAll(r => r.LetterId);
        var letters = await db.DeadLetters.AsNoTracking().Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        return new(
            [.. rows.Select(r => new ReplayItemView(r.Ordinal, r.LetterId, r.State, r.Detail, Answer(r.Answer), r.FinishedAt, letters.TryGetValue(r.LetterId, out var letter) ? DeadLetterQueries.ToView(letter) : null))],
            more ? rows[^1].Ordinal.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The channels and agents of the next of its dead letters that are under way or have not begun: whom it may wait for.</summary>
    public async Task<IReadOnlySet<Guid>> AwaitedAsync(Guid tenant, ReplayView replay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replay);
        await using var db = databases.Create(tenant);
        var ids = await db.ReplayItems.AsNoTracking().Where(i => i.ReplayId == replay.Id && (i.State == ReplayItemStates.Waiting || i.State == ReplayItemStates.Started))
            .OrderBy(i => i.Ordinal).Take(Looked).Select(i => i.LetterId).ToListAsync(cancellationToken);
        var letters = await db.DeadLetters.AsNoTracking().Where(d => ids.Contains(d.Id)).Select(d => new { d.ChannelId, d.AgentId }).Distinct().ToListAsync(cancellationToken);
        return letters.Select(l => l.ChannelId).Concat(letters.Select(l => replay.Agent ?? l.AgentId).OfType<Guid>()).ToHashSet();
    }

    /// <summary>One dead letter of each of these groups: what they are called after.</summary>
    public async Task<IReadOnlyDictionary<string, DeadLetterView>> ExamplesAsync(Guid tenant, IEnumerable<string> groups, CancellationToken cancellationToken = default)
    {
        var examples = new Dictionary<string, DeadLetterView>(StringComparer.Ordinal);
        await using var db = databases.Create(tenant);
        foreach (var group in groups.Distinct(StringComparer.Ordinal))
            if (await db.DeadLetters.AsNoTracking().Where(d => d.Fingerprint == group).OrderBy(d => d.Id).FirstOrDefaultAsync(cancellationToken) is { } row) examples[group] = DeadLetterQueries.ToView(row);
        return examples;
    }

    internal static string Text(ShadowAnswer answer) => JsonSerializer.Serialize(answer, Json);

    internal static ShadowAnswer? Answer(string? json) => json is null ? null : JsonSerializer.Deserialize<ShadowAnswer>(json, Json);

    internal static ReplayView ToView(Replay row, ICatalog catalog) => new()
    {
        Id = row.Id,
        State = row.State,
        Reason = row.Reason,
        Selection = SavedJson.Object(row.Selection),
        Agent = row.AgentId,
        AgentName = row.AgentId is { } agent ? catalog.FindAgent(agent)?.Name : null,
        Shadow = row.Shadow,
        Canary = row.Canary,
        StopShare = row.StopShare,
        RatePerSecond = row.RatePerSecond,
        Total = row.Total,
        Skipped = row.Skipped,
        Started = row.Started,
        Answered = row.Answered,
        Failed = row.Failed,
        InFlight = Math.Max(0, row.Started - row.Answered - row.Failed),
        Waiting = Math.Max(0, row.Total - row.Skipped - row.Started),
        Step = row.Step,
        StepSize = row.Canary ? CanarySteps.Size(row.Step) : null,
        StartedBy = row.StartedBy,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
    };

    private static int Ordinal(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return 0;
        return int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : throw new InvalidInputException("after", "This is not a cursor that a list has given.");
    }
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>When a message came, and how it begins.</summary>
internal sealed record Excerpt(DateTimeOffset At, string Text);

/// <summary>Reads the texts of examples at the moment in which somebody looks at them: what was erased meanwhile is not shown.</summary>
internal sealed class BacktestExcerpts(ITenantDbFactory databases, ArchiveReader archive)
{
    private const int MostCharacters = 160;

    /// <summary>Conversations whose transcripts are opened for one look.</summary>
    private const int MostTranscripts = 40;

    public async Task<IReadOnlyDictionary<Guid, Excerpt>> ReadAsync(Guid tenant, BacktestResult result, CancellationToken cancellationToken)
    {
        List<StoredExample> examples = [.. result.Moves.SelectMany(m => m.Examples), .. result.Unmatched, .. result.Dropped, .. result.NoRoute];
        if (examples.Count == 0) return new Dictionary<Guid, Excerpt>();
        await using var db = databases.Create(tenant);
        var places = examples.Where(e => e.Position > 0).Select(e => e.Position).Distinct().ToList();
        var found = await db.Messages.AsNoTracking().Where(m => places.Contains(m.Position)).Select(m => new { m.Id, m.At, m.Text }).ToDictionaryAsync(m => m.Id, m => new Excerpt(m.At, Cut(m.Text)), cancellationToken);
        foreach (var session in examples.Where(e => !found.ContainsKey(e.Message)).GroupBy(e => e.Session).Take(MostTranscripts).ToList())
            await ArchivedAsync(tenant, session.Key, [.. session.Select(e => e.Seq).Distinct()], found, cancellationToken);
        return found;
    }

    /// <summary>It was archived since, or before.</summary>
    private async Task ArchivedAsync(Guid tenant, Guid session, IReadOnlyCollection<long> seqs, Dictionary<Guid, Excerpt> found, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var row in await archive.ReadAtAsync(session, seqs, cancellationToken, tenant) ?? []) found[row.Id] = new(row.At, Cut(row.Text));
        }
        catch (ArchiveFaultException)
        {
            // the archive's own check tells of it: here the example is shown without its text
        }
    }

    private static string Cut(string text)
    {
        if (text.Length <= MostCharacters) return text;
        var end = char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return text[..end] + "…";
    }
}

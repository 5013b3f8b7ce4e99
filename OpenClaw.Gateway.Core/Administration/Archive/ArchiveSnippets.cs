using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>A piece of an entry; <c>IsHit</c> where it is what was looked for.</summary>
public sealed record SnippetPart(string Text, bool IsHit);

/// <summary>Where in a conversation something was found: the entry's number and author, and a little of its text.</summary>
public sealed record Snippet(long Seq, string From, IReadOnlyList<SnippetPart> Parts);

/// <summary>Shows where words were found, read from the transcript: for the few rows of a list that somebody looks at.</summary>
public sealed class ArchiveSnippets
{
    private const int MostEntries = 20_000;
    private const int Before = 40;
    private const int Length = 180;

    private readonly ArchiveReader _reader;

    internal ArchiveSnippets(ArchiveReader reader) => _reader = reader;

    /// <summary>The entry that has most of the words; null where none is found (any more), or the transcript cannot be read.</summary>
    public async Task<Snippet?> FindAsync(Guid tenant, Guid session, string text, CancellationToken cancellationToken = default)
    {
        var marks = new SearchMarks(text);
        try
        {
            using var transcript = await _reader.OpenAsync(session, tenant, cancellationToken);
            return transcript is null ? null : await Task.Run(() => Best(transcript, marks, cancellationToken), cancellationToken);
        }
        catch (ArchiveFaultException)
        {
            // the list tells the fault beside the session, once it is noted
            return null;
        }
    }

    /// <summary>A text's beginning, or what is around the first place, with the places marked.</summary>
    internal static IReadOnlyList<SnippetPart> Cut(string text, IReadOnlyList<(int Start, int End)> places)
    {
        var start = places.Count == 0 || places[0].Start <= Before ? 0 : Whole(text, places[0].Start - Before);
        var end = Whole(text, Math.Min(text.Length, start + Length));
        var parts = new List<SnippetPart>();
        if (start > 0) parts.Add(new("…", false));
        var at = start;
        foreach (var (from, to) in places.Where(p => p.Start < end))
        {
            if (from > at) parts.Add(new(text[at..from], false));
            at = Math.Min(to, Math.Max(end, from + 1));
            parts.Add(new(text[from..at], true));
        }
        if (at < end) parts.Add(new(text[at..end], false));
        if (Math.Max(at, end) < text.Length) parts.Add(new("…", false));
        return parts;
    }

    private static Snippet? Best(ArchivedTranscript transcript, SearchMarks marks, CancellationToken cancellationToken)
    {
        Snippet? best = null;
        var most = 0;
        for (var read = 0; read < MostEntries && transcript.Next() is { } message; read++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (terms, places) = marks.Find(message.Text);
            if (terms <= most) continue;
            (most, best) = (terms, new(message.Seq, Names.Of(message.From), Cut(message.Text, places)));
            if (terms == marks.Count) break;
        }
        return best;
    }

    /// <summary>Not in the middle of a character.</summary>
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>Who wrote in a session, by the platform's ids, each with the names that came with them.</summary>
internal sealed class SessionPeople(ISystemDbFactory databases, Journal journal, ArchiveReader archive)
{
    /// <summary>
    /// True where nobody but the session's user can write in it: its address is that user's alone. It shows in the id, whatever the channel's settings
    /// are now.
    /// </summary>
    public static bool IsOnePersons(Session row) =>
        row.RootId == SessionKeys.Root(row.ChannelId, SessionScope.User, new(row.Conversation, row.Thread, row.UserId, row.UserName));

    /// <summary>Everybody who wrote in it, and who opened it. Throws <see cref="ArchiveFaultException"/> when its transcript cannot be read.</summary>
    public async Task<Dictionary<string, HashSet<string>>> OfAsync(Session row, CancellationToken cancellationToken)
    {
        var people = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        Add(people, row.UserId, row.UserName);
        if (IsOnePersons(row)) return people;
        using var transcript = row.State == SessionState.Archived ? await archive.OpenAsync(row.Id, row.TenantId, cancellationToken) : null;
        while (transcript?.Next() is { } message)
            if (message.From == MessageFrom.User) Add(people, message.UserId ?? row.UserId, message.UserName);
        await journal.CatchUpAsync(row.Id, cancellationToken);
        await using var db = databases.Create();
        var authors = await db.EntriesOf(row.Id).Where(m => m.From == MessageFrom.User && (m.UserId != null || m.UserName != null))
            .Select(m => new { m.UserId, m.UserName }).Distinct().ToListAsync(cancellationToken);
        foreach (var author in authors) Add(people, author.UserId ?? row.UserId, author.UserName);
        return people;
    }

    private static void Add(Dictionary<string, HashSet<string>> people, string user, string? name)
    {
        if (!people.TryGetValue(user, out var names)) people[user] = names = new(StringComparer.Ordinal);
        if (!string.IsNullOrWhiteSpace(name)) names.Add(name);
    }
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>What is known of a conversation on the way through its messages.</summary>
internal sealed class SessionPath
{
    /// <summary>The user who opened it: the author of messages that name none.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The agent that it had last, as it really was; empty = none yet.</summary>
    public Guid Last { get; set; }

    /// <summary>The tried rules had sent it elsewhere than it went.</summary>
    public bool HasMoved { get; set; }
}

/// <summary>
/// The conversations that a back-test is going through. As many as fit are remembered; of one that was forgotten, or that began before the time that
/// is looked at, the last agent is looked up.
/// </summary>
internal sealed class SessionPaths(ITenantDbFactory databases, Guid tenant)
{
    private const int MostKept = 50_000;

    /// <summary>How far back the agent is looked for.</summary>
    private const int Depth = 20;

    private readonly Dictionary<Guid, SessionPath> _paths = [];

    public SessionPath Of(Guid session) => _paths[session];

    /// <summary>Gets ready for these messages.</summary>
    public async Task LoadAsync(IReadOnlyList<StoredMessage> messages, CancellationToken cancellationToken)
    {
        if (_paths.Count > MostKept) _paths.Clear();
        var fresh = messages.Where(m => !_paths.ContainsKey(m.SessionId)).DistinctBy(m => m.SessionId).ToList();
        if (fresh.Count == 0) return;
        await using var db = databases.Create(tenant);
        var ids = fresh.ConvertAll(m => m.SessionId);
        var users = await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).Select(s => new { s.Id, s.UserId }).ToDictionaryAsync(s => s.Id, s => s.UserId, cancellationToken);
        foreach (var message in fresh)
        {
            var last = message.Seq > 1 ? await LastAsync(db, message.SessionId, message.Seq, cancellationToken) : Guid.Empty;
            _paths[message.SessionId] = new() { UserId = users.GetValueOrDefault(message.SessionId, ""), Last = last };
        }
    }

    private static async Task<Guid> LastAsync(GatewayDbContext db, Guid session, long seq, CancellationToken cancellationToken)
    {
        var agents = await db.EntriesBefore(session, seq, Depth).Select(m => m.AgentId).ToListAsync(cancellationToken);
        return agents.Find(a => a is not null && a != Guid.Empty) ?? Guid.Empty;
    }
}

using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// An entry as the transcript shows it. <c>Name</c> is the author's; <c>Waited</c> is how long the answer took, null while there is none;
/// <c>StartsGroup</c> when another author or a pause came before.
/// </summary>
public sealed record TranscriptEntry(MessageView Message, string? Name, string? Agent, TimeSpan? Waited, bool StartsDay, bool StartsGroup);

/// <summary>The loaded entries of a session, by seq, without gaps.</summary>
internal sealed class TranscriptEntries
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private readonly SortedDictionary<long, MessageView> _bySeq = [];

    public long NewestSeq => _bySeq.Count == 0 ? 0 : _bySeq.Keys.Last();

    /// <summary>Ids of entries that could not go on, newest first.</summary>
    public IEnumerable<Guid> Dead => _bySeq.Values.Reverse().Where(m => m.State == "dead").Select(m => m.Id);

    /// <summary>Takes the newest page in. True when there is a gap between it and what was loaded.</summary>
    public bool Merge(IReadOnlyList<MessageView> newest)
    {
        if (newest.Count > 0 && newest[0].Seq > NewestSeq + 1) return true;
        foreach (var message in newest) _bySeq[message.Seq] = message;
        return false;
    }

    public void Restart(IReadOnlyList<MessageView> newest)
    {
        _bySeq.Clear();
        foreach (var message in newest) _bySeq[message.Seq] = message;
    }

    public void Prepend(IReadOnlyList<MessageView> earlier)
    {
        foreach (var message in earlier) _bySeq.TryAdd(message.Seq, message);
    }

    /// <summary>What to show, in order.</summary>
    public IReadOnlyList<TranscriptEntry> Build(TenantNames names)
    {
        var answered = new Dictionary<Guid, DateTimeOffset>();
        foreach (var reply in _bySeq.Values)
            if (reply.InReplyTo is { } question) answered.TryAdd(question, reply.At);
        var entries = new List<TranscriptEntry>(_bySeq.Count);
        MessageView? before = null;
        foreach (var message in _bySeq.Values)
        {
            var agent = names.Agent(message.AgentId);
            TimeSpan? waited = answered.TryGetValue(message.Id, out var at) ? at - message.At : null;
            var startsDay = before is null || before.At.UtcDateTime.Date != message.At.UtcDateTime.Date;
            var startsGroup = startsDay || before!.From != message.From || before.AgentId != message.AgentId || message.At - before.At > Pause;
            entries.Add(new(message, NameOf(message, agent), agent, waited, startsDay, startsGroup));
            before = message;
        }

        return entries;
    }

    private static string? NameOf(MessageView message, string? agent) => message.From switch
    {
        "agent" => agent ?? "Agent",
        "operator" => message.Author?.Name ?? "Operator",
        _ => message.Author?.Name ?? message.Author?.Id,
    };
}

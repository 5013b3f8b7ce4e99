using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// An entry as the transcript shows it. <c>Name</c> is the author's; <c>Waited</c> is how long the answer took, null while there is none;
/// <c>StartsGroup</c> when another author or a pause came before; <c>IsFirstNew</c> when the reader has not seen it and what follows.
/// </summary>
public sealed record TranscriptEntry(MessageView Message, string? Name, string? Agent, TimeSpan? Waited, bool StartsDay, bool StartsGroup, bool IsFirstNew)
{
    /// <summary>What it answers, where that stands so far above that nobody would see it.</summary>
    public QuestionView? Answers { get; init; }

    /// <summary>Where its answer stands, when that is far below.</summary>
    public long? AnsweredAt { get; init; }

    /// <summary>The beginning of that answer.</summary>
    public string? AnswerText { get; init; }
}

/// <summary>The loaded entries of a session, by seq, without gaps: a part of it, however long it is.</summary>
internal sealed class TranscriptEntries
{
    /// <summary>More are not kept: what is far from the reader is loaded again when they come back.</summary>
    public const int Most = 300;

    private const int MostBetween = 6;
    private const int MostQuoted = 160;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LinksGood = TimeSpan.FromMinutes(45);
    private readonly SortedDictionary<long, (MessageView Message, DateTimeOffset Linked)> _bySeq = [];

    public int Count => _bySeq.Count;

    public long NewestSeq => _bySeq.Count == 0 ? 0 : _bySeq.Keys.Last();

    public long OldestSeq => _bySeq.Count == 0 ? 0 : _bySeq.Keys.First();

    /// <summary>Ids of entries that could not go on, newest first.</summary>
    public IEnumerable<Guid> Dead => _bySeq.Values.Reverse().Where(m => m.Message.State == "dead").Select(m => m.Message.Id);

    /// <summary>Takes the newest page in. True when there is a gap between it and what was loaded.</summary>
    public bool Merge(IReadOnlyList<MessageView> newest, DateTimeOffset now)
    {
        if (newest.Count > 0 && newest[0].Seq > NewestSeq + 1) return true;
        Set(newest, now);
        return false;
    }

    public void Restart(IReadOnlyList<MessageView> entries, DateTimeOffset now)
    {
        _bySeq.Clear();
        Set(entries, now);
    }

    /// <summary>Takes earlier ones in, and gives the latest back where there are too many; true when it did.</summary>
    public bool Prepend(IReadOnlyList<MessageView> earlier, DateTimeOffset now)
    {
        Set(earlier, now);
        return Drop(() => NewestSeq);
    }

    /// <summary>Takes later ones in, and gives the earliest back where there are too many; true when it did.</summary>
    public bool Append(IReadOnlyList<MessageView> later, DateTimeOffset now)
    {
        Set(later, now);
        return Drop(() => OldestSeq);
    }

    /// <summary>What to show, in order.</summary>
    public IReadOnlyList<TranscriptEntry> Build(TenantNames names, long? firstNew = null)
    {
        var answered = new Dictionary<Guid, DateTimeOffset>();
        foreach (var (reply, _) in _bySeq.Values)
            if (reply.InReplyTo is { } question) answered.TryAdd(question, reply.At);
        var late = Late();
        var entries = new List<TranscriptEntry>(_bySeq.Count);
        MessageView? before = null;
        foreach (var (message, _) in _bySeq.Values)
        {
            var agent = names.Agent(message.AgentId);
            TimeSpan? waited = answered.TryGetValue(message.Id, out var at) ? at - message.At : null;
            var startsDay = before is null || before.At.UtcDateTime.Date != message.At.UtcDateTime.Date;
            var isNew = message.Seq == firstNew;
            var startsGroup = startsDay || isNew || before!.From != message.From || before.AgentId != message.AgentId || before.Author != message.Author || message.At - before.At > Pause;
            entries.Add(new(message, NameOf(message, agent), agent, waited, startsDay, startsGroup || late.Replies.Contains(message.Seq), isNew)
            {
                Answers = late.Replies.Contains(message.Seq) ? message.Question : null,
                AnswerText = late.Questions.TryGetValue(message.Seq, out var told) ? Beginning(_bySeq[told].Message.Text) : message.AnsweredText,
                AnsweredAt = late.Questions.TryGetValue(message.Seq, out var answer) ? answer : answered.ContainsKey(message.Id) || message.AnsweredAtSeq - message.Seq <= MostBetween ? null : message.AnsweredAtSeq,
            });
            before = message;
        }

        return entries;
    }

    /// <summary>
    /// Replies whose question is not just above them, and these questions with their first such reply. Just above: nothing else was answered in
    /// between, and at most a few messages came that still wait for their own answer.
    /// </summary>
    private (HashSet<long> Replies, Dictionary<long, long> Questions) Late()
    {
        var (replies, questions) = (new HashSet<long>(), new Dictionary<long, long>());
        var latest = 0L;
        foreach (var (message, _) in _bySeq.Values)
        {
            if (message.Question is not { } question) continue;
            // its own further replies, and what it overtook, are not late
            if ((question.Seq < latest || message.Seq - question.Seq > MostBetween) && !IsBeside(message.Seq, question.Seq)) replies.Add(message.Seq);
            if (replies.Contains(message.Seq)) questions.TryAdd(question.Seq, message.Seq);
            latest = Math.Max(latest, question.Seq);
        }

        return (replies, questions);
    }

    /// <summary>The entry before is a reply to the same question: it says already which.</summary>
    private bool IsBeside(long seq, long question) => _bySeq.TryGetValue(seq - 1, out var before) && before.Message.Question?.Seq == question;

    /// <summary>A link that is still good stays: another one would load its picture anew.</summary>
    private void Set(IReadOnlyList<MessageView> entries, DateTimeOffset now)
    {
        foreach (var message in entries)
        {
            var keeps = message.Attachments.Count > 0 && _bySeq.TryGetValue(message.Seq, out var known) && now - known.Linked < LinksGood && known.Message.Id == message.Id;
            _bySeq[message.Seq] = keeps ? (message with { Attachments = _bySeq[message.Seq].Message.Attachments }, _bySeq[message.Seq].Linked) : (message, now);
        }
    }

    private static string Beginning(string text) => text.Length > MostQuoted ? $"{text[..(char.IsHighSurrogate(text[MostQuoted - 1]) ? MostQuoted - 1 : MostQuoted)]}…" : text;

    private bool Drop(Func<long> which)
    {
        var many = _bySeq.Count > Most;
        while (_bySeq.Count > Most) _bySeq.Remove(which());
        return many;
    }

    private static string? NameOf(MessageView message, string? agent) => message.From switch
    {
        "agent" => agent ?? "Agent",
        "operator" => message.Author?.Name ?? "Operator",
        _ => message.Author?.Name ?? message.Author?.Id,
    };
}

using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Pipeline.Loops;

/// <summary>
/// Finds machines that answer each other, by what the channel's policy says: own messages, bots, hops, a budget of answers, the same answer again and
/// again, the same text to and fro between channels. Then the session rests for a minute: what comes meanwhile is quarantined without a question to
/// the agent. What a person releases passes.
/// </summary>
/// <remarks>Channels that count nothing, as web chats by default, cost nothing here. Of the others each session has some bytes until it is idle.</remarks>
internal sealed class LoopGuard(TimeProvider time)
{
    private const string WhatToDo = "If this was no loop, release the message, or change loopGuard in the channel's settings.";

    /// <summary>Sessions that are counted at most; of more, those that come last are not.</summary>
    private const int MostSessions = 50_000;

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<Guid, LoopState> _sessions = new();
    private readonly RecentAnswers _answers = new();
    private long _prunedAt = time.GetTimestamp();

    /// <summary>Sessions that something is known of.</summary>
    internal int Count => _sessions.Count;

    /// <summary>Why that message must not be answered, for people; null when it may be. Asked once before the agent is.</summary>
    /// <param name="root">The session's address.</param>
    /// <param name="message">The message.</param>
    /// <param name="channel">Its channel.</param>
    public string? Look(Guid root, MessageRecord message, ChannelModel channel)
    {
        var policy = channel.LoopGuard;
        var sender = message.Extras?.Sender;
        if (!policy.Enabled || (sender is null && !policy.Counts) || message.Replay is not null || message.Attempts > 0) return null;
        var state = policy.Counts ? StateOf(root) : _sessions.GetValueOrDefault(root);
        var now = time.GetTimestamp();
        if (state is not null && state.RestsUntil(now) is { } rest) return $"The conversation rests after a loop until {At(rest, now)} UTC: {state.Why} {WhatToDo}";
        if (Stranger(policy, sender) is { } stranger) return $"{stranger} {WhatToDo}"; // people of the same conversation are still answered
        if (Loop(policy, sender, message, channel, state, now) is not { } why) return null;
        (state ?? StateOf(root))?.Trip(now + Ticks(Rest), why);
        Prune(now);
        return $"{why} {WhatToDo}";
    }

    /// <summary>The agent has answered: told once after each answer.</summary>
    public void Answered(Guid root, MessageRecord message, IReadOnlyList<MessageRecord> replies, ChannelModel channel)
    {
        var policy = channel.LoopGuard;
        if (!policy.Counts || replies.Count == 0 || message.Replay is not null || StateOf(root) is not { } state) return;
        var now = time.GetTimestamp();
        var bounces = state.Bounces;
        for (var i = 0; i < replies.Count; i++)
        {
            var hash = Hash(replies[i]);
            state.Count(hash, now, time, policy);
            if (policy.IdenticalAnswers > 0 && hash != 0) _answers.Add(hash, channel.Id, bounces, now);
        }

        Prune(now);
    }

    /// <summary>A reply's extras, with the hops of what it answers, for channels that carry them on.</summary>
    public static MessageExtras? Carry(MessageExtras? extras, MessageRecord? question)
    {
        if (question?.Extras?.Sender is not { Hops: > 0 and var hops }) return extras;
        return (extras ?? new()) with { Sender = new(hops) };
    }

    private static string? Stranger(LoopPolicy policy, MessageSender? sender) => sender switch
    {
        { IsOwn: true } => "The message is the channel's own.",
        { IsBot: true } when !policy.Bots => "The sender is a bot (loopGuard.bots).",
        _ => null,
    };

    private string? Loop(LoopPolicy policy, MessageSender? sender, MessageRecord message, ChannelModel channel, LoopState? state, long now)
    {
        if (policy.Hops > 0 && sender?.Hops >= policy.Hops) return $"{sender.Hops} gateways' answers led to this message (loopGuard.hops is {policy.Hops}).";
        if (state is null || !policy.Counts) return null;
        if (policy.IdenticalAnswers > 0)
        {
            // a message that had to wait is looked at again
            if (state.Looked != message.Position) (state.Looked, state.Bounces) = (message.Position, _answers.BouncesOf(Hash(message), channel.Id, now, Ticks(Rest)));
            if (state.Bounces >= policy.IdenticalAnswers) return $"The same text went to and fro between this channel and another {state.Bounces} times, within a minute each (loopGuard.identicalAnswers).";
            if (state.Same >= policy.IdenticalAnswers) return $"The same answer was given {state.Same} times in a row (loopGuard.identicalAnswers).";
        }

        return policy.RepliesPerMinute > 0 && state.Left(now, time, policy) < 1 ? $"More than {policy.RepliesPerMinute} answers a minute would be given (loopGuard.repliesPerMinute)." : null;
    }

    private LoopState? StateOf(Guid root)
    {
        if (_sessions.TryGetValue(root, out var state)) return state;
        return _sessions.Count < MostSessions ? _sessions.GetOrAdd(root, static _ => new()) : null;
    }

    private void Prune(long now)
    {
        var before = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(before, now) < Rest || Interlocked.CompareExchange(ref _prunedAt, now, before) != before) return;
        foreach (var (root, state) in _sessions)
            if (time.GetElapsedTime(state.TouchedAt, now) > ForgetAfter) _sessions.TryRemove(new(root, state));
        _answers.Prune(now, Ticks(Rest));
    }

    /// <summary>Of the text alone; 0 for none.</summary>
    private static long Hash(MessageRecord message)
    {
        if (message.Text.IsEmpty) return 0;
        var hash = new HashCode();
        hash.AddBytes(message.Text.Bytes.Span);
        return (1L << 32) | (uint)hash.ToHashCode();
    }

    private string At(long timestamp, long now) => (time.GetUtcNow() + time.GetElapsedTime(now, timestamp)).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

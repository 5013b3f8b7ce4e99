using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>What a list of dead letters is narrowed to; what is null does not narrow.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>One of <see cref="DeadLetterStates"/>.</summary>
    public string? State { get; init; }

    /// <summary>The stage that failed, one of <see cref="Stages"/>.</summary>
    public string? Stage { get; init; }

    /// <summary>Channel.</summary>
    public Guid? Channel { get; init; }

    /// <summary>Agent.</summary>
    public Guid? Agent { get; init; }

    /// <summary>Cause.</summary>
    public string? Cause { get; init; }

    /// <summary>A group's fingerprint.</summary>
    public string? Group { get; init; }

    /// <summary>Failed last at or after that time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Failed last before that time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A whole id: of the dead letter, its message, its session or its replay; or the beginning of a group's fingerprint.</summary>
    public string? Text { get; init; }

    /// <summary>The letters that fit.</summary>
    internal IQueryable<DeadLetter> On(IQueryable<DeadLetter> letters)
    {
        if (!string.IsNullOrEmpty(State)) letters = letters.Where(d => d.State == State);
        if (!string.IsNullOrEmpty(Stage)) letters = letters.Where(d => d.Stage == Stage);
        if (Channel is { } channel) letters = letters.Where(d => d.ChannelId == channel);
        if (Agent is { } agent) letters = letters.Where(d => d.AgentId == agent);
        if (!string.IsNullOrEmpty(Cause)) letters = letters.Where(d => d.Cause == Cause);
        if (!string.IsNullOrEmpty(Group)) letters = letters.Where(d => d.Fingerprint == Group);
        if (Since is { } since) letters = letters.Where(d => d.LastAt >= since);
        if (Until is { } until) letters = letters.Where(d => d.LastAt < until);
        if (Text?.Trim() is not { Length: > 0 } text) return letters;
        return Guid.TryParse(text, out var id)
            ? letters.Where(d => d.Id == id || d.MessageId == id || d.SessionId == id || d.ReplayId == id)
            : letters.Where(d => d.Fingerprint.StartsWith(text));
    }
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// Something that happened to a message: a stage it reached, an attempt that failed, a dead letter or its replay. <c>Letter</c> is the dead letter
/// it leads to, and <c>IsOpen</c> when somebody can still replay that.
/// </summary>
internal sealed record TimelineStep(DateTimeOffset At, string What, string? Note, bool IsBad, string? Stage = null, Guid? Letter = null, bool IsOpen = false)
{
    /// <summary>All of a trace in order of time; of what happened at one moment, what led to the other comes first.</summary>
    public static IReadOnlyList<TimelineStep> Of(MessageTrace trace, Func<string, string> word, Func<StageView, string?> note, Func<Guid?, string?> agent)
    {
        IEnumerable<TimelineStep> failures = (trace.Failures ?? []).Select(a => Failed(a, agent));
        var stages = trace.Stages.Select(s => new TimelineStep(s.At, $"{word(s.Stage)}{(s.Attempt is > 1 ? $", attempt {s.Attempt}" : "")}", note(s), s.Error is not null, s.Stage));
        var received = trace.Stages.Count > 0 ? stages.Take(1) : [];
        return [.. received.Concat(failures).Concat(trace.Letters.SelectMany(l => OfLetter(l, trace, agent))).Concat(stages.Skip(1)).OrderBy(s => s.At)];
    }

    private static TimelineStep Failed(AttemptView attempt, Func<Guid?, string?> agent)
    {
        var name = agent(attempt.Agent);
        var took = attempt.EndedAt is { } ended ? $" after {Humanize.Duration(ended - attempt.StartedAt)}" : "";
        return new(attempt.EndedAt ?? attempt.StartedAt, $"Attempt {attempt.Number} failed", $"{(name is null ? "" : $"{name}{took}. ")}{Humanize.Words(attempt.Cause)}: {attempt.Detail}", IsBad: true);
    }

    private static IEnumerable<TimelineStep> OfLetter(TraceLetter letter, MessageTrace trace, Func<Guid?, string?> agent)
    {
        var isOpen = letter.State is DeadLetterStates.Open or DeadLetterStates.Quarantined;
        yield return new(letter.At, letter.State == DeadLetterStates.Quarantined ? "Set aside in the quarantine" : "Became a dead letter", CauseAdvices.For(letter.Cause).What, IsBad: true, Letter: letter.Id, IsOpen: isOpen);
        var by = letter.By is null ? "" : $" by {letter.By}";
        var other = agent(letter.Agent) is { } name ? $" to {name}" : "";
        if (letter.State is DeadLetterStates.Replaying or DeadLetterStates.Replayed)
            yield return new(Begun(letter, trace), $"Replayed{by}{other}{(letter.Changed ? ", with changed text" : "")}", null, IsBad: false);
        else if (letter.State == DeadLetterStates.Discarded && letter.ResolvedAt is { } at) yield return new(at, $"Discarded{by}", null, IsBad: false);
    }

    /// <summary>When a replay began is not on record: what it led to first says it.</summary>
    private static DateTimeOffset Begun(TraceLetter letter, MessageTrace trace) =>
        trace.Stages.Skip(1).Select(s => s.At).Concat((trace.Failures ?? []).Select(a => a.StartedAt)).Where(at => at > letter.At).Append(letter.ResolvedAt ?? letter.At).Min();
}

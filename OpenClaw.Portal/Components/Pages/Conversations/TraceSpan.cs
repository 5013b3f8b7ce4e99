using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>A part of a message's way that took time. <c>Start</c> and <c>Took</c> are shares of the whole; <c>Level</c> 1 = within the one above.</summary>
internal sealed record TraceSpan(string What, double Start, double Took, string Text, bool IsBad, int Level = 0)
{
    /// <summary>Of a trace, in order of their beginning; empty where nothing took time yet.</summary>
    public static IReadOnlyList<TraceSpan> Of(MessageTrace trace, Func<Guid?, string?> agent)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var parts = Parts(trace, agent).Where(p => p.To >= p.From).OrderBy(p => p.From).ThenBy(p => p.Level).ToList();
        if (parts.Count == 0) return [];
        var (from, to) = (parts.Min(p => p.From), parts.Max(p => p.To));
        var whole = (to - from).TotalMilliseconds;
        return whole <= 0 ? [] : [.. parts.Select(p => new TraceSpan(p.What, (p.From - from).TotalMilliseconds / whole, (p.To - p.From).TotalMilliseconds / whole, Humanize.Duration(p.To - p.From), p.IsBad, p.Level))];
    }

    private static IEnumerable<Part> Parts(MessageTrace trace, Func<Guid?, string?> agent)
    {
        var stages = trace.Stages.GroupBy(s => s.Stage, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        if (Between(Stages.Received, Stages.Routed) is { } routing) yield return routing with { What = "Stored, waited, routed" };
        if (Between(Stages.Routed, Stages.Dispatched) is { } turn) yield return turn with { What = "Waited for the agent’s turn" };
        if (Between(Stages.Dispatched, Stages.Answered) is { } asked) yield return asked with { What = agent(stages[Stages.Dispatched].Agent) is { } name ? $"Answered by {name}" : "Answered" };
        if (Between(Stages.Answered, Stages.Delivered) is { } sent) yield return sent with { What = Delivery(trace) };
        foreach (var attempt in trace.Failures ?? [])
            if (attempt.EndedAt is { } ended) yield return new($"Attempt {attempt.Number} failed", attempt.StartedAt, ended, IsBad: true, 1);
        foreach (var run in trace.Runs ?? [])
        {
            if (run.Model is { } model) yield return new(model, run.At, run.At.AddMilliseconds(run.TookMs), IsBad: false, 1);
            foreach (var step in run.Steps.Where(s => s.Kind == AgentStepKinds.Tool)) yield return new($"Tool {step.Name}", step.At, step.At.AddMilliseconds(step.TookMs), step.Error is not null, 1);
        }

        foreach (var reply in trace.Replies)
            foreach (var attempt in reply.Delivery.Failures ?? [])
                if (attempt.EndedAt is { } ended) yield return new($"Delivery of reply {reply.Seq}, attempt {attempt.Number} failed", attempt.StartedAt, ended, IsBad: true, 1);

        Part? Between(string from, string to) =>
            stages.TryGetValue(from, out var a) && stages.TryGetValue(to, out var b) ? new("", a.At, b.At, b.Error is not null, 0) : null;
    }

    private static string Delivery(MessageTrace trace)
    {
        var parts = trace.Replies.Sum(r => r.Delivery.Parts);
        return parts > 1 ? $"Delivered, {parts} parts" : "Delivered";
    }

    private sealed record Part(string What, DateTimeOffset From, DateTimeOffset To, bool IsBad, int Level);
}

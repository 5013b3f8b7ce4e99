using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>The stages that a message has reached, in the road's order; the one that it died in carries the error.</summary>
internal static class TraceStages
{
    private static readonly string[] Order = [Stages.Received, Stages.Routed, Stages.Dispatched, Stages.Answered, Stages.Delivered];

    public static IReadOnlyList<StageView> Of(Message row, IReadOnlyList<Message> replies, DeadLetter? dead)
    {
        var stages = row.From == MessageFrom.User ? OfQuestion(row, replies) : OfOwn(row);
        if (row.State == MessageState.Dead) AddFailure(stages, row, dead);
        stages.Sort((a, b) => Array.IndexOf(Order, a.Stage).CompareTo(Array.IndexOf(Order, b.Stage)));
        return stages;
    }

    private static List<StageView> OfQuestion(Message row, IReadOnlyList<Message> replies)
    {
        var stages = new List<StageView> { new(Stages.Received, row.At, null, null, null) };
        if (row.RoutedAt is { } routed) stages.Add(new(Stages.Routed, routed, null, row.AgentId, null));
        if (row.DispatchedAt is { } dispatched) stages.Add(new(Stages.Dispatched, dispatched, row.Attempts, row.AgentId, row.State == MessageState.Dead ? null : row.Error));
        if (row.AnsweredAt is { } answered && row.State != MessageState.Dead) stages.Add(new(Stages.Answered, answered, null, row.AgentId, null));
        if (replies.Count > 0 && replies.All(r => r.DeliveredAt is not null || r.State == MessageState.Dead))
            stages.Add(new(Stages.Delivered, replies.Max(r => r.DeliveredAt ?? r.At), null, null, replies.FirstOrDefault(r => r.State == MessageState.Dead)?.Error));
        return stages;
    }

    /// <summary>What an agent or operator wrote has only its way out.</summary>
    private static List<StageView> OfOwn(Message row)
    {
        var stages = new List<StageView> { new(Stages.Answered, row.At, null, row.AgentId, null) };
        if (row.DeliveredAt is { } delivered) stages.Add(new(Stages.Delivered, delivered, null, null, null));
        return stages;
    }

    private static void AddFailure(List<StageView> stages, Message row, DeadLetter? dead)
    {
        var stage = dead?.Stage ?? stages[^1].Stage;
        var error = dead is null ? row.Error ?? DeadLetterCauses.Internal : $"{dead.Cause}: {dead.Detail}";
        var at = stages.FindIndex(s => s.Stage == stage);
        if (at >= 0) stages[at] = stages[at] with { Error = error };
        else stages.Add(new(stage, dead?.LastAt ?? row.At, row.Attempts > 0 ? row.Attempts : null, row.AgentId, error));
    }
}

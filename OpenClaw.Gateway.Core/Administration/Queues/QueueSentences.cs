using System.Globalization;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>Says who waits for whom, and why.</summary>
internal static class QueueSentences
{
    public static IEnumerable<string> Of(QueueView view)
    {
        var of = $"{view.Kind} {view.Name}";
        if (Cause(view) is { } cause)
        {
            if (Math.Max(view.Circuit.Waiting, view.Sessions) is > 0 and var sessions) yield return $"{Number(sessions, "session waits", "sessions wait")} for {of}: {cause}.";
            if (view.Replies > 0) yield return $"{Number(view.Replies, "reply waits", "replies wait")} for {of}: {cause}.";
        }
        else
        {
            if (view.Circuit.Waiting > 0)
                yield return $"{Number(view.Circuit.Waiting, "session waits", "sessions wait")} for {of}: {(view.InFlight >= view.Capacity ? "it works on as many as it may at once" : "each goes on when its pause is over, or when there is room for it")}.";
            if (!view.Enabled && view.Replies > 0) yield return $"{Number(view.Replies, "reply waits", "replies wait")} for {of}: it is switched off.";
        }

        if (view.LateAnswers > 0) yield return $"{Number(view.LateAnswers, "late answer is", "late answers are")} awaited{(view.Kind == "agent" ? $" from {of}" : "")}.";
    }

    public static string? Hold(QueueView view) => Cause(view) is { } cause ? $"{view.Kind} {view.Name}: {cause}" : view.Enabled ? null : $"{view.Kind} {view.Name}: it is switched off";

    private static string? Cause(QueueView view) => view switch
    {
        { Flow: "paused" } => "paused",
        { Flow: "draining", Kind: "agent" } => "it is being drained and takes nothing new",
        { Circuit.Forced: "open" } => "circuit held open by hand",
        { Circuit.State: "open" } => "circuit open",
        { Circuit.State: "half_open" } => "circuit is being tried",
        { Circuit.PausedUntil: not null } => "it asked for a pause",
        _ => null,
    };

    private static string Number(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");
}

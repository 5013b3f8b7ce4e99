using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>
/// Asks an agent what it would have answered to a dead letter's message: the same request, an answer that is compared with the real one and sent to
/// nobody. Nothing of the conversation changes.
/// </summary>
internal sealed class ShadowAsker(ConversationStore store, AgentRegistry agents, ICatalog catalog, TimeProvider time)
{
    private const int HistoryEntries = 20;
    private const int MostReplies = 50;
    private const int MostText = 16 * 1024;

    /// <summary>Asks once. Throws only when cancelled, or when the conversation cannot be read.</summary>
    public async Task<ItemOutcome> AskAsync(DeadLetter letter, Guid? agent, CancellationToken cancellationToken)
    {
        if ((agent ?? letter.AgentId) is not { } id) return Gone(letter, "No agent was named, and none had failed: name the agent that is to be asked.");
        if (catalog.FindChannel(letter.ChannelId) is not { } channel) return Gone(letter, LetterObstacles.NoChannel);
        if (LetterObstacles.Of(letter.TenantId, id, catalog) is { } gone) return Not(letter, gone);
        if (agents.Get(id) is not { } asked) return Not(letter, "The agent that was chosen is not there any more.");
        if (await store.LoadAsync(letter.SessionId, 0, cancellationToken) is not { Session: var session }) return Gone(letter, LetterObstacles.NoMessage);
        if (await store.FindMessageAsync(letter.SessionId, letter.MessageId, cancellationToken) is not { } message)
            return Gone(letter, session.State == SessionState.Archived ? "The conversation is in the archive. Restore it first." : LetterObstacles.NoMessage);
        var request = await RequestAsync(asked.Model, channel, session, message, letter, cancellationToken);
        var started = time.GetTimestamp();
        var outcome = asked.IsOutside
            ? (await asked.TryAskAsync(() => new(request), NoSink.Instance, bulk: true, cancellationToken))?.Outcome
            : await asked.AskInnerAsync(request, NoSink.Instance, cancellationToken);
        var answer = Answer(asked.Model, outcome, time.GetElapsedTime(started));
        answer = answer.Text is null ? answer : Compare(answer, await RealAsync(message, cancellationToken));
        return new(letter.Id, answer.Outcome == "failed" ? ReplayItemStates.Failed : ReplayItemStates.Answered, answer.Detail, ReplayQueries.Text(answer));
    }

    private async Task<AgentRequest> RequestAsync(AgentModel agent, ChannelModel channel, SessionRecord session, MessageRecord message, DeadLetter letter, CancellationToken cancellationToken)
    {
        var earlier = await store.ReadAsync(session.Id, Math.Max(0, message.Seq - 1 - HistoryEntries), HistoryEntries, cancellationToken);
        IReadOnlyList<HistoryEntry> history = [.. earlier.Where(e => e.Seq < message.Seq && !e.Text.IsEmpty).Select(e => new HistoryEntry(e.From, e.Text, Micros.ToTime(e.At)))];
        return new()
        {
            Id = message.Id,
            Attempt = 1,
            Replay = message.Run + 1,
            Agent = agent,
            Channel = channel,
            SessionId = session.Id,
            Address = new(session.Conversation, session.Thread, message.UserId ?? session.UserId, message.UserName ?? session.UserName),
            Context = session.Context,
            Preferences = session.Preferences,
            Text = message.Text,
            Extras = message.Extras,
            At = Micros.ToTime(message.At),
            Seq = message.Seq,
            HistoryBefore = _ => history,
            AgentSettings = session.AgentSettings,
            Tools = session.Tools,
        };
    }

    /// <summary>What the user was answered; null when there was no answer.</summary>
    private async Task<string?> RealAsync(MessageRecord message, CancellationToken cancellationToken)
    {
        var later = await store.ReadAsync(message.SessionId, message.Seq, MostReplies, cancellationToken);
        var replies = later.Where(e => e.From != MessageFrom.User && e.InReplyTo?.Seq == message.Seq).ToList();
        return replies.Count == 0 ? null : Text(replies.Select(r => r.Text));
    }

    private static ShadowAnswer Answer(AgentModel agent, AgentOutcome? outcome, TimeSpan took) => new()
    {
        Agent = agent.Id,
        AgentName = agent.Name,
        Outcome = outcome switch { { IsAnswer: true } => "answered", { IsLater: true } => "later", _ => "failed" },
        Text = outcome is { IsAnswer: true } ? Text(outcome.Replies.Select(r => r.Text)) : null,
        Cause = outcome is null ? DeadLetterCauses.AgentUnavailable : outcome.Failure?.Cause,
        Detail = outcome switch { null => "The agent's circuit is open.", { IsLater: true } => "The agent answers later, by its own call; nobody waits for that.", _ => outcome.Failure?.Detail },
        Milliseconds = Math.Round(took.TotalMilliseconds, 1),
    };

    private static ShadowAnswer Compare(ShadowAnswer answer, string? real) => real is null ? answer
        : answer with { RealText = real, Comparison = string.Equals(answer.Text!.Trim(), real.Trim(), StringComparison.Ordinal) ? "same" : "differs" };

    private static string Text(IEnumerable<Utf8Text> texts)
    {
        var text = string.Join("\n", texts);
        return text.Length > MostText ? text[..MostText] : text;
    }

    private static ItemOutcome Not(DeadLetter letter, string why) => new(letter.Id, ReplayItemStates.Failed, why, null);

    /// <summary>The letter itself cannot be asked about, which says nothing of the agent.</summary>
    private static ItemOutcome Gone(DeadLetter letter, string why) => new(letter.Id, ReplayItemStates.Skipped, why, null);

    /// <summary>Nobody watches.</summary>
    private sealed class NoSink : IAnswerSink
    {
        public static NoSink Instance { get; } = new();

        public void Delta(int reply, Utf8Text text)
        {
            // pieces of an answer that nobody is shown
        }
    }
}

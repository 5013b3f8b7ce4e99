using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <content>One request to one agent.</content>
internal sealed partial class Pipeline
{
    /// <summary>Null: the agent's circuit refused after all.</summary>
    private async ValueTask<AskResult?> AskAsync(
        LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, AnswerSink sink, Patches patches, string? note, HandedOver? from)
    {
        var ask = asks.Rent();
        if (agent.IsOutside) return await AskOutsideAsync(session, message, channel, agent, sink, patches, note, from, ask);
        Begin(message);
        var asking = agent.AskInnerAsync(Request(session, message, channel, agent, patches, note, from), sink, ask.Token);
        if (asking.IsCompletedSuccessfully)
        {
            asks.Return(ask);
            return new AskResult(asking.Result, IsProbe: false);
        }

        journal.Append(new ProgressEntry(message));
        return await WaitAsync(session, message, sink, InsideAsync(asking), ask);
    }

    private static async ValueTask<AskResult?> InsideAsync(ValueTask<AgentOutcome> asking) => new AskResult(await asking, IsProbe: false);

    private ValueTask<AskResult?> AskOutsideAsync(
        LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, AnswerSink sink, Patches patches, string? note, HandedOver? from, OpenAsk ask)
    {
        return WaitAsync(session, message, sink, agent.TryAskAsync(BeginAsync, sink, message.Replay?.ReplayId is not null, ask.Token), ask);

        // on record before it is made
        async ValueTask<AgentRequest> BeginAsync()
        {
            Begin(message);
            var entry = new AttemptEntry(message);
            journal.Append(entry);
            await entry.Task;
            return Request(session, message, channel, agent, patches, note, from);
        }
    }

    private void Begin(MessageRecord message)
    {
        message.DispatchedAt = Micros.Now(time);
        message.Attempts++;
        message.State = MessageState.Dispatched;
        foreach (var earlier in message.Earlier ?? []) (earlier.DispatchedAt, earlier.Attempts, earlier.State) = (message.DispatchedAt, message.Attempts, message.State);
        if (events.IsHeard(message.TenantId)) events.Publish(message.TenantId, EventTypes.MessageRouted, message.ChannelId, message.SessionId, MessagePayload.Of(message));
    }

    private static AgentRequest Request(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, Patches patches, string? note, HandedOver? from)
    {
        var row = session.Record;
        var changed = message.Replay?.Payload;
        return new()
        {
            Id = message.Id,
            Attempt = message.Attempts,
            Replay = message.Replay?.Count ?? 0,
            Agent = agent.Model,
            Channel = channel,
            SessionId = row.Id,
            Address = message.UserId is null && message.UserName is null
                ? session.Address
                : new SessionAddress(row.Conversation, row.Thread, message.UserId ?? row.UserId, message.UserName ?? row.UserName),
            Context = patches.Context ?? row.Context,
            Preferences = patches.Preferences ?? row.Preferences,
            Text = changed is { } edit ? edit.Text : message.Earlier is null ? message.Text : Together.Text(row, message),
            Extras = changed is { } edited ? edited.Extras : message.Earlier is null ? message.Extras : Together.Extras(message),
            At = Micros.ToTime(message.At),
            Seq = message.Earlier is [var first, ..] ? first.Seq : message.Seq,
            HistoryBefore = message.Replay is null ? session.HistoryReader : session.HistoryOfReplayed,
            AgentSettings = row.AgentSettings,
            Tools = row.Tools,
            Note = note,
            HandedOver = from,
        };
    }

    /// <summary>Says that an agent works while it does, and lets the user, an operator or the gateway's end break it off.</summary>
    private async ValueTask<AskResult?> WaitAsync(LiveSession session, MessageRecord message, AnswerSink sink, ValueTask<AskResult?> asking, OpenAsk ask)
    {
        var id = session.Record.Id;
        sink.Work();
        asks.Open(id, message, ask);
        // all of these may have come just before anybody could find the request
        if (_stopping.IsCancellationRequested) ask.TryStop(id, StopReason.Stopping);
        if (session.Record.TakenAt != 0) ask.TryStop(id, StopReason.TakenOver);
        if (IsCancelled(session, message)) ask.TryStop(id, StopReason.User);
        if (IsSuperseded(session, message)) ask.TryStop(id, StopReason.Newer);
        if (((session.IsClosing && message.Replay is null) || _stopWishes.ContainsKey(id)) && ask.TryStop(id, StopReason.User)) GrantStop(id);
        if (unwanted.Contains(message.Id)) ask.TryStop(id, StopReason.User);
        try
        {
            return await asking;
        }
        catch (OperationCanceledException) when (ask.Reason is StopReason.User or StopReason.TakenOver or StopReason.Newer)
        {
            throw new AskStoppedException(ask.Reason);
        }
        finally
        {
            asks.Close(id, ask);
            session.TellTyping(message, on: false);
        }
    }
}

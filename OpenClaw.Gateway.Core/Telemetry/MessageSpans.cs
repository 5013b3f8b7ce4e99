using System.Diagnostics;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// The stages of a message as spans, named by OpenTelemetry's semantic conventions for messaging. They hold ids, names and figures, never what was said. Call them only
/// while <see cref="MessageTraces.IsHeard"/>; what is null is not recorded.
/// </summary>
internal static class MessageSpans
{
    private const string System = "messaging.system";

    /// <summary>Accepted and now durable.</summary>
    public static void Received(MessageRecord message, InboundMessage inbound)
    {
        using var span = MessageTraces.Begin($"receive {inbound.Channel.Name}", ActivityKind.Consumer, message.Id, Micros.ToTime(message.At), MessageTraces.CauseOf(inbound));
        if (span is null) return;
        Describe(span, "receive", message, inbound.Channel);
        span.SetTag("messaging.message.body.size", message.Text.Length);
    }

    /// <summary>It is being handled, until it is handed on to be stored or has to wait.</summary>
    public static Activity? Process(MessageRecord message, ChannelModel? channel)
    {
        var span = MessageTraces.Start(Named("process", channel), ActivityKind.Consumer, message.Id);
        if (span is null) return null;
        Describe(span, "process", message, channel);
        if (message.Replay is { } replay) span.SetTag("openclaw.replay", replay.Count);
        return span;
    }

    /// <summary>An agent is being chosen.</summary>
    public static Activity? Route(MessageRecord message) => MessageTraces.Start("route", ActivityKind.Internal, message.Id);

    /// <summary>What became of it is durable: the span lasts from the answer on.</summary>
    public static Activity? Settle(MessageRecord message, MessageState state, string? cause, ChannelModel? channel)
    {
        var span = MessageTraces.Start(Named("settle", channel), ActivityKind.Client, message.Id, state == MessageState.Answered && message.AnsweredAt != 0 ? Micros.ToTime(message.AnsweredAt) : default);
        if (span is null) return null;
        Describe(span, "settle", message, channel);
        span.SetTag("openclaw.outcome", Word(state));
        if (cause is not null) Fail(span, cause);
        return span;
    }

    /// <summary>A reply goes out by a socket, or was taken by who waited for it. It belongs to the trace of what it answers.</summary>
    public static Activity? Send(MessageRecord reply, ChannelModel? channel, DateTimeOffset at = default)
    {
        var span = Send(reply.Id, reply.InReplyTo?.Id, channel, at);
        span?.SetTag("messaging.message.conversation_id", reply.SessionId.ToString());
        return span;
    }

    /// <summary>A reply goes out to a platform: one attempt of one part.</summary>
    public static Activity? Send(OutgoingPart part, ChannelModel channel, int attempt)
    {
        var span = Send(part.Reply.Id, part.Reply.InReplyTo?.Id, channel, default);
        if (span is null) return null;
        span.SetTag("messaging.message.conversation_id", part.Reply.SessionId.ToString());
        span.SetTag("openclaw.attempt", attempt);
        if (part.Count > 1) span.SetTag("openclaw.part", part.Index + 1);
        return span;
    }

    /// <summary>It ended badly.</summary>
    /// <param name="span">The span; null does nothing.</param>
    /// <param name="type">A word of a closed set, or a type's name: no text that may say more than it should.</param>
    public static void Fail(Activity? span, string type) => span?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, type);

    private static Activity? Send(Guid reply, Guid? question, ChannelModel? channel, DateTimeOffset at)
    {
        var name = Named("send", channel);
        var span = question is { } asked ? MessageTraces.Start(name, ActivityKind.Producer, asked, at) : MessageTraces.StartAlone(name, ActivityKind.Producer, reply, at);
        if (span is null) return null;
        Describe(span, "send", channel);
        return span.SetTag("messaging.message.id", reply.ToString());
    }

    private static void Describe(Activity span, string operation, MessageRecord message, ChannelModel? channel)
    {
        Describe(span, operation, channel);
        span.SetTag("messaging.message.id", message.Id.ToString());
        span.SetTag("messaging.message.conversation_id", message.SessionId.ToString());
    }

    private static void Describe(Activity span, string operation, ChannelModel? channel)
    {
        span.SetTag("messaging.operation.name", operation);
        span.SetTag("messaging.operation.type", operation);
        if (channel is null) return;
        span.SetTag(System, channel.Kind);
        span.SetTag("messaging.destination.name", channel.Name);
        span.SetTag("openclaw.channel.id", channel.Id.ToString());
        span.SetTag("openclaw.tenant", channel.Tenant.Slug);
    }

    private static string Named(string operation, ChannelModel? channel) => channel is null ? operation : $"{operation} {channel.Name}";

    private static string Word(MessageState state) => state switch
    {
        MessageState.Answered => "answered",
        MessageState.Dead => "dead",
        MessageState.Dropped => "dropped",
        MessageState.Waiting => "waiting",
        _ => "unfinished",
    };
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// The traces of messages. A message's W3C trace id is its own id, and the id of its first span, <c>receive</c>, are the last eight bytes of that: so every later stage
/// finds trace and parent from the message's id alone, after a restart, at a replay and on another node too, and nothing is stored or sent along for it.
/// </summary>
internal static class MessageTraces
{
    /// <summary>The name of the source, for those who listen.</summary>
    public const string Name = GatewayTelemetry.Name;

    private static readonly ActivitySource Source = new(Name, typeof(MessageTraces).Assembly.GetName().Version?.ToString(3));
    private static readonly ConditionalWeakTable<InboundMessage, Cause> Causes = [];

    /// <summary>Somebody listens. While nobody does, whoever is on the road asks this and does no more.</summary>
    public static bool IsHeard => Source.HasListeners();

    /// <summary>The trace of a message.</summary>
    public static ActivityTraceId TraceOf(Guid message)
    {
        Span<byte> bytes = stackalloc byte[16];
        message.TryWriteBytes(bytes, bigEndian: true, out _);
        return ActivityTraceId.CreateFromBytes(bytes);
    }

    /// <summary>What a message's other spans stand under.</summary>
    public static ActivityContext RootOf(Guid message) => new(TraceOf(message), FirstSpanOf(message), ActivityTraceFlags.Recorded);

    /// <summary>A message's first span. Null when it is not recorded.</summary>
    public static Activity? Begin(string name, ActivityKind kind, Guid message, DateTimeOffset at, IEnumerable<ActivityLink>? links = null)
    {
        var span = Source.StartActivity(name, kind, new ActivityContext(TraceOf(message), default, ActivityTraceFlags.Recorded), null, links, at);
        if (span is not null) SpanId(span) = FirstSpanOf(message).ToHexString();
        return span;
    }

    /// <summary>A further span of a message: under the one that goes on, where that is of the same message, else under its first. Null when it is not recorded.</summary>
    public static Activity? Start(string name, ActivityKind kind, Guid message, DateTimeOffset at = default, IEnumerable<ActivityLink>? links = null)
    {
        var current = Activity.Current;
        return Source.StartActivity(name, kind, current is not null && IsOf(current, message) ? current.Context : RootOf(message), null, links, at);
    }

    /// <summary>A span of something that answers no message, as an operator's own words: a trace of its own.</summary>
    public static Activity? StartAlone(string name, ActivityKind kind, Guid message, DateTimeOffset at = default) =>
        Source.StartActivity(name, kind, new ActivityContext(TraceOf(message), default, ActivityTraceFlags.Recorded), null, null, at);

    /// <summary>
    /// The header of a request that is made for a message: the span that goes on. While nobody listens it names a span that nobody records, and leaves it to the other side
    /// whether to; while somebody does and this message is not recorded, it says so.
    /// </summary>
    public static string TraceParent(Guid message)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } current && IsOf(current, message)) return id;
        return $"00-{message:N}-{ActivitySpanId.CreateRandom().ToHexString()}-{(IsHeard ? "00" : "01")}";
    }

    /// <summary>Remembers the trace of the request that brought a message: it becomes a link, as the message has a trace of its own.</summary>
    public static void NoteCause(InboundMessage message)
    {
        if (!IsHeard || Activity.Current is not { IdFormat: ActivityIdFormat.W3C } span) return;
        while (span.Parent is { } parent) span = parent;
        if (span.ParentSpanId != default) Causes.AddOrUpdate(message, new(new(span.TraceId, span.ParentSpanId, span.ActivityTraceFlags, span.TraceStateString, isRemote: true)));
    }

    /// <summary>What <see cref="NoteCause"/> remembered.</summary>
    public static IEnumerable<ActivityLink>? CauseOf(InboundMessage message) => Causes.TryGetValue(message, out var cause) ? [new ActivityLink(cause.Context)] : null;

    private static bool IsOf(Activity span, Guid message) => span.TraceId == TraceOf(message);

    private static ActivitySpanId FirstSpanOf(Guid message)
    {
        Span<byte> bytes = stackalloc byte[16];
        message.TryWriteBytes(bytes, bigEndian: true, out _);
        return ActivitySpanId.CreateFromBytes(bytes[8..]);
    }

    /// <summary>The runtime gives spans random ids and has no other way to choose one; a test holds that this way works.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanId(Activity span);

    private sealed record Cause(ActivityContext Context);
}

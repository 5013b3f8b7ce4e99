using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>
/// Channels whose outgoing server does not let them in. Their replies wait until somebody changes the channel; in between it is tried again after ever longer
/// pauses, because servers also refuse good passwords when they have trouble of their own.
/// </summary>
internal sealed class MailRefusals(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);
    private readonly ConcurrentDictionary<Guid, Refusal> _refused = new();

    /// <summary>Why the channel cannot send now; null when it can be tried.</summary>
    public string? Why(ChannelModel channel) => _refused.TryGetValue(channel.Id, out var refusal) && refusal.Holds(channel, time.GetUtcNow()) ? refusal.Detail : null;

    /// <summary>It was refused.</summary>
    public void Add(ChannelModel channel, string detail)
    {
        var now = time.GetUtcNow();
        _refused.AddOrUpdate(channel.Id, _ => new(channel, detail, First, now + First), (_, before) =>
        {
            var pause = before.IsOf(channel) ? before.Holds(channel, now) ? before.Pause : before.Pause * 3 : First;
            if (pause > Longest) pause = Longest;
            return new(channel, detail, pause, now + pause);
        });
    }

    /// <summary>It was let in.</summary>
    public void Remove(ChannelModel channel) => _refused.TryRemove(channel.Id, out _);

    private sealed record Refusal(ChannelModel Channel, string Detail, TimeSpan Pause, DateTimeOffset Until)
    {
        public bool Holds(ChannelModel now, DateTimeOffset at) => IsOf(now) && at < Until;

        /// <summary>Nothing was changed since that could help.</summary>
        public bool IsOf(ChannelModel now) =>
            ReferenceEquals(Channel, now) || ReferenceEquals(Channel.Secrets, now.Secrets) && Channel.Settings.GetRawText() == now.Settings.GetRawText();
    }
}

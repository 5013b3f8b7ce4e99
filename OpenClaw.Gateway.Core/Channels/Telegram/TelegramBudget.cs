using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>
/// What a bot may send (https://core.telegram.org/bots/faq): 30 messages a second in all, one a second to one chat with short bursts, 20 a minute to one group;
/// and the pauses that Telegram asks for.
/// </summary>
internal sealed class TelegramBudget(TimeProvider time)
{
    private const int MostChats = 2_000;
    private const int Burst = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, Account> _accounts = new();

    /// <summary>Takes a message out of it; null when there was one, else when there will be.</summary>
    /// <param name="channel">The bot's.</param>
    /// <param name="chat">Where it goes: groups have ids below nought.</param>
    /// <param name="spare">What must be left afterwards, for what matters more.</param>
    public TimeSpan? Take(Guid channel, long chat, int spare = 0) => Of(channel).Take(chat, spare, time.GetUtcNow());

    /// <summary>Telegram asks for a pause in that chat.</summary>
    public void Pause(Guid channel, long chat, TimeSpan pause) => Of(channel).Pause(chat, time.GetUtcNow() + pause);

    public IReadOnlyList<BudgetView> Look(Guid channel) => _accounts.TryGetValue(channel, out var account) ? account.Look(time.GetUtcNow()) : [];

    /// <summary>Chats that are remembered of a channel.</summary>
    internal int ChatsOf(Guid channel) => _accounts.TryGetValue(channel, out var account) ? account.Chats : 0;

    private Account Of(Guid channel) => _accounts.GetOrAdd(channel, static _ => new());

    private sealed class Account
    {
        private readonly Lock _lock = new();
        private readonly Bucket _all = new(30, Second);
        private readonly Dictionary<long, Chat> _chats = [];

        public int Chats
        {
            get
            {
                lock (_lock) return _chats.Count;
            }
        }

        public TimeSpan? Take(long id, int spare, DateTimeOffset now)
        {
            lock (_lock)
            {
                var chat = Of(id, now);
                if (chat.PausedUntil > now) return chat.PausedUntil - now;
                Bucket[] buckets = chat.PerMinute is { } perMinute ? [_all, chat.PerSecond, perMinute] : [_all, chat.PerSecond];
                var wait = buckets.Select(b => b.WaitFor(1 + (ReferenceEquals(b, _all) ? 0 : Math.Min(spare, b.Limit - 1)), now)).Max();
                if (wait > TimeSpan.Zero) return wait;
                foreach (var bucket in buckets) bucket.Take(now);
                return null;
            }
        }

        public void Pause(long id, DateTimeOffset until)
        {
            lock (_lock)
            {
                var chat = Of(id, until);
                if (until > chat.PausedUntil) chat.PausedUntil = until;
            }
        }

        public IReadOnlyList<BudgetView> Look(DateTimeOffset now)
        {
            lock (_lock)
            {
                List<BudgetView> views = [_all.Look("Messages of the bot in all", now, null)];
                var used = _chats.Values.Where(c => !c.IsFull(now)).ToList();
                if (used.Count > 0) views.Add(used.MinBy(c => c.PerSecond.Left(now))!.PerSecond.Look("Messages to one chat: the busiest", now, used.Max(c => c.PausedUntil)));
                if (used.Where(c => c.PerMinute is not null).MinBy(c => c.PerMinute!.Left(now)) is { PerMinute: { } group }) views.Add(group.Look("Messages to one group: the busiest", now, null));
                return views;
            }
        }

        private Chat Of(long id, DateTimeOffset now)
        {
            if (_chats.TryGetValue(id, out var chat)) return chat;
            if (_chats.Count >= MostChats)
                foreach (var full in _chats.Where(c => c.Value.IsFull(now)).Select(c => c.Key).ToList()) _chats.Remove(full);
            return _chats[id] = new(id < 0);
        }
    }

    private sealed class Chat(bool isGroup)
    {
        public Bucket PerSecond { get; } = new(Burst, Burst * Second);

        public Bucket? PerMinute { get; } = isGroup ? new(20, Minute) : null;

        public DateTimeOffset PausedUntil { get; set; }

        public bool IsFull(DateTimeOffset now) => PausedUntil <= now && PerSecond.Left(now) >= PerSecond.Limit && PerMinute?.Left(now) is null or >= 20;
    }

    /// <summary>So many in a span, refilled evenly.</summary>
    private sealed class Bucket(int limit, TimeSpan span)
    {
        private double _left = limit;
        private DateTimeOffset _at;

        public int Limit => limit;

        public double Left(DateTimeOffset now) => Math.Min(limit, _left + (limit * Math.Max(0, (now - _at) / span)));

        /// <summary>Until there are so many; nought when there are.</summary>
        public TimeSpan WaitFor(int wanted, DateTimeOffset now) => Left(now) is var left && left >= wanted ? TimeSpan.Zero : ((wanted - left) / limit * span) + TimeSpan.FromMilliseconds(1);

        public void Take(DateTimeOffset now) => (_left, _at) = (Left(now) - 1, now);

        public BudgetView Look(string name, DateTimeOffset now, DateTimeOffset? pausedUntil)
        {
            var left = Left(now);
            return new(name, limit, (int)Math.Max(0, left), span, left >= limit ? null : now + ((limit - left) / limit * span), pausedUntil > now ? pausedUntil : null);
        }
    }
}

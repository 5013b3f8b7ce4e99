using System.Collections.Concurrent;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>
/// The limits of https://core.telegram.org/bots/faq: about one message a second in a chat with short bursts, 20 a minute in a
/// group, about 30 a second in all. Edits count as messages. Who goes on while refused waits longer.
/// </summary>
internal sealed class RateRules(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <exception cref="Refusal">Too many.</exception>
    public void Demand(ApiCall call)
    {
        if (!Counts(call.Method) || call["chat_id"] is not { } chat) return;
        var isGroup = chat is ['-', ..] or ['@', ..];
        Take($"{call.Bot.Id}", 30, 30);
        Take($"{call.Bot.Id} {chat}", 1, 5);
        if (isGroup) Take($"{call.Bot.Id} {chat} group", 20 / 60.0, 20);
    }

    private static bool Counts(string method) =>
        method.StartsWith("editMessage", StringComparison.Ordinal)
        || method.StartsWith("send", StringComparison.Ordinal) && method is not ("sendChatAction" or "sendMessageDraft");

    private void Take(string key, double perSecond, double burst)
    {
        if (_buckets.GetOrAdd(key, _ => new(burst, time.GetTimestamp())).Take(time, perSecond, burst) is { } wait) throw Refusal.TooMany(wait);
    }

    private sealed class Bucket(double left, long at)
    {
        private readonly Lock _lock = new();
        private double _left = left;
        private long _at = at;

        /// <returns>Seconds to wait; null: there is room.</returns>
        public int? Take(TimeProvider time, double perSecond, double burst)
        {
            lock (_lock)
            {
                _left = Math.Min(burst, _left + time.GetElapsedTime(_at).TotalSeconds * perSecond);
                _at = time.GetTimestamp();
                if (_left >= 1)
                {
                    _left--;
                    return null;
                }

                var wait = Math.Max(1, (int)Math.Ceiling((1 - _left) / perSecond));
                _left = Math.Max(-burst, _left - 0.2);
                return wait;
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>
/// What an account may send: mails a minute, and the pauses that its server asks for. All channels of the installation that send by the same account
/// share it; the narrowest of their limits holds for all.
/// </summary>
internal sealed class MailBudget : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    /// <summary>By account; null after a change of the configuration.</summary>
    private volatile Dictionary<string, int>? _limits;

    public MailBudget(ICatalog catalog, TimeProvider time)
    {
        (_catalog, _time) = (catalog, time);
        catalog.Changed += Forget;
    }

    /// <summary>Takes a mail out of it; null when there was one, else when there will be.</summary>
    public TimeSpan? Take(ChannelModel channel)
    {
        var key = KeyOf(EmailSettings.Of(channel));
        return _accounts.GetOrAdd(key, static _ => new()).Take(LimitOf(key, channel), _time.GetUtcNow());
    }

    /// <summary>The server wants no more for a while.</summary>
    public void Pause(ChannelModel channel, TimeSpan pause) => _accounts.GetOrAdd(KeyOf(EmailSettings.Of(channel)), static _ => new()).Pause(_time.GetUtcNow() + pause);

    public IReadOnlyList<BudgetView> Look(Guid channel)
    {
        if (_catalog.FindChannel(channel) is not { Kind: EmailKind.Name } model) return [];
        var key = KeyOf(EmailSettings.Of(model));
        return _accounts.TryGetValue(key, out var account) ? account.Look(LimitOf(key, model), _time.GetUtcNow()) : [];
    }

    public void Dispose() => _catalog.Changed -= Forget;

    private void Forget() => _limits = null;

    private int LimitOf(string key, ChannelModel channel) => (_limits ??= Read(_catalog.Channels)).TryGetValue(key, out var limit) ? limit : EmailSettings.Of(channel).SendPerMinute;

    private static Dictionary<string, int> Read(IReadOnlyCollection<ChannelModel> channels) => channels.Where(c => c.Kind == EmailKind.Name && c.Enabled).Select(EmailSettings.Of)
        .GroupBy(KeyOf, StringComparer.Ordinal)
        .ToDictionary(a => a.Key, a => a.Select(s => s.SendPerMinute).Where(l => l > 0).DefaultIfEmpty(0).Min(), StringComparer.Ordinal);

    private static string KeyOf(EmailSettings settings) =>
        string.Create(CultureInfo.InvariantCulture, $"{settings.User}\n{settings.Smtp.Host}:{settings.Smtp.Port}").ToLowerInvariant();

    /// <summary>A minute's amount at once, refilled evenly. 0 = no limit.</summary>
    private sealed class Account
    {
        private readonly Lock _lock = new();
        private double _used;
        private DateTimeOffset _at;
        private DateTimeOffset _pausedUntil;

        public TimeSpan? Take(int limit, DateTimeOffset now)
        {
            lock (_lock)
            {
                if (_pausedUntil > now) return _pausedUntil - now;
                if (limit == 0) return null;
                var used = Used(limit, now);
                if (used + 1 > limit + 1e-9) return ((used + 1 - limit) / limit * Minute) + TimeSpan.FromMilliseconds(1);
                (_used, _at) = (used + 1, now);
                return null;
            }
        }

        public void Pause(DateTimeOffset until)
        {
            lock (_lock)
                if (until > _pausedUntil) _pausedUntil = until;
        }

        public IReadOnlyList<BudgetView> Look(int limit, DateTimeOffset now)
        {
            lock (_lock)
            {
                if (limit == 0 && _pausedUntil <= now) return [];
                var used = limit == 0 ? 0 : Used(limit, now);
                return [new("Mails of the account", limit, (int)Math.Max(0, limit - used), Minute, used < 0.5 ? null : now + (used / limit * Minute), _pausedUntil > now ? _pausedUntil : null)];
            }
        }

        private double Used(int limit, DateTimeOffset now) => Math.Max(0, Math.Min(_used, limit) - (limit * Math.Max(0, (now - _at) / Minute)));
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>Counts requests by the platform's limits: buckets, the global one, and the budget of invalid requests.</summary>
internal sealed class RestLimits(TimeProvider time)
{
    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _invalid = new();
    private readonly Lock _lock = new();

    /// <summary>False: nothing is limited; headers are sent all the same.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests of one bot in a second.</summary>
    public int Global { get; set; } = 50;

    /// <summary>Answers 401, 403 and 429 in ten minutes before the proxy refuses everything.</summary>
    public int InvalidBudget { get; set; } = 10_000;

    /// <summary>Other limits than the usual ones, by the bucket's name (such as <c>messages</c>).</summary>
    public Dictionary<string, BucketRule> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>How many requests were refused for a limit.</summary>
    public int Refused { get; private set; }

    /// <summary>The proxy has had enough.</summary>
    public bool IsBanned
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _invalid.Count >= InvalidBudget;
            }
        }
    }

    /// <summary>Counts an answer of 401, 403 or 429.</summary>
    public void CountInvalid()
    {
        lock (_lock) _invalid.Enqueue(time.GetUtcNow());
    }

    /// <summary>Takes one of the second's; null: there was one left.</summary>
    public (RestAnswer Answer, double RetryAfter)? TakeGlobal(DiscordBot bot)
    {
        lock (_lock)
        {
            var (_, window) = Take("global:" + bot.Id, Global, TimeSpan.FromSeconds(1));
            return window.Used > Global && Enabled ? (Limited(window, isGlobal: true), (window.Reset - time.GetUtcNow()).TotalSeconds) : null;
        }
    }

    /// <summary>Takes one of the bucket's, and says what the headers say.</summary>
    public BucketState TakeBucket(BucketRule rule, string resource, DiscordBot? bot)
    {
        lock (_lock)
        {
            rule = Instead.GetValueOrDefault(rule.Name, rule);
            var (now, window) = Take($"{rule.Name}:{bot?.Id}:{resource}", rule.Limit, rule.Window);
            var over = Enabled && window.Used > rule.Limit;
            if (over) Refused++;
            return new(Hash(rule.Name), rule.Limit, Math.Max(0, rule.Limit - window.Used), window.Reset, window.Reset - now, over ? Limited(window, isGlobal: false) : null);
        }
    }

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32];

    private (DateTimeOffset Now, Window Window) Take(string key, int limit, TimeSpan length)
    {
        var now = time.GetUtcNow();
        if (!_windows.TryGetValue(key, out var window) || window.Reset <= now) _windows[key] = window = new() { Reset = now + length };
        if (window.Used <= limit || !Enabled) window.Used++;
        return (now, window);
    }

    private RestAnswer Limited(Window window, bool isGlobal)
    {
        var seconds = Math.Max(0.001, Math.Round((window.Reset - time.GetUtcNow()).TotalSeconds, 3));
        return new(429, new JsonObject { ["message"] = "You are being rate limited.", ["retry_after"] = seconds, ["global"] = isGlobal });
    }

    private void Forget()
    {
        var old = time.GetUtcNow() - TimeSpan.FromMinutes(10);
        while (_invalid.TryPeek(out var first) && first <= old) _invalid.Dequeue();
    }

    private sealed class Window
    {
        public DateTimeOffset Reset { get; init; }

        public int Used { get; set; }
    }
}

/// <summary>What the headers tell of a bucket.</summary>
internal sealed record BucketState(string Hash, int Limit, int Remaining, DateTimeOffset Reset, TimeSpan ResetAfter, RestAnswer? Refusal)
{
    public void Write(IHeaderDictionary headers)
    {
        headers["X-RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = (Reset.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset-After"] = ResetAfter.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Bucket"] = Hash;
    }
}

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

/// <summary>What Discord says of a bot's gateway.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Shards">How many it recommends.</param>
/// <param name="Remaining">Sessions that may still be begun.</param>
/// <param name="ResetAfter">Until there are more.</param>
/// <param name="MaxConcurrency">Sessions that may be begun within five seconds.</param>
internal sealed record GatewayInfo(Uri Url, int Shards, int Remaining, TimeSpan ResetAfter, int MaxConcurrency)
{
    private const int MostShards = 512;

    /// <summary>Reads <c>GET /gateway/bot</c>; null when it has no usable address.</summary>
    public static GatewayInfo? Read(System.Text.Json.JsonElement answer)
    {
        if (!Uri.TryCreate(answer.Words("url"), UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss")) return null;
        var limit = answer.Get("session_start_limit");
        return new(
            url,
            (int)Math.Clamp(answer.Number("shards", 1), 1, MostShards),
            (int)Math.Clamp(limit.Number("remaining", 1_000), 0, int.MaxValue),
            TimeSpan.FromMilliseconds(Math.Clamp(limit.Number("reset_after"), 0, (long)TimeSpan.FromDays(1).TotalMilliseconds)),
            (int)Math.Clamp(limit.Number("max_concurrency", 1), 1, 1_000));
    }
}

/// <summary>Lets a bot's shards identify one after the other: as many as Discord allows within five seconds.</summary>
internal sealed class IdentifyGate(TimeProvider time)
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, DateTimeOffset> _next = [];

    /// <summary>Returns when that shard may identify.</summary>
    public async ValueTask EnterAsync(int shard, int maxConcurrency, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var row = shard % maxConcurrency;
            var at = _next.GetValueOrDefault(row) is var free && free > now ? free : now;
            _next[row] = at + Apart;
            wait = at - now;
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}

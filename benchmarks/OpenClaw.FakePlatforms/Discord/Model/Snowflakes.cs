using System.Globalization;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>Ids in the order of time: milliseconds since 2015, and 22 bits below them.</summary>
internal sealed class Snowflakes(TimeProvider time)
{
    private const long Epoch = 1420070400000;

    private ulong _last;

    public static DateTimeOffset TimeOf(ulong id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(id >> 22) + Epoch);

    /// <summary>The smallest id of that moment: a place to look from.</summary>
    public static ulong At(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeMilliseconds() - Epoch) << 22;

    public static string Text(ulong id) => id.ToString(CultureInfo.InvariantCulture);

    public ulong Next() => _last = Math.Max(_last + 1, At(time.GetUtcNow()));

    /// <summary>In a millisecond of its own, so that ids made together still spread over shards.</summary>
    public ulong NextApart() => _last = Math.Max(((_last >> 22) + 1) << 22, At(time.GetUtcNow()));
}

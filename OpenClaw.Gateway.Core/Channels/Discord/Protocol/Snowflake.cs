using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol;

/// <summary>Discord's ids: 64 bits, the upper 42 of which are milliseconds since 2015.</summary>
internal static class Snowflake
{
    private const long Epoch = 1_420_070_400_000;

    /// <summary>When it was made.</summary>
    public static DateTimeOffset TimeOf(ulong id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(id >> 22) + Epoch);

    /// <summary>The smallest id of that time.</summary>
    public static ulong At(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeMilliseconds() - Epoch) << 22;

    /// <summary>Reads one; false for anything that is none, so that no foreign text comes into a path.</summary>
    public static bool TryParse(string? text, out ulong id) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    /// <summary>As Discord writes it.</summary>
    public static string Text(ulong id) => id.ToString(CultureInfo.InvariantCulture);
}

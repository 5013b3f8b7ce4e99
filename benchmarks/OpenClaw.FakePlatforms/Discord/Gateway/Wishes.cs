using System.Text.Json;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Gateway;

/// <summary>Which fields the payloads of a bot have. The platform overlooks others; who sends one has misread something.</summary>
internal static class Wishes
{
    private static readonly string[] Outer = ["op", "d", "s", "t"];
    private static readonly string[] Identify = ["token", "properties", "compress", "large_threshold", "shard", "presence", "intents"];
    private static readonly string[] Resume = ["token", "session_id", "seq"];

    public static IEnumerable<string> Unknown(int op, JsonElement payload, JsonElement data)
    {
        var known = op switch { 2 => Identify, 6 => Resume, _ => null };
        var inner = known is null || data.ValueKind is not JsonValueKind.Object ? [] : data.EnumerateObject().Select(f => f.Name).Except(known, StringComparer.Ordinal);
        return payload.EnumerateObject().Select(f => f.Name).Except(Outer, StringComparer.Ordinal).Concat(inner);
    }
}

/// <summary>An identify.</summary>
internal sealed record IdentifyWish(string Token, Intents Intents, int Shard, int Shards, bool IsSharded, bool Compress)
{
    /// <summary>Every bit that is defined.</summary>
    private const Intents Known = (Intents)(0x1FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25);

    private static readonly string[] Properties = ["os", "browser", "device"];

    /// <param name="data">The payload's <c>d</c>.</param>
    /// <param name="fault">What it lacks.</param>
    public static IdentifyWish? Read(JsonElement data, out string? fault)
    {
        fault = null;
        if (data.ValueKind is not JsonValueKind.Object) fault = "an identify without data";
        else if (!data.TryGetProperty("token", out var token) || token.ValueKind is not JsonValueKind.String) fault = "an identify without token";
        else if (!data.TryGetProperty("intents", out var intents) || intents.ValueKind is not JsonValueKind.Number || !intents.TryGetInt64(out var bits)) fault = "an identify without intents";
        else if (!HasProperties(data)) fault = "an identify without os, browser and device in its properties";
        else if (data.TryGetProperty("large_threshold", out var large) && (!large.TryGetInt32(out var members) || members is < 50 or > 250)) fault = "a large_threshold that is not 50 to 250";
        else
        {
            var compress = data.TryGetProperty("compress", out var c) && c.ValueKind is JsonValueKind.True;
            var wish = new IdentifyWish(token.GetString()!, bits is < 0 or > int.MaxValue ? (Intents)(-1) : (Intents)bits, 0, 1, false, compress);
            if (!data.TryGetProperty("shard", out var shard)) return wish;
            return shard.ValueKind is JsonValueKind.Array && shard.GetArrayLength() == 2 && shard[0].TryGetInt32(out var number) && shard[1].TryGetInt32(out var count)
                ? wish with { Shard = number, Shards = count, IsSharded = true }
                : wish with { Shard = -1 };
        }

        return null;
    }

    /// <summary>The close code it earns; null: none.</summary>
    public int? Fault(DiscordBot bot)
    {
        if (Shards < 1 || Shard < 0 || Shard >= Shards) return CloseCodes.InvalidShard;
        if (bot.NeedsShards && Shards < bot.Shards) return CloseCodes.ShardingRequired;
        if ((Intents & ~Known) != Intents.None) return CloseCodes.InvalidIntents;
        return (Intents & Intents.Privileged & ~bot.Privileged) != Intents.None ? CloseCodes.DisallowedIntents : null;
    }

    private static bool HasProperties(JsonElement data) =>
        data.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object
        && Properties.All(name => properties.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String);
}

/// <summary>A resume.</summary>
internal sealed record ResumeWish(string Token, string SessionId, long Sequence)
{
    public static ResumeWish? Read(JsonElement data) =>
        data.ValueKind is JsonValueKind.Object
        && data.TryGetProperty("token", out var token) && token.ValueKind is JsonValueKind.String
        && data.TryGetProperty("session_id", out var session) && session.ValueKind is JsonValueKind.String
        && data.TryGetProperty("seq", out var sequence) && sequence.ValueKind is JsonValueKind.Number && sequence.TryGetInt64(out var number)
            ? new(token.GetString()!, session.GetString()!, number)
            : null;
}

using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>The handshake's query, checked. <c>After</c> is null when absent: what that means depends on the resume token.</summary>
internal sealed record HandshakeQuery(string Conversation, string? Thread, long? After, bool Own)
{
    private const string DefaultConversation = "main";
    private const int MaxLength = 200;

    /// <summary>The query, or null with what is wrong.</summary>
    public static HandshakeQuery? Parse(IQueryCollection query, out Refusal? refusal)
    {
        refusal = null;
        var conversation = Name(query, "conversation", ref refusal) ?? DefaultConversation;
        var thread = Name(query, "thread", ref refusal);
        var after = Number(query, "after", ref refusal);
        var own = Flag(query, "own", ref refusal);
        return refusal is null ? new(conversation, thread, after, own) : null;
    }

    private static string? Single(IQueryCollection query, string field, ref Refusal? refusal)
    {
        if (!query.TryGetValue(field, out var values)) return null;
        if (values.Count > 1) refusal ??= Refusal.BadField(field, "Give it once.");
        return values[0] ?? "";
    }

    private static string? Name(IQueryCollection query, string field, ref Refusal? refusal)
    {
        var value = Single(query, field, ref refusal);
        if (value is not null && (value.Length is 0 or > MaxLength || value.Any(char.IsControl)))
            refusal ??= Refusal.BadField(field, "1 to 200 characters, no control characters.");
        return value;
    }

    private static long? Number(IQueryCollection query, string field, ref Refusal? refusal)
    {
        if (Single(query, field, ref refusal) is not { } value) return null;
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        refusal ??= Refusal.BadField(field, "A whole number from 0.");
        return null;
    }

    private static bool Flag(IQueryCollection query, string field, ref Refusal? refusal)
    {
        var value = Single(query, field, ref refusal);
        if (value is not (null or "true" or "false")) refusal ??= Refusal.BadField(field, "true or false.");
        return value is "true";
    }
}

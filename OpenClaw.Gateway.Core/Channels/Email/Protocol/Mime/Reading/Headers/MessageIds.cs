namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>Reads ids of messages (RFC 5322 3.6.4): what stands in brackets; without any brackets, the words that look like ids.</summary>
internal static class MessageIds
{
    private const int Most = 1000;

    public static IReadOnlyList<string> Parse(string value)
    {
        List<string> ids = [];
        var at = 0;
        while (ids.Count < Most && value.IndexOf('<', at) is var open and >= 0)
        {
            var close = value.IndexOf('>', open);
            var end = close < 0 ? value.Length : close;
            if (Clean(value[(open + 1)..end]) is { Length: > 0 } id) ids.Add(id);
            at = end;
        }

        if (ids.Count == 0) ids.AddRange(value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Contains('@', StringComparison.Ordinal) || !value.Contains(' ', StringComparison.Ordinal)).Take(Most));
        return ids;
    }

    /// <summary>Folding left spaces in it, and some senders nest the brackets.</summary>
    private static string Clean(string id) => id.Replace(" ", "", StringComparison.Ordinal).Trim('<');
}

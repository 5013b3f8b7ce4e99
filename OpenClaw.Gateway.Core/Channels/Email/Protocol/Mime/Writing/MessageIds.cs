namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>Message ids as they are written. They come from other people's mails, so whatever could end the header is no id.</summary>
internal static class MessageIds
{
    private const int Longest = 900;
    private const int MostLast = 20;

    /// <summary>In angle brackets; null when it is none.</summary>
    public static string? Written(string? id)
    {
        var bare = id?.Trim() ?? "";
        if (bare.StartsWith('<') && bare.EndsWith('>')) bare = bare[1..^1];
        return bare.Length is > 0 and <= Longest && !bare.AsSpan().ContainsAnyExceptInRange('!', '~') && !bare.AsSpan().ContainsAny('<', '>') ? $"<{bare}>" : null;
    }

    /// <summary>The ids of a thread: where there are too many, the first, which names the thread, and the last.</summary>
    public static IReadOnlyList<string> Thread(IEnumerable<string> ids)
    {
        List<string> written = [.. ids.Select(Written).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (written.Count > MostLast + 1) written.RemoveRange(1, written.Count - 1 - MostLast);
        return written;
    }
}

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

/// <summary>What a server said, made fit for logs and people.</summary>
internal static class ServerText
{
    private const int MaxShown = 200;

    /// <summary>Without words that may be addresses, links or tokens, without control characters, and short.</summary>
    public static string Shown(string text)
    {
        var shown = string.Join(' ', text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Take(MaxShown).Select(Word));
        return shown.Length > MaxShown ? string.Concat(shown.AsSpan(0, MaxShown), "…") : shown;
    }

    private static string Word(string word) =>
        word.Length > 40 || word.AsSpan().ContainsAny("@/:=\\") ? "…" : new([.. word.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}

using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>What the server offered in its answer to EHLO; nothing after HELO.</summary>
internal sealed class SmtpCapabilities
{
    private readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _mechanisms = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first line is the server's name.</summary>
    public SmtpCapabilities(IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Skip(1))
        {
            // "AUTH=LOGIN" is how servers wrote it for clients of the last century
            var words = line.Split((char[])[' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            _keywords.Add(words[0]);
            if (words[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase)) _mechanisms.UnionWith(words.Skip(1));
            if (words[0].Equals("SIZE", StringComparison.OrdinalIgnoreCase) && words.Length > 1
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0) MaxSize = size;
        }
    }

    public static SmtpCapabilities None { get; } = new([]);

    /// <summary>Bytes of the largest mail; null = not said.</summary>
    public long? MaxSize { get; }

    public bool Has(string keyword) => _keywords.Contains(keyword);

    public bool HasMechanism(string name) => _mechanisms.Contains(name);
}

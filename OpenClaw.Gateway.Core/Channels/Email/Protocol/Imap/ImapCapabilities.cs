namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>What the server offers.</summary>
internal sealed class ImapCapabilities(string words)
{
    private readonly HashSet<string> _words = new(words.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public static ImapCapabilities None { get; } = new("");

    /// <summary>It has said nothing yet.</summary>
    public bool IsEmpty => _words.Count == 0;

    public bool Has(string keyword) => _words.Contains(keyword);

    /// <summary>For AUTHENTICATE.</summary>
    public bool HasMechanism(string name) => _words.Contains("AUTH=" + name);

    /// <summary>What IMAP4rev2 includes, or is offered by itself.</summary>
    public bool Can(string keyword) => Has(keyword) || Has("IMAP4rev2");
}

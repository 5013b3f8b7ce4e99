using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>A command and its arguments, of which none can end it and begin another.</summary>
internal sealed class ImapCommand
{
    private readonly List<(string Text, Stream Literal, long Length)> _parts = [];
    private readonly StringBuilder _text;

    public ImapCommand(string verb) => _text = new(verb);

    /// <summary>Each text is followed by a literal.</summary>
    public IReadOnlyList<(string Text, Stream Literal, long Length)> Parts => _parts;

    /// <summary>What follows the last literal.</summary>
    public string Last => _text.ToString();

    /// <summary>Our own words and numbers.</summary>
    public ImapCommand Word(string word)
    {
        if (word.AsSpan().ContainsAny('\r', '\n', '\0')) throw new ArgumentException("A command is one line.", nameof(word));
        _text.Append(' ').Append(word);
        return this;
    }

    public ImapCommand Word(long number) => Word(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Any text: quoted if it can be, else as a literal.</summary>
    public ImapCommand String(string text)
    {
        if (text.Length > 1_000 || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            return Literal(new MemoryStream(bytes, writable: false), bytes.Length);
        }

        _text.Append(" \"").Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return this;
    }

    public ImapCommand Literal(Stream content, long length)
    {
        _parts.Add((_text.Append(' ').ToString(), content, length));
        _text.Clear();
        return this;
    }
}

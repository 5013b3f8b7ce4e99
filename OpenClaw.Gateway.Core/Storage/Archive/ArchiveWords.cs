using System.Text;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// The words of a session as they are indexed: the texts of its messages, in order. The same whether made from rows or from a transcript, because
/// an index may need to be told what to forget.
/// </summary>
internal sealed class ArchiveWords
{
    /// <summary>So much of one session is indexed (characters); the rest of a longer one is kept and read, but not found.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    private readonly StringBuilder _text = new();

    public void Add(Message message)
    {
        if (message.Text.Length == 0 || _text.Length + message.Text.Length > MostCharacters) return;
        if (_text.Length > 0) _text.Append('\n');
        _text.Append(message.Text);
    }

    public ArchiveText Of(Guid tenant, Guid session, DateTimeOffset lastActivityAt) => new(tenant, session, lastActivityAt, _text.ToString());
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Channels.Buttons;

/// <summary>
/// What a platform is given for a button, and what it means when it comes back. A value goes as it is where the platform has room for it; else as a reference to
/// the reply that offered it, which is looked up, so that old buttons work over restarts.
/// </summary>
internal sealed class ButtonValues(ISystemDbFactory databases)
{
    private const string Mark = "~oc:";

    /// <summary>At most <paramref name="mostBytes"/> bytes of UTF-8 (a reference has 29 at most).</summary>
    public static string DataOf(Guid reply, int index, string value, int mostBytes)
    {
        if (value.Length > 0 && !value.StartsWith(Mark, StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(value) <= mostBytes) return value;
        Span<byte> id = stackalloc byte[16];
        reply.TryWriteBytes(id, bigEndian: true, out _);
        return string.Create(CultureInfo.InvariantCulture, $"{Mark}{Base64Url.EncodeToString(id)}{index}");
    }

    /// <summary>The button's value; null when the reply that offered it is not in the database any more, or another tenant's.</summary>
    public async ValueTask<string?> ValueOfAsync(ChannelModel channel, string data, CancellationToken cancellationToken)
    {
        if (!data.StartsWith(Mark, StringComparison.Ordinal)) return data;
        if (Read(data.AsSpan(Mark.Length)) is not { } reference) return data;
        var buttons = await OfReplyAsync(channel, reference.Reply, cancellationToken);
        return reference.Index < buttons.Count ? buttons[reference.Index].Value : null;
    }

    /// <summary>The buttons that a reply offered; empty when it is not in the database any more, or another channel's.</summary>
    public async ValueTask<IReadOnlyList<MessageButton>> OfReplyAsync(ChannelModel channel, Guid reply, CancellationToken cancellationToken)
    {
        if (!MessagePosition.TryRange(reply, out var first, out var last)) return [];
        await using var db = databases.Create();
        var extras = await db.Messages.AsNoTracking().Where(m => m.Position >= first && m.Position <= last && m.Id == reply && m.ChannelId == channel.Id).Select(m => m.Extras).FirstOrDefaultAsync(cancellationToken);
        return MessageExtras.FromJson(extras)?.Buttons ?? [];
    }

    private static (Guid Reply, int Index)? Read(ReadOnlySpan<char> text)
    {
        const int idLength = 22;
        Span<byte> id = stackalloc byte[16];
        if (text.Length <= idLength || !int.TryParse(text[idLength..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
        return Base64Url.TryDecodeFromChars(text[..idLength], id, out var written) && written == id.Length ? (new(id, bigEndian: true), index) : null;
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>How far a mailbox has been read: all mails up to a UID are settled. Another UIDVALIDITY makes UIDs mean nothing.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MailCursor(uint Validity, uint Uid)
{
    /// <summary>The name of its note: one for each mailbox, so that a change to another and back answers no old mail.</summary>
    public static string NoteOf(EmailSettings settings) => "email.cursor." + KeyOf(settings);

    /// <summary>The name of the note that says up to where mails were being handled.</summary>
    public static string TryingNoteOf(EmailSettings settings) => "email.trying." + KeyOf(settings);

    public static MailCursor? Parse(string? note)
    {
        var parts = note?.Split('.') ?? [];
        return parts.Length == 2 && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var validity)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? new(validity, uid) : null;
    }

    /// <summary>Where a mail is, as held messages name it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Validity}.{Uid}");

    private static string KeyOf(EmailSettings settings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.User.ToLowerInvariant()}\n{settings.Mailbox}")))[..16];
}

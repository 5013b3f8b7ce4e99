using System.Net.Mail;
using System.Text;
using System.Text.RegularExpressions;
using OpenClaw.Core.Tests.Channels.Email.Servers;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>People who write mails with the client that .NET brings, and read what came as plain text: nothing of it is the product's.</summary>
internal sealed class PlainMail(MailServers servers)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    /// <summary>Sends one as from outside; its Message-ID.</summary>
    public async Task<string> SendAsync(string from, string to, string subject, string text, string? answers = null, (string Name, string Text)? file = null, params (string Name, string Value)[] headers)
    {
        using var mail = new MailMessage(new MailAddress(from, from.StartsWith("ada", StringComparison.Ordinal) ? "Ada Lovelace" : null), new MailAddress(to)) { Subject = subject, Body = text, BodyEncoding = Encoding.UTF8 };
        var id = $"<{Guid.NewGuid():N}@client.example>";
        mail.Headers.Add("Message-ID", id);
        if (answers is not null)
        {
            mail.Headers.Add("In-Reply-To", answers);
            mail.Headers.Add("References", answers);
        }

        foreach (var (name, value) in headers) mail.Headers.Add(name, value);
        if (file is { } attached) mail.Attachments.Add(Attachment.CreateAttachmentFromString(attached.Text, attached.Name, Encoding.UTF8, "text/plain"));
        using var client = new SmtpClient(MailServers.Host, servers.SmtpPort) { DeliveryMethod = SmtpDeliveryMethod.Network };
        await client.SendMailAsync(mail);
        return id;
    }

    /// <summary>The newest mail of the mailbox when it has at least so many.</summary>
    public async Task<string> NewestAsync(MailUser user, int atLeast) => Encoding.UTF8.GetString((await servers.MailBoxAsync(user, atLeast))[^1]);

    /// <summary>A header of a raw mail, unfolded; null where it is not there.</summary>
    public static string? Header(string mail, string name)
    {
        var head = Regex.Replace(mail.Split("\r\n\r\n")[0].Split("\n\n")[0], @"\r?\n[ \t]+", " ", RegexOptions.None, Short);
        return Regex.Match(head, $"^{name}:[ \t]*(.*?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase, Short) is { Success: true } found ? found.Groups[1].Value : null;
    }
}

using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

internal sealed record ReadFile(string Path, string? Name, string MediaType, MailPartRole Role, byte[] Content)
{
    public string Sha => Convert.ToHexStringLower(SHA256.HashData(Content));
}

/// <summary>A mail read whole, as the tests look at it.</summary>
internal sealed record ReadMail(MailHeader Header, string Text, string? Html, bool Truncated, IReadOnlyList<ReadFile> Files)
{
    public static Task<ReadMail> FromAsync(string mail, MailLimits? limits = null) => FromAsync(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))), limits);

    public static async Task<ReadMail> FromAsync(Stream source, MailLimits? limits = null)
    {
        limits ??= MailLimits.Default;
        using MailReader reader = new(source, limits);
        MailBody body = new(limits);
        List<ReadFile> files = [];
        var header = await reader.ReadHeaderAsync(CancellationToken.None);
        while (await reader.NextPartAsync(CancellationToken.None) is { } part)
        {
            var role = await body.TakeAsync(part, CancellationToken.None);
            if (role == MailPartRole.Text || part.Recovered) continue;
            using MemoryStream content = new();
            await part.Content.CopyToAsync(content);
            files.Add(new(part.Path, part.FileName, part.MediaType, role, content.ToArray()));
        }

        return new(header, body.Text, body.Html, body.Truncated, files);
    }
}

using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>A mail that arrived, read by the gateway's own reader.</summary>
internal sealed record SentMail(MailHeader Header, IReadOnlyList<(string Type, string? Name, byte[] Content)> Parts)
{
    public string Text => Encoding.UTF8.GetString(Parts.First(p => p.Type == "text/plain").Content).ReplaceLineEndings("\n");

    public string Html => Encoding.UTF8.GetString(Parts.First(p => p.Type == "text/html").Content).ReplaceLineEndings("\n");

    /// <summary>Decoded, without folds; null = there is none.</summary>
    public string? this[string name] => Header[name];

    public static Task<SentMail> ReadAsync(string raw) => ReadAsync(Encoding.Latin1.GetBytes(raw));

    public static async Task<SentMail> ReadAsync(byte[] raw)
    {
        using var reader = new MailReader(new MemoryStream(raw), MailLimits.Default);
        var header = await reader.ReadHeaderAsync(CancellationToken.None);
        var parts = new List<(string, string?, byte[])>();
        while (await reader.NextPartAsync(CancellationToken.None) is { } part)
        {
            using var content = new MemoryStream();
            await part.Content.CopyToAsync(content);
            parts.Add((part.MediaType, part.FileName, content.ToArray()));
        }

        return new(header, parts);
    }
}

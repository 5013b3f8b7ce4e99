using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Fuzz;

/// <summary>Everything that reads what strangers wrote, on one input.</summary>
internal static class MimeTargets
{
    private static readonly string[] Names = ["utf-8", "utf-7", "utf-16", "utf-32", "iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "gb18030", "euc-kr", "shift_jis", "big5", "euc-jp", "koi8-r", "windows-1258", "x-nobody", "cp1"];

    public static async Task RunAsync(byte[] input, int chance)
    {
        var random = new Random(chance);
        var whole = await ReadMail.FromAsync(new MemoryStream(input));
        Look(whole);
        var pieces = await ReadMail.FromAsync(new OddStream(input, () => random.Next(1, 100)));
        MailReaderTests.Same(whole, pieces);
        await ReadReport.FromAsync(new MemoryStream(input));
        Pieces(input[..Math.Min(input.Length, 2000)], random);
    }

    private static void Look(ReadMail mail)
    {
        var header = mail.Header;
        _ = (header.Subject, header.From, header.Sender, header.ReplyTo, header.To, header.Cc, header.Date, header.MessageId, header.InReplyTo, header.References);
        _ = (header.AutoSubmitted, header.Precedence, header.ListId, header.ReturnPath, header.ContentType.Value, header.ContentDisposition["filename"]);
        var split = QuotedText.Split(mail.Text);
        Assert.Equal(mail.Text, string.Join('\n', split.Segments.Select(s => s.Text)));
        Assert.True(string.IsNullOrWhiteSpace(mail.Text) || split.Fresh.Length > 0);
        Assert.DoesNotContain('\n', header.Subject);
        Assert.DoesNotContain('\r', header.Subject);
        if (mail.Html is { } html) HtmlText.Convert(html, 100_000);
    }

    private static void Pieces(byte[] input, Random random)
    {
        var text = Encoding.Latin1.GetString(input);
        HtmlText.Convert(text, 10_000);
        FlowedText.Join(text, delSp: true);
        AddressParser.Parse(text);
        EncodedWords.Decode(text);
        FieldParameters.Parse(text);
        MessageIds.Parse(text);
        StatusGroups.Parse(text);
        MailDate.Parse(text[..Math.Min(text.Length, random.Next(10, 60))]);
        Charsets.Decode(input, Names[random.Next(Names.Length)]);
    }
}

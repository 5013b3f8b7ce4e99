using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing.MailSamples;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;

/// <summary>What one half of the gateway writes the other reads.</summary>
public sealed class OwnReaderReadsItTests
{
    [Theory]
    [MemberData(nameof(MailSamples.Hard), MemberType = typeof(MailSamples))]
    public Task Headers_OfHardTexts_ReadBack(string text) => AssertReadsBackAsync(text, text, text);

    [Fact]
    public void AnyTexts_ReadBack()
    {
        var text = Gen.ArrayOf(Gen.OneOf(ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""), Gen.Elements("word ", "Grüße ", "日本語", "👩‍👩‍👧‍👦", "=?utf-8?Q?x?= ", "a, b <c@d>; \"e\" \\ ", "\r\n", "--=_mixed_", "From ", ".", " ")), 12).Select(string.Concat);
        Prop.ForAll(text.ToArbitrary(), text.ToArbitrary(), text.ToArbitrary(), (subject, name, body) => AssertReadsBackAsync(subject, name, body).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();
    }

    private static async Task AssertReadsBackAsync(string subject, string name, string text)
    {
        var mail = await BytesAsync(Plain with { Subject = subject, From = new(SmtpSamples.Gateway, name), To = [new(Bob, name), new(Eve)], Text = text, Html = $"<p>{text}</p>", Attachments = [File(name, [1, 2, 3])] });
        using var reader = new MailReader(new MemoryStream(mail), MailLimits.Default);
        var header = await reader.ReadHeaderAsync(CancellationToken.None);
        Assert.Equal(HeaderText.OneLine(subject).Trim(), header.Subject.Trim());
        Assert.Equal((HeaderText.OneLine(name).Trim(), "gateway@example.com"), (header.From[0].Name, header.From[0].Address));
        Assert.Equal([(HeaderText.OneLine(name).Trim(), "bob@example.org"), ("", "eve@example.org")], header.To.Select(t => (t.Name, t.Address)));
        Assert.Equal(Body(text), await PartAsync(reader, "text/plain"));
        Assert.Equal(Body($"<p>{text}</p>"), await PartAsync(reader, "text/html"));
        var part = await reader.NextPartAsync(CancellationToken.None);
        Assert.Equal(FileHeaders.SafeName(name), part!.FileName);
        Assert.Null(await reader.NextPartAsync(CancellationToken.None));
    }

    private static async Task<string> PartAsync(MailReader reader, string type)
    {
        var part = await reader.NextPartAsync(CancellationToken.None);
        Assert.Equal((type, "utf-8"), (part!.MediaType, part.Charset));
        using var text = new StreamReader(part.Content, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        return (await text.ReadToEndAsync()).TrimEnd('\r', '\n');
    }

    /// <summary>Half characters and line ends are all that changes.</summary>
    private static string Body(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))).TrimEnd('\r', '\n');
}

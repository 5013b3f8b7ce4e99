using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing.MailSamples;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;

public sealed class MailMessageWriterTests
{
    [Fact]
    public async Task WriteAsync_Plain_IsTheWholeMail() => Assert.Equal(
        """
        Date: Mon, 23 Nov 2026 01:04:05 +0000
        From: "OpenClaw \"the\" Gateway" <gateway@example.com>
        To: bob@example.org
        Subject: Hello
        Message-ID: <0123@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Hi Bob,
        see you =3D soon=20

        """.ReplaceLineEndings("\r\n"), await WrittenAsync(Plain));

    [Fact]
    public async Task WriteAsync_Html_HasBothPartsBetweenBoundaries()
    {
        var mail = await WrittenAsync(Plain with { Html = "<p>Grüße</p>" });
        var boundary = mail.Split("boundary=\"")[1].Split('"')[0];
        Assert.StartsWith("=_alternative_", boundary, StringComparison.Ordinal);
        Assert.Contains($"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\nContent-Type: text/plain", mail, StringComparison.Ordinal);
        Assert.Contains($"\r\n--{boundary}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Gr=C3=BC=C3=9Fe</p>\r\n", mail, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n--{boundary}--\r\n", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_LongSubject_IsFoldedWhereItIsAscii()
    {
        var mail = await WrittenAsync(Plain with { Subject = string.Join(' ', Enumerable.Repeat("word", 40)) });
        Assert.Contains("Subject: word word", mail, StringComparison.Ordinal);
        Assert.All(mail.Split("\r\n"), l => Assert.True(l.Length <= 78, l));
    }

    [Theory]
    [InlineData("Your question on Köln", "=?utf-8?Q?Your_question_on_K=C3=B6ln?=")]
    [InlineData("Grüße", "=?utf-8?B?R3LDvMOfZQ==?=")]
    [InlineData("日本語", "=?utf-8?B?5pel5pys6Kqe?=")]
    [InlineData("a_b=c and so on and on, é", "=?utf-8?Q?a=5Fb=3Dc_and_so_on_and_on=2C_=C3=A9?=")]
    public async Task WriteAsync_NotAscii_TakesTheShorterEncoding(string subject, string encoded) =>
        Assert.Contains($"\r\nSubject: {encoded}\r\n", await WrittenAsync(Plain with { Subject = subject }), StringComparison.Ordinal);

    [Fact]
    public async Task WriteAsync_LongThread_KeepsTheFirstAndTheLastIds()
    {
        var mail = await WrittenAsync(Plain with { InReplyTo = "<99@x>", References = [.. Enumerable.Range(0, 100).Select(i => $"<{i}@x>"), "<99@x>", "no id", "<a\r\nBcc: b@x>", ""] });
        Assert.Contains("\r\nIn-Reply-To: <99@x>\r\n", mail, StringComparison.Ordinal);
        var references = mail.Split("References:")[1].Split("\r\nAuto")[0];
        Assert.Equal(["<0@x>", .. Enumerable.Range(80, 20).Select(i => $"<{i}@x>")], references.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("Subject")]
    [InlineData("Bcc")]
    [InlineData("Content-Type")]
    [InlineData("X-A: b\r\nBcc")]
    [InlineData("X-")]
    [InlineData("")]
    public void Writer_HeaderThatIsNotFree_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new MailMessageWriter(Plain with { Headers = [new(name, "x")] }));

    [Fact]
    public void Writer_NoMessageId_IsRefused() => Assert.Throws<ArgumentException>(() => new MailMessageWriter(Plain with { MessageId = "a b" }));

    [Fact]
    public async Task WriteAsync_FileOfAnotherLength_Fails()
    {
        var writer = new MailMessageWriter(Plain with { Attachments = [File("a", [1, 2, 3]) with { Length = 4 }] });
        await Assert.ThrowsAsync<InvalidDataException>(() => writer.WriteAsync(Stream.Null, CancellationToken.None));
    }

    [Fact]
    public async Task MeasureAsync_LengthNotKnown_ReadsTheFile()
    {
        var mail = Plain with { Attachments = [File("a", new byte[100_000])] };
        var known = new MailMessageWriter(mail).Size;
        var unknown = new MailMessageWriter(mail with { Attachments = [mail.Attachments[0] with { Length = null }] });
        Assert.Null(unknown.Size);
        Assert.Equal(known, await unknown.MeasureAsync(CancellationToken.None));
    }

    [Fact]
    public void NeedsUtf8_OnlyForAddresses()
    {
        Assert.False(new MailMessageWriter(Plain with { Subject = "ü", Text = "ü", From = new(SmtpSamples.Gateway, "ü"), Attachments = [File("ü", [1])] }).NeedsUtf8);
        Assert.True(new MailMessageWriter(Plain with { To = [new(SmtpAddress.Parse("jürgen@example.org"))] }).NeedsUtf8);
    }

    [Theory]
    [InlineData("../../etc/passwd", "_.._etc_passwd")]
    [InlineData("a\r\nb\0c", "a__b_c")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData(" .. ", "file")]
    [InlineData("", "file")]
    [InlineData("C:\\x\\y.txt", "C__x_y.txt")]
    public void SafeName_AnyName_IsOne(string name, string safe) => Assert.Equal(safe, FileHeaders.SafeName(name));

    [Theory]
    [InlineData("image/PNG", "image/png")]
    [InlineData("text/plain; charset=\"UTF-8\"", "text/plain; charset=utf-8")]
    [InlineData("text/plain; format=flowed", "text/plain")]
    [InlineData("message/rfc822", "application/octet-stream")]
    [InlineData("multipart/mixed; boundary=x", "application/octet-stream")]
    [InlineData("text/html\r\nBcc: x@y", "application/octet-stream")]
    [InlineData("nothing", "application/octet-stream")]
    public void Of_AnyType_IsOneThatMayBeEncoded(string given, string written) =>
        Assert.StartsWith($"Content-Type: {written}\r\n", FileHeaders.Of(File("a", [], given), isInline: false), StringComparison.Ordinal);

    [Fact]
    public void Encode_LongLines_AreBrokenAt76AndReadBack()
    {
        var text = string.Concat(Enumerable.Repeat("Ein längerer Satz ohne Ende = ", 50)) + "\n\n.\nFrom me\t\n" + new string('a', 76) + "\n" + new string('b', 77) + " ";
        var encoded = QuotedPrintable.Encode(text);
        Assert.All(encoded.Split("\r\n"), l => Assert.True(l.Length <= 76 && !l.EndsWith(' ') && !l.EndsWith('\t') && !l.StartsWith('.') && !l.StartsWith("From ", StringComparison.Ordinal)));
        Assert.Equal(text.ReplaceLineEndings("\r\n") + "\r\n", Unquote(encoded));
    }

    /// <summary>Whatever stands in any field: the same headers, the same parts, and lines that may be sent.</summary>
    [Fact]
    public void WriteAsync_AnythingInAnyField_IsNeverAnotherHeaderOrPart()
    {
        string[] nasty = ["\r\n", "\n", "\r", "\0", "\r\n\r\n", "\r\nBcc: eve@example.org", "--=_mixed_", "\r\n.\r\n", "=?utf-8?Q?=0D=0ABcc:_x?=", "\u2028", "\u0085", "\"", "\\", ";", "\ud800", "ü", "👩‍👩‍👧‍👦", " ", "<", ">", "\t"];
        var field = Gen.Choose(0, 12).SelectMany(n => Gen.ArrayOf(Gen.OneOf(Gen.Elements(nasty), ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""), Gen.Elements("word", "a long piece of text without any meaning ")), n)).Select(string.Concat);
        Prop.ForAll(Gen.ArrayOf(field, 14).ToArbitrary(), f =>
        {
            var mail = WrittenAsync(new()
            {
                From = new(SmtpSamples.Gateway, f[0]), Sender = new(Eve, f[1]), ReplyTo = [new(Bob, f[2])], To = [new(Bob, f[3]), new(Eve, f[4])], Cc = [new(Bob, f[5])],
                Subject = f[6], Date = Plain.Date, MessageId = "1@x", InReplyTo = "<in@x>", References = [f[7], "<ref@x>"], AutoSubmitted = "auto-replied",
                Headers = [new("X-Test", f[8])], Text = f[9], Html = f[10],
                Inline = [new(f[11], f[12], _ => ValueTask.FromResult<Stream>(new MemoryStream([1]))) { Length = 1, ContentId = f[13] }],
                Attachments = [new(f[12], f[11], _ => ValueTask.FromResult<Stream>(new MemoryStream([2]))) { Length = 1 }],
            }).GetAwaiter().GetResult();
            Assert.Equal(["Date", "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Test", "MIME-Version", "Content-Type"], HeaderNames(mail));
            var lines = mail.Split("\r\n");
            Assert.Equal(9, lines.Count(l => l.StartsWith("--", StringComparison.Ordinal) && !l.StartsWith("---", StringComparison.Ordinal) && l.Contains("=_", StringComparison.Ordinal)));
            Assert.All(lines, l => Assert.True(l.Length <= 998 && !l.AsSpan().ContainsAnyExcept(Printable)));
        }).QuickCheckThrowOnFailure();
    }

    private static readonly System.Buffers.SearchValues<char> Printable = System.Buffers.SearchValues.Create(['\t', .. Enumerable.Range(32, 95).Select(c => (char)c)]);

    private static string Unquote(string encoded)
    {
        List<byte> bytes = [];
        var text = encoded.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
            if (text[i] != '=') bytes.Add((byte)text[i]);
            else (_, i) = (Add(Convert.FromHexString(text.AsSpan(i + 1, 2))), i + 2);
        return Encoding.UTF8.GetString([.. bytes]);

        int Add(byte[] more)
        {
            bytes.AddRange(more);
            return more.Length;
        }
    }
}

using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>Parts, their order and paths, and mails that break the rules.</summary>
public sealed class MailReaderTests
{
    [Fact]
    public async Task Read_PlainMail_HeaderAndText()
    {
        var mail = await ReadMail.FromAsync(MailSamples.Plain);
        Assert.Equal("Grüße aus Berlin", mail.Header.Subject);
        Assert.Equal("Ada L. <ada@example.org>", Assert.Single(mail.Header.From).ToString());
        Assert.Equal(["bob@example.org", "carol@example.net"], mail.Header.To.Select(a => a.Address));
        Assert.Equal([("", "dan@example.org", "Team"), ("Eve, E.", "eve@example.org", "Team")], mail.Header.Cc.Select(a => (a.Name, a.Address, a.Group!)));
        Assert.Equal(new DateTimeOffset(2024, 3, 5, 10, 11, 12, TimeSpan.FromHours(1)), mail.Header.Date);
        Assert.Equal("one@example.org", mail.Header.MessageId);
        Assert.Equal(["zero@example.org"], mail.Header.InReplyTo);
        Assert.Equal(["minus@example.org", "zero@example.org"], mail.Header.References);
        Assert.Equal(("no", "bulk", "list.example.org", "ada@example.org"), (mail.Header.AutoSubmitted, mail.Header.Precedence, mail.Header.ListId, mail.Header.ReturnPath));
        Assert.Equal("Hello Bob,\nhow are you?", mail.Text);
        Assert.Equal("From", mail.Header.Fields[0].Name);
    }

    [Fact]
    public async Task Read_NestedMail_PartsInOrder()
    {
        var mail = await ReadMail.FromAsync(MailSamples.Nested);
        Assert.Equal("Grüße, ein langer Satz der weiter geht.", mail.Text);
        Assert.Equal("<p>Grüße <img src=\"cid:logo@x\" alt=\"Logo\"></p>", mail.Html);
        Assert.Equal([("1.2.2", "logo.png", MailPartRole.Inline), ("2", "Rechänung.pdf", MailPartRole.Attachment), ("3", null, MailPartRole.Attachment)], mail.Files.Select(f => (f.Path, f.Name, f.Role)));
        Assert.Equal("Hello World", Encoding.ASCII.GetString(mail.Files[1].Content));
        Assert.Equal("From: dan@example.org\r\nSubject: Forwarded\r\n\r\nInner text.", Encoding.ASCII.GetString(mail.Files[2].Content));
    }

    [Fact]
    public async Task Read_AttachedMessage_CanBeReadInItsTurn()
    {
        using MailReader reader = new(new MemoryStream(MailSamples.Bytes(MailSamples.Nested)), MailLimits.Default);
        while (await reader.NextPartAsync(default) is { } part)
        {
            if (part.MediaType != "message/rfc822") continue;
            using MailReader inner = new(part.Content, MailLimits.Default);
            Assert.Equal("Forwarded", (await inner.ReadHeaderAsync(default)).Subject);
            return;
        }

        Assert.Fail("no message was attached");
    }

    [Fact]
    public async Task Content_AfterTheReaderWentOn_CannotBeRead()
    {
        using MailReader reader = new(new MemoryStream(MailSamples.Bytes(MailSamples.Nested)), MailLimits.Default);
        var first = (await reader.NextPartAsync(default))!;
        await reader.NextPartAsync(default);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await first.Content.ReadExactlyAsync(new byte[10]));
    }

    [Fact]
    public async Task Read_Uuencoded_Decoded()
    {
        var file = Assert.Single((await ReadMail.FromAsync(MailSamples.Uu)).Files);
        Assert.Equal(("cat.txt", "Cat"), (file.Name, Encoding.ASCII.GetString(file.Content)));
    }

    [Fact]
    public async Task Read_ShownMessage_IsPartOfTheText()
    {
        var mail = await ReadMail.FromAsync("""
            Content-Type: multipart/mixed; boundary=b

            --b

            See below.
            --b
            Content-Type: message/rfc822
            Content-Disposition: inline

            From: dan@example.org
            Subject: Inner
            Content-Type: multipart/mixed; boundary=c

            --c

            Inner text.
            --c
            Content-Type: image/gif

            x
            --c--
            --b--
            """);
        Assert.Equal("See below.\n\nFrom: dan@example.org\nSubject: Inner\n\nInner text.", mail.Text);
        Assert.Equal("2.2", Assert.Single(mail.Files).Path);
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b\n\nTwo", "One\n\nTwo")] // no last boundary
    [InlineData("Content-Type: multipart/mixed; boundary=wrong\n\n--right\nContent-Type: text/plain\n\nOne\n--right\nContent-Type: text/plain\n\nTwo\n--right--", "One\n\nTwo")]
    [InlineData("Content-Type: multipart/mixed\n\n--right\nContent-Type: text/plain\n\nOne\n--right--", "One")] // none named
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\nOnly text.", "Only text.")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b  \t\n\nTwo\n--b--  \nepilogue", "One\n\nTwo")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--bb\nstill one\n--b--", "One\n--bb\nstill one")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nOne\n--b\n\nTwo\n--b--", "One\n\nTwo")] // inner one not ended
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n\nTwo\n--b--", "Two")] // a part of a header only
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b--", "")]
    [InlineData("Subject: x\nno header, no separator\nsecond line", "no header, no separator\nsecond line")]
    [InlineData("Subject: x\nbroken line\nTo: a@b.c\n\ntext", "text")]
    [InlineData("From someone Mon Jan  1 00:00:00 2024\nSubject: x\n\ntext", "text")]
    [InlineData("\n\ntext", "text")]
    [InlineData("", "")]
    [InlineData("Subject: only a header", "")]
    [InlineData("Content-Type: text\n\ntext", "text")]
    [InlineData("Content-Type: text/plain; charset=nobody-knows-it\n\ntext", "text")]
    [InlineData("Content-Transfer-Encoding: base64\n\nSGVsbG8=IFdvcmxk", "Hello World")] // padding in the middle
    [InlineData("Content-Transfer-Encoding: base64\n\n*SG!Vs bG8", "Hello")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\na=ZZ=3Db=\nc  \nd=", "a=ZZ=bc\nd")]
    public async Task Read_BrokenMail_WhatCanBeRead(string mail, string text)
    {
        Assert.Equal(text, (await ReadMail.FromAsync(mail)).Text);
        Assert.Equal(text, (await ReadMail.FromAsync(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\n"))))).Text); // bare LF
        Assert.Equal(text, (await ReadMail.FromAsync(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r"))))).Text); // bare CR
    }

    [Fact]
    public async Task Read_Nuls_Gone()
    {
        var mail = await ReadMail.FromAsync("Subject: a\0b\nContent-Type: text/pl\0ain\n\nc\0d");
        Assert.Equal(("ab", "cd"), (mail.Header.Subject, mail.Text));
    }

    [Fact]
    public async Task Read_TextOverItsBound_CutAndTold()
    {
        var mail = await ReadMail.FromAsync("\n" + new string('x', 5000), MailLimits.Default with { TextBytes = 1000 });
        Assert.True(mail.Truncated);
        Assert.Equal(1000, mail.Text.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(61)]
    public async Task Read_InPieces_SameAsWhole(int size)
    {
        foreach (var sample in MailSamples.All)
        {
            var whole = await ReadMail.FromAsync(sample);
            var pieces = await ReadMail.FromAsync(new OddStream(MailSamples.Bytes(sample), () => size));
            Same(whole, pieces);
        }
    }

    internal static void Same(ReadMail a, ReadMail b)
    {
        Assert.Equal(a.Header.Fields, b.Header.Fields);
        Assert.Equal((a.Text, a.Html), (b.Text, b.Html));
        Assert.Equal(a.Files.Select(f => (f.Path, f.Name, f.MediaType, f.Sha)), b.Files.Select(f => (f.Path, f.Name, f.MediaType, f.Sha)));
    }
}

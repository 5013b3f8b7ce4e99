using System.Diagnostics;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>Mails made to cost more than they weigh.</summary>
public sealed class MailBombTests
{
    [Fact]
    public async Task NestedParts_TenThousand_DepthIsBounded()
    {
        StringBuilder mail = new();
        for (var i = 0; i < 10_000; i++) mail.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        await ThrowsAsync(MailLimit.Depth, new MemoryStream(Encoding.ASCII.GetBytes(mail.ToString())));
    }

    [Fact]
    public async Task NestedMessages_TenThousand_DepthIsBounded() =>
        await ThrowsAsync(MailLimit.Depth, new RepeatStream([], "Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n"u8.ToArray(), 10_000, "x"u8.ToArray()));

    [Fact]
    public async Task Header_HundredMegabytes_IsBounded() =>
        await ThrowsAsync(MailLimit.HeaderBytes, new RepeatStream([], Encoding.ASCII.GetBytes("X-Filler: " + new string('x', 1000) + "\r\n"), 100_000, "\r\ntext"u8.ToArray()));

    [Fact]
    public async Task Header_TinyFields_AreBounded() =>
        await ThrowsAsync(MailLimit.HeaderFields, new RepeatStream([], "a:\n"u8.ToArray(), 10_000_000, []));

    [Theory]
    [InlineData("x")]
    [InlineData("\r\n y")]
    [InlineData("=?utf-8?Q?")]
    public async Task HeaderLine_Endless_IsBounded(string piece) =>
        await ThrowsAsync(MailLimit.FieldBytes, new RepeatStream("Subject: "u8.ToArray(), Encoding.ASCII.GetBytes(piece), 100_000_000, []));

    [Fact]
    public async Task Parts_AMillionTiny_AreBounded() =>
        await ThrowsAsync(MailLimit.Parts, new RepeatStream("Content-Type: multipart/mixed; boundary=b\r\n\r\n"u8.ToArray(), "--b\r\n\r\n"u8.ToArray(), 1_000_000, []));

    [Fact]
    public async Task Mail_LargerThanAllowed_IsBounded() =>
        await ThrowsAsync(MailLimit.TotalBytes, new RepeatStream("\r\n"u8.ToArray(), new byte[1000], 1_000_000, []));

    [Fact]
    public async Task Boundary_TooLong_IsBounded() =>
        await ThrowsAsync(MailLimit.BoundaryLength, new MemoryStream(Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=" + new string('b', 10_000) + "\r\n\r\n")));

    [Fact]
    public async Task Attachment_TwentyFiveMegabytes_PassesWithLittleMemory()
    {
        var line = Encoding.ASCII.GetBytes(new string('Q', 76) + "\r\n");
        RepeatStream mail = new("Content-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8.ToArray(), line, 25_000_000 / 57, []);
        using MailReader reader = new(mail, MailLimits.Default);
        var part = (await reader.NextPartAsync(default))!;
        var buffer = new byte[64 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long length = 0;
        while (await part.Content.ReadAsync(buffer) is var read and > 0) length += read;
        Assert.Equal(25_000_000 / 57 * 57, length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256 * 1024);
    }

    [Theory]
    [InlineData("+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "<script>alert(1)</script>")]
    [InlineData("Hi Mom +Jjo--!", "Hi Mom ☺-!")]
    [InlineData("1 +- 1 = 2 +", "1 + 1 = 2 ")]
    [InlineData("+2AA-", "\uFFFD")] // half a pair
    [InlineData("+AGEAYgBj", "abc")]
    public async Task Utf7_Tricks_AreTextAndNothingElse(string encoded, string text)
    {
        Assert.Equal(text.Trim(), (await ReadMail.FromAsync($"Content-Type: text/plain; charset=utf-7\n\n{encoded}")).Text.Trim());
        Assert.DoesNotContain("alert", (await ReadMail.FromAsync($"Content-Type: text/html; charset=utf-7\n\n{encoded}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<p>")]
    [InlineData("<b>")]
    [InlineData("<i></b>")]
    [InlineData("</div>")]
    [InlineData("<table><tr><td>")]
    [InlineData("<blockquote>x")]
    [InlineData("<ul><li>x")]
    [InlineData("<a href='https://example.org/'>x")]
    [InlineData("<style>")]
    [InlineData("<!--")]
    [InlineData("&")]
    [InlineData("&#x41;")]
    [InlineData("<a b=c ")]
    [InlineData("<p style='display:none'>")]
    [InlineData("<svg/>")]
    [InlineData("<textarea><select>")]
    public void Html_TwoMegabytesOfOneThing_TakesNotLong(string piece)
    {
        StringBuilder html = new();
        while (html.Length < 2_000_000) html.Append(piece);
        var start = Stopwatch.GetTimestamp();
        var text = HtmlText.Convert(html.ToString(), 1_000_000);
        Assert.True(text.Length <= 1_000_100);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), $"{Stopwatch.GetElapsedTime(start)}");
    }

    [Theory]
    [InlineData("On 1/1/2024 wrote:\n")]
    [InlineData("From: a\n")]
    [InlineData("> \n\n")]
    [InlineData("-- \n")]
    [InlineData("--\n")]
    [InlineData("-----\n")]
    [InlineData("\n")]
    [InlineData("Sent from my iPhone\n")]
    [InlineData("On ")]
    public void Quotes_AMegabyteOfOneThing_TakesNotLong(string piece)
    {
        StringBuilder text = new();
        while (text.Length < 1_000_000) text.Append(piece);
        var start = Stopwatch.GetTimestamp();
        QuotedText.Split(text.ToString());
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), $"{Stopwatch.GetElapsedTime(start)}");
    }

    [Theory]
    [InlineData("To: ", "a@b.c,")]
    [InlineData("To: ", "a <")]
    [InlineData("To: ", "(")]
    [InlineData("To: ", "\"")]
    [InlineData("To: ", "a:")]
    [InlineData("To: ", " . @")]
    [InlineData("To: ", "=?a?q?x")]
    [InlineData("Subject: ", "=?utf-8?q?x?= ")]
    [InlineData("Subject: ", "=?a?q?x")]
    [InlineData("Subject: ", "=?")]
    [InlineData("References: ", "<a@b> ")]
    [InlineData("References: ", "<")]
    [InlineData("Date: ", "(")]
    [InlineData("Content-Disposition: attachment; filename=a", " ")]
    [InlineData("Content-Disposition: attachment; filename=", "=?a?q?x")]
    [InlineData("Content-Disposition: attachment; ", "filename*1=a;")]
    [InlineData("Content-Disposition: attachment; ", "a=b;")]
    [InlineData("Content-Disposition: attachment; ", "(")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''", "%")]
    public async Task Field_OfOneThing_TakesNotLong(string name, string piece)
    {
        var start = Stopwatch.GetTimestamp();
        var header = (await ReadMail.FromAsync(name + string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)) + "b\n\n")).Header;
        _ = (header.To.Count, header.Subject, header.References.Count, header.Date, header.ContentDisposition["filename"]);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), $"{Stopwatch.GetElapsedTime(start)}");
    }

    private static async Task ThrowsAsync(MailLimit limit, Stream source)
    {
        await using var owned = source;
        var start = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = await Assert.ThrowsAsync<MailLimitException>(() => ReadMail.FromAsync(source));
        Assert.Equal(limit, thrown.Limit);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024 * 1024);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }
}

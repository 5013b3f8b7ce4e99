using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;

internal static class MailSamples
{
    public static OutgoingMail Plain { get; } = new()
    {
        From = new(SmtpSamples.Gateway, "OpenClaw \"the\" Gateway"),
        To = [new(Bob)],
        Subject = "Hello",
        Text = "Hi Bob,\nsee you = soon ",
        Date = new(2026, 11, 23, 3, 4, 5, TimeSpan.FromHours(2)),
        MessageId = "0123@example.com",
        AutoSubmitted = AutoSubmittedKinds.Generated,
    };

    /// <summary>Texts that have broken other writers.</summary>
    public static TheoryData<string> Hard { get; } = new(
        "Grüße aus Köln",
        "A subject of more than seventy-six characters, all of them plain ASCII, none of them special",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
        "=?utf-8?Q?not_encoded?=",
        "two  spaces  in   a subject that is long enough to be folded somewhere, which would lose one",
        "日本語の件名がとても長いので折り返さなければなりません。日本語の件名がとても長いので折り返さなければなりません。",
        "Re: [list] ünïcödé (comment) <angle@brackets> \"quotes\" \\back, comma; semicolon: colon",
        new string('x', 1_500),
        "a " + new string('y', 890) + " b");

    public static MailFile File(string name, byte[] content, string type = "application/octet-stream", string? id = null) =>
        new(name, type, _ => ValueTask.FromResult<Stream>(new MemoryStream(content))) { Length = content.Length, ContentId = id };

    public static async Task<byte[]> BytesAsync(OutgoingMail mail)
    {
        var writer = new MailMessageWriter(mail);
        using var output = new MemoryStream();
        await writer.WriteAsync(output, CancellationToken.None);
        if (writer.Size is { } size) Assert.Equal(size, output.Length);
        Assert.Equal(output.Length, await writer.MeasureAsync(CancellationToken.None));
        return output.ToArray();
    }

    public static async Task<string> WrittenAsync(OutgoingMail mail) => Encoding.UTF8.GetString(await BytesAsync(mail));

    /// <summary>The names of the headers, in order.</summary>
    public static IReadOnlyList<string> HeaderNames(string mail) =>
        [.. mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n").Where(l => !l.StartsWith(' ')).Select(l => l.Split(':')[0])];
}

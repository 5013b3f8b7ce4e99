using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime;

public sealed class MailDraftTests
{
    private static readonly MailDraft Plain = new()
    {
        From = SmtpAddress.Parse("gateway@example.com"),
        FromName = "OpenClaw \"the\" Gateway",
        To = SmtpAddress.Parse("bob@example.org"),
        Subject = "Hello",
        Text = "Hi Bob,\nsee you = soon ",
        Date = new(2026, 11, 23, 3, 4, 5, TimeSpan.FromHours(2)),
        Id = "0123",
    };

    [Fact]
    public void ToBytes_Plain_IsTheWholeMail() => Assert.Equal(
        """
        Date: Mon, 23 Nov 2026 01:04:05 +0000
        From: "OpenClaw \"the\" Gateway"
         <gateway@example.com>
        To: bob@example.org
        Subject: Hello
        Message-ID: <0123@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Hi Bob,
        see you =3D soon=20

        """.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(Plain.ToBytes()));

    [Fact]
    public void ToBytes_Html_HasBothPartsBetweenBoundaries()
    {
        var mail = Encoding.ASCII.GetString((Plain with { Html = "<p>Grüße</p>" }).ToBytes());
        Assert.Contains("Content-Type: multipart/alternative;\r\n boundary=\"=_0123\"\r\n\r\n--=_0123\r\nContent-Type: text/plain", mail, StringComparison.Ordinal);
        Assert.Contains("\r\n--=_0123\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Gr=C3=BC=C3=9Fe</p>\r\n", mail, StringComparison.Ordinal);
        Assert.EndsWith("\r\n--=_0123--\r\n", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Grüße aus Köln")]
    [InlineData("A subject of more than seventy-six characters, all of them plain ASCII, none of them special")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    [InlineData("=?utf-8?Q?not_encoded?=")]
    public void ToBytes_AnySubject_ReadsBack(string subject)
    {
        var lines = Encoding.ASCII.GetString((Plain with { Subject = subject, FromName = subject }).ToBytes()).Split("\r\n");
        Assert.All(lines, l => Assert.True(l.Length <= 76));
        Assert.Equal(subject, Decode(lines, "Subject: "));
    }

    [Fact]
    public void ToBytes_LineEndsInNames_MakeNoHeader()
    {
        var mail = Encoding.ASCII.GetString((Plain with { Subject = "a\r\nBcc: eve@example.org\u2028b", FromName = "a\r\nBcc: eve@example.org" }).ToBytes());
        Assert.DoesNotContain("\r\nBcc", mail, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_LongLines_AreBrokenAt76AndReadBack()
    {
        var text = string.Concat(Enumerable.Repeat("Ein längerer Satz ohne Ende = ", 50)) + "\n\n.\nFrom me\t\n" + new string('a', 76) + "\n" + new string('b', 77) + " ";
        var encoded = QuotedPrintable.Encode(text);
        Assert.All(encoded.Split("\r\n"), l => Assert.True(l.Length <= 76 && !l.EndsWith(' ') && !l.EndsWith('\t')));
        Assert.Equal(text.ReplaceLineEndings("\r\n") + "\r\n", Unquote(encoded));
    }

    private static string Decode(string[] lines, string header)
    {
        var at = Array.FindIndex(lines, l => l.StartsWith(header, StringComparison.Ordinal));
        var words = lines.Skip(at + 1).TakeWhile(l => l.StartsWith(' ')).Prepend(lines[at][header.Length..]).Select(l => l.Trim());
        return string.Concat(words.Select(w => w.StartsWith("=?utf-8?B?", StringComparison.Ordinal) && w.EndsWith("?=", StringComparison.Ordinal)
            ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(w[10..^2])) : w));
    }

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

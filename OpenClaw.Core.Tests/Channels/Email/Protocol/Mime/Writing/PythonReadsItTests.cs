using System.Security.Cryptography;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing.MailSamples;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;

/// <summary>A reader that others wrote finds in our mails what we put there.</summary>
public sealed class PythonReadsItTests
{
    [PythonTheory]
    [MemberData(nameof(MailSamples.Hard), MemberType = typeof(MailSamples))]
    public async Task Headers_OfHardTexts_ReadBack(string text)
    {
        var mail = await PythonJudge.ReadAsync(await BytesAsync(Plain with { Subject = text, From = new(SmtpSamples.Gateway, text), Cc = [new(Bob, text), new(Eve, "Eve")], Headers = [new("X-Note", text)] }));
        Assert.Empty(mail.Defects);
        Assert.Equal(text, mail["Subject"]);
        Assert.Equal(text, mail["X-Note"]);
        Assert.Equal([text, "gateway@example.com"], Assert.Single(mail.People["From"]));
        Assert.Equal([[text, "bob@example.org"], ["Eve", "eve@example.org"]], mail.People["Cc"]);
    }

    [PythonFact]
    public async Task Bodies_OfHardTexts_ReadBack()
    {
        var text = "first\n.\n..\n.dot\nFrom here\n>From there\ntrailing blanks  \ntab\t\n" + new string('x', 2_000) + "\n" + string.Concat(Enumerable.Repeat("Grüße 日本語 👩‍👩‍👧‍👦 ", 200)) + "\n--=_alternative_\n\n\x01\x7f=3D=\nend";
        var html = $"<html><body><p>{text}</p></body></html>";
        var mail = await PythonJudge.ReadAsync(await BytesAsync(Plain with { Text = text, Html = html }));
        Assert.Empty(mail.Defects);
        Assert.Equal(["multipart/alternative", "text/plain", "text/html"], mail.Tree);
        Assert.Equal(text + "\n", mail.Text!.ReplaceLineEndings("\n"));
        Assert.Equal(html + "\n", mail.Html!.ReplaceLineEndings("\n"));
    }

    [PythonFact]
    public async Task Files_AllKinds_ReadBack()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_001);
        var longName = string.Concat(Enumerable.Repeat("Übersicht ", 12)) + "2026.xlsx";
        var mail = await PythonJudge.ReadAsync(await BytesAsync(Plain with
        {
            Html = "<p><img src=\"cid:logo@x\"></p>",
            Inline = [File("logo.png", bytes, "image/png", "logo@x")],
            Attachments = [File("report, \"final\"; v2.pdf", bytes, "application/pdf"), File(longName, [], "text/csv; charset=utf-8"), File("mail.eml", bytes, "message/rfc822"), File(new string('n', 100) + ".txt", [0, 13, 10])],
        }));
        Assert.Empty(mail.Defects);
        Assert.Equal(["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf", "text/csv", "application/octet-stream", "application/octet-stream"], mail.Tree);
        Assert.Equal(["logo.png", "report, _final_; v2.pdf", longName, "mail.eml", new string('n', 100) + ".txt"], mail.Files.Select(f => f.Name));
        Assert.Equal(["inline", "attachment", "attachment", "attachment", "attachment"], mail.Files.Select(f => f.How));
        Assert.Equal("<logo@x>", mail.Files[0].Id);
        Assert.Equal("utf-8", mail.Files[2].Charset);
        Assert.Equal([100_001, 100_001, 0, 100_001, 3], mail.Files.Select(f => f.Size));
        Assert.All(mail.Files.Where(f => f.Size == bytes.Length), f => Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), f.Hash));
    }

    [PythonFact]
    public async Task Threads_AndPeople_ReadBack()
    {
        List<string> thread = [.. Enumerable.Range(0, 15).Select(i => $"<{Guid.NewGuid():N}.{i}@mail.example.org>")];
        var mail = await PythonJudge.ReadAsync(await BytesAsync(Plain with
        {
            Sender = new(Eve), ReplyTo = [new(SmtpSamples.Gateway, "Tickets (open)")], To = [.. Enumerable.Range(0, 20).Select(i => new Mailbox(Bob, $"Böb, No. {i}"))],
            InReplyTo = thread[^1], References = thread, AutoSubmitted = AutoSubmittedKinds.Replied,
        }));
        Assert.Empty(mail.Defects);
        Assert.Equal(string.Join(' ', thread), mail["References"]);
        Assert.Equal(thread[^1], mail["In-Reply-To"]);
        Assert.Equal("auto-replied", mail["Auto-Submitted"]);
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => (IReadOnlyList<string>)[$"Böb, No. {i}", "bob@example.org"])], mail.People["To"]);
        Assert.Equal("Mon, 23 Nov 2026 01:04:05 +0000", mail["Date"]);
    }

    [PythonFact]
    public async Task NobodyNamed_IsStillAMail()
    {
        var mail = await PythonJudge.ReadAsync(await BytesAsync(Plain with { To = [], Subject = "" }));
        Assert.Empty(mail.Defects);
        Assert.Equal("undisclosed-recipients:;", mail["To"]);
        Assert.Equal("", mail["Subject"]);
    }
}

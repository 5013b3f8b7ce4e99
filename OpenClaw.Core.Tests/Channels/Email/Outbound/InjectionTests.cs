using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>Whatever agents, people and their mails hold in any field, an answer has the headers that it is meant to have and no others.</summary>
public sealed class InjectionTests
{
    private static readonly string[] Allowed =
    [
        "Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-OpenClaw-Hops", "X-OpenClaw-Possible-Duplicate", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    ];

    private static readonly EmailSettings Settings = EmailSettings.Read(JsonElement.Parse("""{"address":"agent@openclaw.test","displayName":"Agent","imapHost":"i","smtpHost":"s","replyTo":"all"}"""));

    [Fact]
    public void Anything_FromAgentsAndMails_MakesNoOtherHeader()
    {
        var nasty = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? ""),
            Gen.Elements("\r\nBcc: evil@example.com", "x\nBcc: evil@example.com\n\nbody", "\r\n\r\n<script>", "=?utf-8?Q?=0D=0ABcc:_evil@example.com?=", "a\u2028Bcc: e@x.y", "\0", "\u0085Bcc: e@x.y", "<a@b>\r\n <c@d>", "\"\r\nBcc: e@x.y\" <a@b.c>", "a@b.c>\r\nRCPT TO:<evil@example.com", ".\r\nQUIT", "--=_alternative"));
        var strings = nasty.ArrayOf(12);
        Prop.ForAll(strings.ToArbitrary(), all => Check(all)).QuickCheckThrowOnFailure();
    }

    private static void Check(string[] all)
    {
        var head = new MailHead
        {
            MessageId = all[0], From = "ada@example.com", FromName = all[1], ReplyTo = [all[2]], To = [all[3], "bob@example.com"], Cc = [all[4]], Subject = all[5], References = [all[6], "<good@example.com>"],
        };
        var reply = new OutgoingReply
        {
            Id = Guid.CreateVersion7(), SessionId = Guid.CreateVersion7(), Seq = 1, From = MessageFrom.Agent, Author = all[7], Text = Utf8Text.From(all[8]), At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero),
            Extras = new(Buttons: [new(all[9], all[10])], Card: new(all[11], all[0], [new(all[1], all[2])], all[3])), Address = new(new string('a', 16), null, all[4], all[5]),
        };
        var mail = new AnswerMail
        {
            Settings = Settings, Reply = reply, Answered = head, Recipients = MailRecipients.Answering(head, _ => false, toAll: true), Key = new byte[32],
            Quote = new(all[1], reply.At, all[8]),
        };
        var file = new MailFile(all[6], all[7], _ => new(new MemoryStream([1, 2, 3]))) { Length = 3 };
        using var output = new MemoryStream();
        new MailMessageWriter(mail.Compose([file], all[9])).WriteAsync(output, CancellationToken.None).GetAwaiter().GetResult();
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split("\r\n");
        var names = lines.TakeWhile(l => l.Length > 0).Where(l => l[0] is not (' ' or '\t')).Select(l => l.Split(':')[0]).ToList();
        Assert.All(names, n => Assert.Contains(n, Allowed));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.DoesNotContain(lines, l => l.AsSpan().ContainsAny('\r', '\n', '\0'));
        Assert.DoesNotContain(mail.Recipients.All, a => a.ToString().Contains("evil", StringComparison.Ordinal));
    }
}

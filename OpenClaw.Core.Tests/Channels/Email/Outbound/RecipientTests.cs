using OpenClaw.Gateway.Core.Channels.Email.Outbound;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>Whom answers go to, and under which subject.</summary>
public sealed class RecipientTests
{
    private static readonly MailHead Mail = new()
    {
        MessageId = "<1@example.com>", From = "ada@example.com", FromName = "Ada", To = ["agent@openclaw.test", "bob@example.com"],
        Cc = ["agent+abc@openclaw.test", "eve@example.com", "team@googlegroups.com", "friends@lists.example.com", "no-reply@shop.example", "bob@example.com"],
    };

    [Fact]
    public void Sender_IsAnsweredAlone() => Assert.Equal("\"Ada\" ada@example.com |", Words(Of(Mail, toAll: false)));

    [Fact]
    public void All_AreAnsweredWithoutOneselfListsAndMachines() => Assert.Equal("\"Ada\" ada@example.com | bob@example.com, eve@example.com", Words(Of(Mail, toAll: true)));

    [Fact]
    public void ReplyTo_GoesBeforeTheSender() => Assert.Equal("desk@example.com |", Words(Of(Mail with { ReplyTo = ["desk@example.com"] }, toAll: false)));

    [Theory]
    [InlineData("agent+token@openclaw.test")]
    [InlineData("noreply@example.com")]
    [InlineData("all@groups.io")]
    [InlineData("evil@example.com>\r\nRCPT TO:<x@y.z")]
    [InlineData("not an address")]
    public void ReplyTo_ThatCannotBeAnswered_LeavesTheSender(string replyTo) => Assert.Equal("\"Ada\" ada@example.com |", Words(Of(Mail with { ReplyTo = [replyTo] }, toAll: false)));

    [Fact]
    public void Sender_ThatIsTheChannel_IsNobody() => Assert.Empty(Of(Mail with { From = "Agent+x@openclaw.test" }, toAll: true).All);

    [Fact]
    public void All_AreBounded() =>
        Assert.Equal(MailRecipients.Most, Of(Mail with { Cc = [.. Enumerable.Range(0, 5_000).Select(i => $"p{i}@example.com")] }, toAll: true).All.Count);

    [Theory]
    [InlineData("Broken door", "Re: Broken door")]
    [InlineData("Re: Broken door", "Re: Broken door")]
    [InlineData("RE: AW: Re[2]: SV : Broken door", "Re: Broken door")]
    [InlineData("回复：你好", "Re: 你好")]
    [InlineData("Fwd: Broken door", "Re: Fwd: Broken door")]
    [InlineData("Regarding: x", "Re: Regarding: x")]
    [InlineData("", "Re: your message")]
    [InlineData(null, "Re: your message")]
    public void Subject_HasOnePrefix(string? subject, string expected) => Assert.Equal(expected, AnswerSubject.Of(subject));

    [Theory]
    [InlineData("noreply@x.y", true)]
    [InlineData("No-Reply+tag@x.y", true)]
    [InlineData("bounces-123@x.y", true)]
    [InlineData("MAILER-DAEMON@x.y", true)]
    [InlineData("norbert@x.y", false)]
    [InlineData("bouncer@x.y", false)]
    public void Sender_ThatNobodyReads_IsKnownByItsName(string address, bool isUnread) => Assert.Equal(isUnread, Gateway.Core.Channels.Email.MailSenders.IsUnread(address));

    private static MailRecipients Of(MailHead mail, bool toAll) => MailRecipients.Answering(mail, a => MailIds.Base(a).Equals("agent@openclaw.test", StringComparison.OrdinalIgnoreCase), toAll);

    private static string Words(MailRecipients found) =>
        $"{string.Join(", ", found.To.Select(m => m.Name is null ? m.Address.ToString() : $"\"{m.Name}\" {m.Address}"))} | {string.Join(", ", found.Cc.Select(m => m.Address))}".Trim();
}

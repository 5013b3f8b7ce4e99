using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>Reports by the standards, in words, and mails that are none.</summary>
public sealed class BounceReaderTests
{
    [Fact]
    public async Task Read_Dsn_EveryRecipientAndTheOriginal()
    {
        var report = await ReadReport.FromAsync(MailSamples.Dsn);
        Assert.Equal((MailReportKind.DeliveryStatus, "reply+17", "mx.example.org", "sent@example.org", "Hi"), (report.Kind, report.EnvelopeId, report.ReportingServer, report.OriginalMessageId, report.Original?.Subject));
        Assert.Equal(
            [
                ("nobody@example.net", "nobody@example.net", DeliveryAction.Failed, "5.1.1", 550, BounceKind.Hard),
                ("late@example.net", null, DeliveryAction.Delayed, "4.4.1", null, BounceKind.Soft),
                ("there@example.net", null, DeliveryAction.Delivered, "2.0.0", null, BounceKind.None),
            ],
            report.Recipients.Select(r => (r.Address, r.OriginalAddress, r.Action, r.Status, r.SmtpCode, r.Kind)));
        Assert.Contains("User unknown", report.Recipients[0].Diagnostic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Feedback_TypeAndOriginal()
    {
        var report = await ReadReport.FromAsync(MailSamples.Feedback);
        Assert.Equal((MailReportKind.Feedback, "abuse", "sent@example.org"), (report.Kind, report.FeedbackType, report.OriginalMessageId));
        Assert.Equal("eve@example.net", Assert.Single(report.Recipients).Address);
    }

    [Fact]
    public async Task Read_Vacation_AutoReply()
    {
        var report = await ReadReport.FromAsync(MailSamples.Vacation);
        Assert.Equal((MailReportKind.AutoReply, "sent@example.org"), (report.Kind, report.OriginalMessageId));
    }

    [Theory]
    [InlineData("qmail", "Hi. This is the qmail-send program at example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<nobody@example.net>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <ada@example.org>\nMessage-ID: <sent@example.org>\n\nHi", "5.1.1", 550, "Hard")]
    [InlineData("exim", "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  nobody@example.net\n    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<nobody@example.net>:\n    550 Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <ada@example.org>\nMessage-Id: <sent@example.org>\n\nHi", null, 550, "Hard")]
    [InlineData("exchange", "Delivery has failed to these recipients or groups:\n\nnobody@example.net\nThe mailbox is full.\n\nDiagnostic information for administrators:\nGenerating server: mx.example.net\nnobody@example.net\n#550 5.2.2 mailbox full ##\n\nOriginal message headers:\n\nReceived: from x\nMessage-ID: <sent@example.org>\n", "5.2.2", 550, "Soft")]
    [InlineData("gmail", "Delivery to the following recipient failed permanently:\n\n     nobody@example.net\n\nTechnical details of permanent failure:\nThe error that the other server returned was:\n550 5.1.1 The email account that you tried to reach does not exist.\n\n----- Original message -----\n\nMessage-ID: <sent@example.org>\n", "5.1.1", 550, "Hard")]
    [InlineData("late", "Warning: message 1abc delayed 24 hours\nA message that you sent has not yet been delivered:\n\n  nobody@example.net\n    Delay reason: 451 4.7.1 try again later\n\nNo action is required.\n", "4.7.1", 451, "Soft")]
    public async Task Read_ServersWords_Understood(string server, string text, string? status, int code, string kind)
    {
        var report = await ReadReport.FromAsync($"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@{server}.example.org>\nTo: ada@example.org\nSubject: Mail delivery failed: returning message to sender\n\n{text}");
        Assert.Equal(MailReportKind.Bounce, report.Kind);
        var recipient = Assert.Single(report.Recipients);
        Assert.Equal(("nobody@example.net", status, code, kind), (recipient.Address, recipient.Status, recipient.SmtpCode, recipient.Kind.ToString()));
        if (server != "late") Assert.Equal("sent@example.org", report.OriginalMessageId);
    }

    [Theory]
    [InlineData("From: bob@example.org\nSubject: Delivery failed, what now?\n\nnobody@example.net says 550 5.1.1 user unknown")]
    [InlineData("From: postmaster@example.org\nSubject: Hello\n\nI am the postmaster. Write to bob@example.net.")]
    [InlineData("From: bob@example.org\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.z\nStatus: 5.1.1\n--b--")]
    public async Task Read_MailOfAPerson_NoReport(string mail) => Assert.Equal(MailReportKind.None, (await ReadReport.FromAsync(mail)).Kind);

    [Theory]
    [InlineData("5.1.1", 550, "550 5.1.1 user unknown", "Hard")]
    [InlineData("5.7.1", 550, "550 5.7.1 message rejected as spam", "Soft")]
    [InlineData("5.2.2", 552, "552 5.2.2 mailbox full", "Soft")]
    [InlineData("5.4.4", null, null, "Hard")]
    [InlineData("4.2.2", 450, "450 over quota", "Soft")]
    [InlineData(null, 421, "421 busy", "Soft")]
    [InlineData(null, 550, "550 no such user here", "Hard")]
    [InlineData(null, 550, "550 <spam@example.org>: no such user", "Hard")] // what an address is called says nothing
    [InlineData(null, null, null, "Soft")]
    public void Judge_Failure_SoftOrHard(string? status, int? code, string? said, string kind) => Assert.Equal(kind, Diagnostic.Judge(DeliveryAction.Failed, status, code, said).ToString());
}

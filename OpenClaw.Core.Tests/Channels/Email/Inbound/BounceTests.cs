using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>What other systems tell of replies.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class BounceTests(MailServers servers)
{
    [MailServersFact]
    public async Task Bounce_ByTheBook_IsAReportOnTheReplyAndNoMessage_ToldTwiceIsOne()
    {
        await using var room = await MailRoom.StartAsync(servers);
        var reply = await ReplyAsync(room);
        var bounce = Bounce(room, "b1", MailIds.OfReply(reply.Id, room.User.Address), "ada@example.org", "5.1.1", "failed");
        await room.DeliverAsync(bounce);
        await room.DeliverAsync(bounce);
        await room.FenceAsync();
        var report = Assert.Single(await room.ReportsAsync(1));
        Assert.Equal((reply.Id, reply.SessionId, DeliveryVerdict.Hard, "5.1.1", "ada@example.org"), (report.ReplyId, report.SessionId, report.Verdict, report.Status, report.Recipient));
        Assert.Contains("no such user", report.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, (await room.Platform.TextsAsync()).Count); // the question and the fence
        Assert.Empty(await room.HeldAsync(0));
    }

    [MailServersFact]
    public async Task Bounce_ByTheEnvelopesId_OrSoftOrLate_IsWhatItSays()
    {
        await using var room = await MailRoom.StartAsync(servers);
        var reply = await ReplyAsync(room);
        await room.DeliverAsync(Bounce(room, "s1", null, "ada@example.org", "4.2.2", "failed", envelope: reply.Id.ToString("N")));
        await room.ReportsAsync(1);
        await room.DeliverAsync(Bounce(room, "s2", null, "ada@example.org", "4.4.1", "delayed", envelope: reply.Id.ToString("N")));
        Assert.Equal([DeliveryVerdict.Soft, DeliveryVerdict.Delayed], (await room.ReportsAsync(2)).Select(r => r.Verdict));
    }

    [MailServersFact]
    public async Task Bounce_Forged_IsNotJoined()
    {
        await using var room = await MailRoom.StartAsync(servers);
        var reply = await ReplyAsync(room);
        await room.DeliverAsync(Bounce(room, "f1", MailIds.OfReply(reply.Id, room.User.Address), "somebody-else@example.org", "5.1.1", "failed"));
        await room.DeliverAsync(Bounce(room, "f2", "<never-sent@example.org>", "ada@example.org", "5.1.1", "failed"));
        Assert.All(await room.HeldAsync(2), h => Assert.Equal("automatic", h.Reason));
        Assert.Empty(await room.ReportsAsync(0));
    }

    [MailServersFact]
    public async Task Bounce_InProse_IsJoinedByTheIdThatItQuotes()
    {
        await using var room = await MailRoom.StartAsync(servers);
        var reply = await ReplyAsync(room);
        await room.DeliverAsync($"""
            Return-Path: <>
            From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
            To: {room.User.Address}
            Subject: Undelivered Mail Returned to Sender
            Message-ID: <prose@mx.example.org>

            I'm sorry to have to inform you that your message could not be delivered.

            <ada@example.org>: host mx.example.org said: 550 5.1.1 User unknown

            --- Below this line is a copy of the message.

            Message-ID: {MailIds.OfReply(reply.Id, room.User.Address)}
            To: ada@example.org
            Subject: Re: Question

            hello
            """);
        var report = Assert.Single(await room.ReportsAsync(1));
        Assert.Equal((reply.Id, DeliveryVerdict.Hard), (report.ReplyId, report.Verdict));
    }

    [MailServersFact]
    public async Task AutoReply_InAKnownThread_IsToldWithItsTextAndNotAnswered()
    {
        await using var room = await MailRoom.StartAsync(servers);
        var reply = await ReplyAsync(room);
        await room.DeliverAsync("away@example.org", "I am away until Monday.", headers: $"Auto-Submitted: auto-replied\nIn-Reply-To: {MailIds.OfReply(reply.Id, room.User.Address)}");
        var report = Assert.Single(await room.ReportsAsync(1));
        Assert.Equal((DeliveryVerdict.AutoReply, "I am away until Monday."), (report.Verdict, report.Detail));
        Assert.Equal("automatic", Assert.Single(await room.HeldAsync(1)).Reason);
        Assert.Single(room.Sender.Sent);
    }

    private static async Task<OutgoingReply> ReplyAsync(MailRoom room)
    {
        await room.DeliverAsync("question@example.org", "question");
        return (await room.SentAsync(1))[0].Reply;
    }

    private static string Bounce(MailRoom room, string id, string? original, string recipient, string status, string action, string? envelope = null) => $"""
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
        To: {room.User.Address}
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <{id}@mx.example.org>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        This is the mail system.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        {(envelope is null ? "X-None: 1" : $"Original-Envelope-Id: {envelope}")}

        Final-Recipient: rfc822; {recipient}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {status.Replace(".", "", StringComparison.Ordinal)} {status} No such user here

        --b
        Content-Type: text/rfc822-headers

        {(original is null ? "X-None: 1" : $"Message-ID: {original}")}
        Subject: Re: Question

        --b--
        """;
}

using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>Which conversation a mail belongs to.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class ThreadTests(MailServers servers)
{
    [MailServersFact]
    public async Task Answer_ByInReplyTo_ByReferencesAndToOurReply_JoinsTheConversation()
    {
        await using var room = await MailRoom.StartAsync(servers, with: c => c with { LoopGuard = LoopPolicy.None }); // nobody writes that fast
        await room.DeliverAsync("t1@example.org", "first");
        var reply = (await room.SentAsync(1))[0].Reply;
        await room.DeliverAsync("t2@example.org", "to the mail", headers: "In-Reply-To: <t1@example.org>", subject: "Something else");
        await room.MessagesAsync(2);
        await room.DeliverAsync("t3@example.org", "far", headers: "References: <t1@example.org> <unknown@example.org>");
        await room.MessagesAsync(3);
        await room.DeliverAsync("t4@example.org", "to the reply", headers: $"In-Reply-To: {MailIds.OfReply(reply.Id, room.User.Address)}");
        Assert.Single((await room.MessagesAsync(4)).Select(m => m.SessionId).Distinct());
    }

    [MailServersFact]
    public async Task Answer_ToTheAddressOfTheThread_JoinsWithoutAnyHeader()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("p1@example.org", "first");
        var first = (await room.MessagesAsync(1))[0];
        var (key, thread) = (await room.Road.Get<MailKeys>().GetAsync(room.Channel, default), await ThreadOfAsync(room, first.SessionId));
        var address = MailIds.Address(key, room.User.Address, thread);
        await room.DeliverAsync("p2@example.org", "by address", to: address.ToUpperInvariant());
        await room.DeliverAsync("p3@example.org", "by the envelope", headers: $"Delivered-To: {address}");
        Assert.Single((await room.MessagesAsync(3)).Select(m => m.SessionId).Distinct());
        await room.DeliverAsync("p4@example.org", "a stranger", from: "eve@example.org", to: address);
        Assert.Equal(2, (await room.MessagesAsync(4)).Select(m => m.SessionId).Distinct().Count());
    }

    [MailServersFact]
    public async Task Subject_Alone_BeginsAConversation()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("s1@example.org", "first", subject: "Invoice 4711");
        await room.MessagesAsync(1);
        await room.DeliverAsync("s2@example.org", "second", subject: "Re: Invoice 4711");
        Assert.Equal(2, (await room.MessagesAsync(2)).Select(m => m.SessionId).Distinct().Count());
    }

    [MailServersFact]
    public async Task Stranger_WhoNamesAKnownMail_BeginsAConversationOfTheirOwn_SomebodyInCopyJoins()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("g1@example.org", "first", headers: "Cc: Bob <bob@example.org>");
        await room.MessagesAsync(1);
        await room.DeliverAsync("g2@example.org", "a stranger", from: "eve@example.org", headers: "In-Reply-To: <g1@example.org>");
        await room.MessagesAsync(2);
        await room.DeliverAsync("g3@example.org", "from the copy", from: "bob@example.org", headers: "In-Reply-To: <g1@example.org>");
        var messages = await room.MessagesAsync(3);
        var threads = new List<string>();
        foreach (var message in messages) threads.Add(await ThreadOfAsync(room, message.SessionId));
        Assert.NotEqual(threads[0], threads[1]);
        Assert.Equal(threads[0], threads[2]);
    }

    [MailServersFact]
    public async Task Conversation_ManyMailsAtOnce_AreTakenInTheirOrder()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.Platform.StopAsync();
        for (var i = 0; i < 20; i++)
            await room.DeliverAsync(room.Mail($"o{i}@example.org", $"mail {i}", headers: i == 0 ? "" : $"In-Reply-To: <o{i - 1}@example.org>\nReferences: {string.Join(' ', Enumerable.Range(0, i).Select(n => $"<o{n}@example.org>"))}"), i);
        await room.Platform.StartAsync();
        await room.Platform.ConnectedAsync(room.Channel);
        var messages = await room.MessagesAsync(20);
        Assert.Single(messages.Select(m => m.SessionId).Distinct());
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"mail {i}"), messages.OrderBy(m => m.Seq).Select(m => m.Text));
    }

    [MailServersFact]
    public async Task Group_IsTakenWhenTheChannelIsMeant()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("c1@example.org", "only a copy", to: "bob@example.org, carol@example.org", headers: $"Cc: {room.User.Address}");
        await room.DeliverAsync("c2@example.org", "to all", headers: "Cc: bob@example.org, carol@example.org");
        await room.FenceAsync();
        Assert.DoesNotContain("only a copy", await room.Platform.TextsAsync());
        var taken = (await room.Platform.RowsAsync()).Single(r => r.Text == "to all");
        Assert.True(MessageExtras.FromJson(taken.Extras)!.IsGroup);
    }

    private static Task<string> ThreadOfAsync(MailRoom room, Guid session) => room.ReadAsync(db => Task.FromResult(db.Sessions.Single(s => s.Id == session).Conversation));
}

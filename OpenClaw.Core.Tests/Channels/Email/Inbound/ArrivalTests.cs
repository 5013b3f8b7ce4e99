using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>How mails come in, from a real mailbox.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class ArrivalTests(MailServers servers)
{
    [MailServersFact]
    public async Task Mail_IsToldByIdle_IsAMessageOfItsSender()
    {
        await using var room = await MailRoom.StartAsync(servers, """{"pollSeconds":3600}""");
        await room.DeliverAsync("one@example.org", "Hello there\n\nOn Monday Bob wrote:\n> old\n> older", from: "Ada Lovelace <Ada@Example.org>", subject: "=?utf-8?q?Gr=C3=BC=C3=9Fe?=");
        var message = (await room.MessagesAsync(1))[0];
        Assert.Equal(("Hello there", "<one@example.org>"), (message.Text, message.ExternalId));
        var session = await room.ReadAsync(db => Task.FromResult(db.Sessions.Single()));
        Assert.Equal(("ada@example.org", "Ada Lovelace"), (session.UserId, session.UserName));
        var details = MailRoom.DetailsOf(message);
        Assert.Equal(("Grüße", room.User.Address), (details.Subject, details.To!.Single()));
        Assert.Contains("> older", details.Quoted, StringComparison.Ordinal);
        Assert.Single(await room.SentAsync(1));
        Assert.Equal(ChannelLinkState.Connected, room.Link!.State);
        Assert.Equal(room.User.Address, room.Link.Account);
    }

    [MailServersFact]
    public async Task Mailbox_WithOldMails_OnlyNewOnesAreTaken()
    {
        var user = await servers.CreateUserAsync();
        await MailServers.DeliverAsync(user, "From: old@example.org\r\nMessage-ID: <old@example.org>\r\n\r\nold\r\n"u8.ToArray());
        await using var room = await MailRoom.StartAsync(servers, user: user);
        await room.DeliverAsync("new@example.org", "new");
        await room.FenceAsync();
        Assert.DoesNotContain("old", await room.Platform.TextsAsync());
        Assert.Contains("new", await room.Platform.TextsAsync());
    }

    [MailServersFact]
    public async Task Mail_TwiceInTheMailbox_IsOneMessage()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("same@example.org", "once");
        await room.MessagesAsync(1);
        await room.DeliverAsync("same@example.org", "once");
        await room.FenceAsync();
        Assert.Single(await room.Platform.TextsAsync(), "once");
    }

    [MailServersFact]
    public async Task Mail_OfAnotherUnderAKnownId_IsAMessageOfItsOwn()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("same@example.org", "hers");
        await room.MessagesAsync(1);
        await room.DeliverAsync("same@example.org", "another's", from: "eve@example.org");
        var messages = await room.MessagesAsync(2);
        Assert.StartsWith("<same@example.org>#", messages[1].ExternalId, StringComparison.Ordinal);
        Assert.NotEqual(messages[0].SessionId, messages[1].SessionId);
    }

    [MailServersFact]
    public async Task Gateway_WasDown_MailsThatCameMeanwhileAreTakenAndTheGapIsClosed()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        await room.DeliverAsync("before@example.org", "before");
        await room.MessagesAsync(1);
        await room.Platform.StopAsync();
        await room.DeliverAsync("meanwhile@example.org", "meanwhile");
        await room.Platform.StartAsync();
        await room.Platform.ConnectedAsync(room.Channel);
        Assert.Equal(["before", "meanwhile"], (await room.MessagesAsync(2)).Select(m => m.Text));
        await TestWait.UntilAsync(async () => (await room.Platform.GapsAsync(room.Channel)) is [.., { EndedAt: not null, Recovered: 1, Missed: 0 }]);
    }

    [MailServersFact]
    public async Task Gateway_WasKilled_NothingIsLostOrTwice()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        for (var i = 0; i < 40; i++) await room.DeliverAsync($"k{i}@example.org", $"mail {i}");
        await room.MessagesAsync(5);
        await room.RestartAsync(kill: true);
        await room.MessagesAsync(40);
        await room.FenceAsync();
        var texts = await room.Platform.TextsAsync();
        Assert.Equal(41, texts.Count);
        Assert.Equal(41, texts.Distinct().Count());
    }

    [MailServersFact]
    public async Task CatchUp_HasAnAgeAndANumber_TheRestIsCountedInTheLedger()
    {
        await using var room = await MailRoom.StartAsync(servers, """{"catchUpMessages":2}""", answers: false);
        await room.DeliverAsync("first@example.org", "first");
        await room.MessagesAsync(1);
        await room.Platform.StopAsync();
        for (var i = 0; i < 5; i++) await room.DeliverAsync(room.Mail($"c{i}@example.org", $"late {i}"), i);
        await room.Platform.StartAsync();
        await room.Platform.ConnectedAsync(room.Channel);
        await room.MessagesAsync(3);
        await room.FenceAsync();
        Assert.Equal(4, (await room.Platform.TextsAsync()).Count);
        Assert.Contains(await room.Platform.GapsAsync(room.Channel), g => g is { Missed: 3, Recovered: 2 });
    }

    [MailServersFact]
    public async Task Processed_FolderIsMadeAndTakenMailsGoThere()
    {
        await using var room = await MailRoom.StartAsync(servers, """{"processedFolder":"Done/by gateway"}""", answers: false);
        await room.DeliverAsync("one@example.org", "one");
        await room.DeliverAsync("auto@example.org", "auto", headers: "Auto-Submitted: auto-generated");
        await room.HeldAsync(1);
        Assert.Single(await servers.MailBoxAsync(room.User, 1, "Done.by gateway"));
        Assert.Single(await servers.MailBoxAsync(room.User)); // what is held stays where it can be let in
        Assert.Null(room.Link!.Cause);
    }

    [MailServersFact]
    public async Task Backlog_OfOnePerson_IsTakenWholeWhateverTheLimitPerMinute()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false, with: c => c with { RateLimitPerUserPerMinute = 3 });
        await room.Platform.StopAsync();
        for (var i = 0; i < 10; i++) await room.DeliverAsync(room.Mail($"wait{i}@example.org", $"waited {i}"), i);
        await room.Platform.StartAsync();
        await room.MessagesAsync(10);
        Assert.Empty(await room.HeldAsync(0));
    }
}

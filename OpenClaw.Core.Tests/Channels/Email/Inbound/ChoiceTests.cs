using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>Buttons where there is nothing to press.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class ChoiceTests(MailServers servers)
{
    [MailServersFact]
    public async Task Answer_WithANumberOrTheWords_ChoosesTheButton()
    {
        await using var room = await MailRoom.StartAsync(servers);
        room.Road.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([new AgentReply(Utf8Text.From("Shall it be sent?"), new(Buttons: [new("Yes, please", "send"), new("No", "keep")]))]));
        await room.DeliverAsync("b0@example.org", "a person asks");
        foreach (var (number, text) in new[] { "2", "> Reply with the number of your choice:\n\nyes, please", "Neither of these", "7" }.Index())
        {
            var offer = (await room.SentAsync(number + 1))[^1].Reply.Id;
            await room.DeliverAsync($"b{number + 1}@example.org", text, headers: $"In-Reply-To: {MailIds.OfReply(offer, room.User.Address)}");
        }

        var messages = await room.MessagesAsync(5);
        Assert.Equal([null, "keep", "send", null, null], messages.OrderBy(m => m.Seq).Select(m => MessageExtras.FromJson(m.Extras)?.Button));
    }
}

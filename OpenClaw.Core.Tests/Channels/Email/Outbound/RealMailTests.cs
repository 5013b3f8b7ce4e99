using System.Security.Cryptography;
using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>Answers through a real Postfix into real mailboxes.</summary>
[Collection(MailServers.Collection)]
public sealed class RealMailTests(MailServers servers)
{
    [MailServersFact]
    public async Task Answer_ArrivesInTheThreadOfItsMail()
    {
        var (agent, ada) = (await servers.CreateUserAsync(), await servers.CreateUserAsync(domain: "other.test"));
        await using var place = await OutPlace.StartAsync(servers, agent);
        var mail = await place.ComesAsync(ada.Address, "Where is **my** order?", h => h with { References = ["<older@example.com>"] });
        var answer = await SentMail.ReadAsync((await servers.MailBoxAsync(ada, 1))[0]);
        Assert.Equal([mail.MessageId.Trim('<', '>')], answer.Header.InReplyTo);
        Assert.Equal(["older@example.com", mail.MessageId.Trim('<', '>')], answer.Header.References);
        Assert.Contains("*my*", answer.Text, StringComparison.Ordinal);
        Assert.Contains("<strong>my</strong>", answer.Html, StringComparison.Ordinal);

        // what she answers arrives at the address with the plus sign
        var replyTo = answer.Header.ReplyTo[0].Address;
        Assert.Equal(await place.ThreadAsync(mail.MessageId), MailIds.ThreadIn(await place.KeyAsync(), replyTo));
        var back = OutPlace.Reply("thanks", replyTo, "t");
        Assert.Null((await place.SendAsync(back)).Failure);
        Assert.Contains("thanks", (await SentMail.ReadAsync((await servers.MailBoxAsync(agent, 1))[0])).Text, StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task Bounce_NamesTheReply()
    {
        var agent = await servers.CreateUserAsync();
        await using var place = await OutPlace.StartAsync(servers, agent);
        var reply = OutPlace.Reply("hello", MailServers.Bounces, "t");
        Assert.Null((await place.SendAsync(reply)).Failure);
        var bounce = Encoding.Latin1.GetString((await servers.MailBoxAsync(agent, 1))[0]);
        Assert.Contains($"Original-Envelope-Id: {reply.Id:N}", bounce, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(MailIds.OfReply(reply.Id, agent.Address), bounce, StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task Refused_AndLater_AreToldApart()
    {
        var agent = await servers.CreateUserAsync();
        await using var place = await OutPlace.StartAsync(servers, agent);
        Assert.Equal(FailureKind.Permanent, (await place.SendAsync(OutPlace.Reply("hello", MailServers.Refused, "t"))).Failure!.Kind);
        Assert.Equal(FailureKind.RateLimited, (await place.SendAsync(OutPlace.Reply("hello", MailServers.Later, "t"))).Failure!.Kind);
    }

    /// <summary>25 MB from the blob store to the server, through little memory (what is in use; garbage is the collector's).</summary>
    [MailServersFact]
    public async Task Attachment_Of25Megabytes_PassesWithLittleMemory()
    {
        const int megabytes = 25;
        var (agent, ada) = (await servers.CreateUserAsync(), await servers.CreateUserAsync());
        await using var place = await OutPlace.StartAsync(servers, agent);
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        var file = await place.FileAsync("film.bin", "application/octet-stream", block, megabytes);
        Assert.Null((await place.SendAsync(OutPlace.Reply("warm", ada.Address, "t"))).Failure);
        const long bound = 16 << 20;
        Assert.InRange(await LeastMemory.OfAsync(bound, SendAsync), long.MinValue, bound);
        var arrived = await SentMail.ReadAsync((await servers.MailBoxAsync(ada, 2)).MaxBy(m => m.Length)!);
        var content = arrived.Parts.Single(p => p.Name == "film.bin").Content;
        Assert.Equal(megabytes << 20, content.Length);
        Assert.True(content.AsSpan(content.Length - block.Length).SequenceEqual(block));

        async Task<long> SendAsync()
        {
            using var over = new CancellationTokenSource();
            var idle = GC.GetTotalMemory(forceFullCollection: true);
            var most = MostAsync(over.Token);
            Assert.Null((await place.SendAsync(OutPlace.Reply("here", ada.Address, "t", extras: new([file])))).Failure);
            await over.CancelAsync();
            return await most - idle;
        }
    }

    private static async Task<long> MostAsync(CancellationToken over)
    {
        long most = 0;
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await again.WaitForNextTickAsync(over)) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }
        catch (OperationCanceledException)
        {
            // the mail is sent
        }

        return most;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>The real road with a mail channel on a real mailbox. What it would send is remembered and written into the book, and no more.</summary>
internal sealed class MailRoom : IAsyncDisposable
{
    private readonly bool _agentAnswers;
    private ImapTimeouts? _timeouts;

    private MailRoom(MailUser user, bool agentAnswers) => (User, _agentAnswers) = (user, agentAnswers);

    public MailUser User { get; }

    public PlatformRoad Platform { get; private set; } = null!;

    public ChannelModel Channel { get; private set; } = null!;

    public BookSender Sender { get; } = new();

    public NotedNotices Notices { get; } = new();

    public Road Road => Platform.Road;

    public ChannelLink? Link => Platform.Supervisor.Look(Channel.Id);

    /// <param name="servers">Where the mailbox is.</param>
    /// <param name="settings">Beside address and servers.</param>
    /// <param name="user">Whose mailbox; null = a new one.</param>
    /// <param name="port">Another way to the IMAP server; null = the server itself.</param>
    /// <param name="with">Changes the channel before it is added.</param>
    /// <param name="answers">The agent answers; false = never.</param>
    /// <param name="wait">Until it is connected.</param>
    /// <param name="timeouts">Of the IMAP client.</param>
    public static async Task<MailRoom> StartAsync(
        MailServers servers, string settings = "{}", MailUser? user = null, int? port = null, Func<ChannelModel, ChannelModel>? with = null, bool answers = true, bool wait = true, ImapTimeouts? timeouts = null)
    {
        var room = new MailRoom(user ?? await servers.CreateUserAsync(), answers) { _timeouts = timeouts };
        room.Platform = await PlatformRoad.StartAsync(room.Register);
        room.Configure();
        var all = JsonNode.Parse(settings)!.AsObject();
        all["address"] ??= room.User.Address;
        all["imapHost"] ??= MailServers.Host;
        all["imapPort"] ??= port ?? servers.ImapsPort;
        all["smtpHost"] ??= MailServers.Host;
        all["smtpPort"] ??= servers.SubmissionsPort;
        all["acceptInvalidCertificates"] ??= true;
        room.Channel = room.Platform.AddChannel("email", all, new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = room.User.Password },
            c => (with ?? (m => m))(c with { LoopGuard = LoopPolicy.None with { Enabled = true } }));
        if (wait) await room.Platform.ConnectedAsync(room.Channel);
        return room;
    }

    /// <summary>Puts a mail into the mailbox; lines end as the test writes them.</summary>
    public Task DeliverAsync(string raw, int number = 0) => MailServers.DeliverAsync(User, Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n")), number);

    /// <summary>A mail to the channel's address.</summary>
    public Task DeliverAsync(string id, string text, string from = "Ada <ada@example.org>", string subject = "Question", string headers = "", string? to = null) =>
        DeliverAsync(Mail(id, text, from, subject, headers, to));

    public string Mail(string id, string text, string from = "Ada <ada@example.org>", string subject = "Question", string headers = "", string? to = null) =>
        $"From: {from}\nTo: {to ?? User.Address}\nSubject: {subject}\nMessage-ID: <{id}>\nDate: Mon, 02 Nov 2026 10:00:00 +0000\n{(headers.Length > 0 ? headers.TrimEnd('\n') + "\n" : "")}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n";

    /// <summary>The texts of people, as soon as there are so many.</summary>
    public async Task<List<Message>> MessagesAsync(int count)
    {
        List<Message> rows = [];
        try
        {
            await TestWait.UntilAsync(async () => (rows = [.. (await Platform.RowsAsync()).Where(r => r.From == MessageFrom.User)]).Count >= count);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{rows.Count} of {count} messages came: {string.Join(" | ", rows.Select(r => r.Text))}; {Link}; held: {string.Join(" | ", (await HeldAsync(0)).Select(h => h.Reason + ": " + h.Detail))}");
        }

        return rows;
    }

    /// <summary>Held messages, as soon as there are so many.</summary>
    public async Task<List<HeldMessage>> HeldAsync(int count)
    {
        List<HeldMessage> rows = [];
        await TestWait.UntilAsync(async () => (rows = await ReadAsync(db => db.HeldMessages.AsNoTracking().OrderBy(h => h.Id).ToListAsync())).Count >= count);
        return rows;
    }

    public async Task<List<DeliveryReport>> ReportsAsync(int count)
    {
        List<DeliveryReport> rows = [];
        await TestWait.UntilAsync(async () => (rows = await ReadAsync(db => db.DeliveryReports.AsNoTracking().OrderBy(h => h.Id).ToListAsync())).Count >= count);
        return rows;
    }

    /// <summary>Replies that went out, as soon as there are so many.</summary>
    public async Task<List<OutgoingPart>> SentAsync(int count)
    {
        await TestWait.UntilAsync(() => Sender.Sent.Count >= count);
        return [.. Sender.Sent];
    }

    /// <summary>A mail that comes after all that were delivered has come in: what is not there by now does not come.</summary>
    public async Task FenceAsync()
    {
        var id = $"fence-{Guid.NewGuid():N}@example.org";
        await DeliverAsync(id, "fence " + id, from: $"fence-{Guid.NewGuid():N}@example.org", subject: "fence");
        await TestWait.UntilAsync(async () => (await Platform.RowsAsync()).Any(r => r.ExternalId == $"<{id}>"));
    }

    public async Task<T> ReadAsync<T>(Func<OpenClaw.Gateway.Core.Storage.GatewayDbContext, Task<T>> read)
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await read(db);
    }

    public async Task RestartAsync(bool kill = false)
    {
        await Platform.StopAsync(kill);
        await Platform.StartAsync();
        Configure();
        await Platform.ConnectedAsync(Channel);
    }

    public static MailDetails DetailsOf(Message message) => MessageExtras.FromJson(message.Extras)!.Mail!;

    public async ValueTask DisposeAsync() => await Platform.DisposeAsync();

    private void Register(IServiceCollection services)
    {
        if (_timeouts is not null) services.AddSingleton(_timeouts);
        services.AddEmailInbound();
        services.AddSingleton<EmailConnector>();
        services.AddSingleton<IChannelConnector>(s => s.GetRequiredService<EmailConnector>());
        services.AddSingleton<IChannelSender>(Sender);
        services.AddSingleton<IMailCredentials, PasswordCredentials>();
        services.AddSingleton<IMailNotices>(Notices);
    }

    private void Configure()
    {
        Sender.Book = Road.Get<MailBook>();
        if (!_agentAnswers) Road.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([]));
    }

    private sealed class PasswordCredentials : IMailCredentials
    {
        public ValueTask<MailCredentials> CredentialsAsync(ChannelModel channel, bool renew, CancellationToken cancellationToken) =>
            new(new MailCredentials.Password(EmailSettings.Of(channel).User, channel.Secrets["password"]));
    }
}

/// <summary>A mail channel's sender that sends nothing.</summary>
internal sealed class BookSender : IChannelSender
{
    public string Kind => "email";

    public int MaxConcurrency => 4;

    public MailBook Book { get; set; } = null!;

    public ConcurrentQueue<OutgoingPart> Sent { get; } = new();

    public bool IsReady(ChannelModel channel) => true;

    public TimeSpan? Budget(ChannelModel channel, OutgoingPart part) => null;

    public IReadOnlyList<OutgoingPart> Split(ChannelModel channel, OutgoingReply reply) => [new(reply, 0, 1, reply.Text)];

    public async ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        var (reply, address) = (part.Reply, EmailSettings.Of(channel).Address);
        var head = new MailHead { MessageId = MailIds.OfReply(reply.Id, address), From = address, To = [reply.Address.UserId], Subject = "Re: Question", References = reply.InReplyTo?.ExternalId is { } id ? [id] : [] };
        await Book.AddAsync(channel, head, reply.Address.Conversation, reply.Address.UserId, "", (reply.Id, reply.SessionId), cancellationToken);
        Sent.Enqueue(part);
        return SendOutcome.Sent(head.MessageId);
    }

    public ValueTask<SettleOutcome> SettleAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken) => new(SettleOutcome.CannotKnow);
}

/// <summary>Notices as they would go out.</summary>
internal sealed class NotedNotices : IMailNotices
{
    public ConcurrentQueue<(string To, string Text)> All { get; } = new();

    public ValueTask SendAsync(ChannelModel channel, MailHead answered, string text, CancellationToken cancellationToken)
    {
        All.Enqueue((answered.From, text));
        return default;
    }
}

using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>The road with a mail channel whose listener does not run: mails come in as the test says, answers go out over SMTP.</summary>
internal sealed class OutPlace : IAsyncDisposable
{
    public const string Address = "agent@openclaw.test";
    public const string Password = "secret";

    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-mailout").FullName;
    private readonly FakeCatalog _catalog = new();
    private TimeProvider _time = TimeProvider.System;
    private Action<IServiceCollection>? _with;
    private int _mails;

    public Road Road { get; private set; } = null!;

    public ChannelModel Channel { get; private set; } = null!;

    public FakeCatalog Catalog => _catalog;

    public EmailSender Sender => Road.Get<EmailSender>();

    public EmailKind Kind => (EmailKind)Road.Get<IEnumerable<IChannelKind>>().Single(k => k.Kind == "email");

    public MailBook Book => Road.Get<MailBook>();

    /// <summary>The scripted server; not used with the real ones.</summary>
    public SmtpServer Server { get; } = new();

    /// <summary>With the scripted server.</summary>
    public static Task<OutPlace> StartAsync(string more = "{}", TimeProvider? time = null, Action<IServiceCollection>? with = null)
    {
        var place = new OutPlace { _time = time ?? TimeProvider.System, _with = with };
        place.Server.Offers.Add("AUTH PLAIN XOAUTH2");
        place.Server.LetIn.Add($"PLAIN \0{Address}\0{Password}");
        return place.StartAsync(Settings(Address, place.Server.Port, "none", more), Password);
    }

    /// <summary>With the real servers.</summary>
    public static Task<OutPlace> StartAsync(MailServers servers, MailUser agent, string more = "{}") =>
        new OutPlace().StartAsync(Settings(agent.Address, servers.SubmissionPort, "starttls", more, servers.ImapsPort), agent.Password);

    public static JsonObject Settings(string address, int smtpPort, string smtpSecurity, string more, int imapPort = 9)
    {
        var settings = JsonNode.Parse(more)!.AsObject();
        settings["address"] ??= address;
        settings["displayName"] ??= "Agent";
        settings["imapHost"] ??= "localhost";
        settings["imapPort"] ??= imapPort;
        settings["smtpHost"] ??= "localhost";
        settings["smtpPort"] ??= smtpPort;
        settings["smtpSecurity"] ??= smtpSecurity;
        settings["acceptInvalidCertificates"] ??= true;
        return settings;
    }

    /// <summary>Another channel; <paramref name="secrets"/> null = with the password.</summary>
    public ChannelModel Add(JsonObject settings, IReadOnlyDictionary<string, string>? secrets = null) => Road.AddChannel(c => c with
    {
        Kind = "email",
        Name = "Mail",
        Settings = JsonElement.Parse(settings.ToJsonString()),
        Secrets = (secrets ?? new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = Password }).ToFrozenDictionary(),
        Retry = new(8, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
    });

    /// <summary>As the listener takes a mail: into the book, then through the door. The agent answers.</summary>
    public async Task<MailHead> ComesAsync(string from, string text, Func<MailHead, MailHead>? with = null, string? thread = null, string? conversation = null)
    {
        var head = new MailHead
        {
            MessageId = $"<mail-{Interlocked.Increment(ref _mails)}@example.com>", From = from, FromName = "Ada Lovelace", To = [EmailSettings.Of(Channel).Address], Subject = "Broken door",
            Date = new(2026, 11, 23, 9, 30, 0, TimeSpan.Zero),
        };
        head = with?.Invoke(head) ?? head;
        thread ??= conversation ?? await ThreadAsync(head.MessageId);
        await Book.AddAsync(Channel, head, thread, from, "", null, CancellationToken.None);
        await Road.Inbox.AcceptAsync(Road.Message(Channel, head.MessageId, text, from, thread), CancellationToken.None);
        return head;
    }

    public async Task<string> ThreadAsync(string messageId) => MailIds.ThreadOf(await KeyAsync(), messageId);

    public async Task<byte[]> KeyAsync() => await Road.Get<MailKeys>().GetAsync(Channel, CancellationToken.None);

    /// <summary>A reply as the lane gives it to the sender.</summary>
    public static OutgoingReply Reply(string text, string user, string conversation, MailHead? answers = null, MessageExtras? extras = null, MessageFrom from = MessageFrom.Agent) => new()
    {
        Id = Guid.CreateVersion7(), SessionId = Guid.CreateVersion7(), Seq = 2, From = from, Text = Utf8Text.From(text), Extras = extras, At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero),
        Address = new(conversation, null, user, "Ada"), InReplyTo = answers is null ? null : new(Guid.CreateVersion7(), 1, answers.MessageId),
    };

    public async Task<SendOutcome> SendAsync(OutgoingReply reply, bool again = false) => await Sender.SendAsync(Channel, OutgoingPart.Whole(reply) with { PossibleDuplicate = again }, CancellationToken.None);

    public async Task<AttachmentRef> FileAsync(string name, string type, ReadOnlyMemory<byte> bytes, int times = 1)
    {
        var id = Guid.CreateVersion7();
        await using var writer = await Road.Get<IBlobStore>().CreateAsync(Channel.Tenant.Id, id, CancellationToken.None);
        for (var i = 0; i < times; i++) await writer.WriteAsync(bytes, CancellationToken.None);
        await writer.CommitAsync(CancellationToken.None);
        return new(id, name, type, (long)bytes.Length * times);
    }

    /// <summary>Puts a changed channel into the configuration.</summary>
    public void Change(Func<ChannelModel, ChannelModel> change)
    {
        Channel = change(Channel);
        _catalog.Put(Channel);
    }

    public void SetPassword(string password) => Change(c => c with { Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = password }.ToFrozenDictionary() });

    /// <summary>The gateway ends, as by a power cut with <paramref name="kill"/>, and another one starts.</summary>
    public async Task RestartAsync(bool kill)
    {
        if (kill) Road.Journal.Stop(); // nothing of the end is written
        await Road.StopAsync();
        Road = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Road.DisposeAsync();
        await Server.DisposeAsync();
        TestFolder.Delete(_folder);
    }

    private Task<Road> OpenAsync() => Road.StartAsync(_catalog, _folder, _time, with: s =>
    {
        s.AddProtection();
        s.AddPlatforms();
        s.AddEmailChannel();
        _with?.Invoke(s);
    });

    private async Task<OutPlace> StartAsync(JsonObject settings, string password)
    {
        Road = await OpenAsync();
        Channel = Add(settings, new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = password });
        return this;
    }
}

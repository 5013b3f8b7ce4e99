using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>The real road with a Telegram channel on a fake Bot API server, and a door for its webhook.</summary>
internal sealed class TelegramPlace : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-telegram").FullName;
    private readonly FakeCatalog _catalog = new();
    private HttpServer _door = null!;
    private TimeProvider _time = TimeProvider.System;
    private LimitOptions? _limits;

    public FakeTelegram Telegram { get; private init; } = null!;

    public Road Road { get; private set; } = null!;

    public ChannelModel Channel { get; private set; } = null!;

    /// <summary>Answers a call of the webhook before the gateway does; true: it has.</summary>
    public Func<HttpContext, Task<bool>> BeforeDoor { get; set; } = _ => Task.FromResult(false);

    /// <summary>What holds back polls.</summary>
    public HeldPressure Pressure { get; } = new();

    public Uri Door => _door.Url;

    public FakeCatalog Catalog => _catalog;

    public TelegramKind Kind => (TelegramKind)Road.Get<IEnumerable<IChannelKind>>().Single(k => k.Kind == "telegram");

    public ChannelLink? Link => Road.Get<IChannelLinks>().Look(Channel.Id);

    /// <param name="settings">Beside <c>baseUrl</c>.</param>
    /// <param name="options">Of the fake server.</param>
    /// <param name="time">The gateway's.</param>
    /// <param name="limits">The gateway's.</param>
    /// <param name="start">False: nothing is connected yet.</param>
    /// <param name="with">Changes the channel before it is added.</param>
    public static async Task<TelegramPlace> StartAsync(
        string settings = "{}", FakeTelegramOptions? options = null, TimeProvider? time = null, LimitOptions? limits = null, bool start = true, Func<ChannelModel, ChannelModel>? with = null)
    {
        var place = new TelegramPlace { Telegram = await FakeTelegram.StartAsync((options ?? new()) with { WebhookBackoff = TimeSpan.FromMilliseconds(50) }), _time = time ?? TimeProvider.System, _limits = limits };
        place._door = await HttpServer.StartAsync(place.KnockAsync);
        place.Road = await place.OpenAsync();
        var all = JsonNode.Parse(settings)!.AsObject();
        all["baseUrl"] ??= place.Telegram.BaseUrl;
        place.Channel = place.Road.AddChannel(c =>
        {
            c = c with
            {
                Kind = "telegram",
                Name = "Bot",
                Settings = JsonElement.Parse(all.ToJsonString()),
                Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["botToken"] = place.Telegram.Token }.ToFrozenDictionary(),
                Retry = new(8, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
            };
            return with?.Invoke(c) ?? c;
        });
        if (start) await place.ConnectAsync();
        return place;
    }

    public async Task ConnectAsync(bool wait = true)
    {
        await Road.Get<ChannelSupervisor>().StartAsync(CancellationToken.None);
        if (wait) await ConnectedAsync();
    }

    public Task ConnectedAsync() => LinkAsync(l => l.State == ChannelLinkState.Connected);

    public async Task<ChannelLink> LinkAsync(Func<ChannelLink, bool> holds)
    {
        await TestWait.UntilAsync(() => Link is { } link && holds(link));
        return Link!;
    }

    /// <summary>Ends the process as a power cut would, and starts it again.</summary>
    public async Task RestartAsync(bool connect = true)
    {
        await Road.Get<ChannelSupervisor>().StopAsync(CancellationToken.None);
        await Road.StopAsync();
        var agents = Road.Agents.Answer;
        Road = await OpenAsync();
        Road.Agents.Answer = agents;
        if (connect) await ConnectAsync();
    }

    /// <summary>Saves other settings.</summary>
    public void Change(string settings)
    {
        var all = JsonNode.Parse(settings)!.AsObject();
        all["baseUrl"] ??= Telegram.BaseUrl;
        Change(c => c with { Settings = JsonElement.Parse(all.ToJsonString()) });
    }

    public void Change(Func<ChannelModel, ChannelModel> with)
    {
        Channel = with(_catalog.FindChannel(Channel.Id)!);
        _catalog.Put(Channel);
    }

    public async Task<List<Message>> QuestionsAsync(int count)
    {
        List<Message> rows = [];
        await TestWait.UntilAsync(async () => (rows = [.. (await Road.RowsAsync()).Where(r => r.From == MessageFrom.User)]).Count >= count);
        return rows;
    }

    public async Task<Message> QuestionAsync() => Assert.Single(await QuestionsAsync(1));

    public async Task<List<Message>> RepliesAsync(int count)
    {
        List<Message> rows = [];
        await TestWait.UntilAsync(async () => (rows = [.. (await Road.RowsAsync()).Where(r => r.From != MessageFrom.User && r.Pending is null)]).Count >= count);
        return rows;
    }

    public async Task<List<ChannelGap>> GapsAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.ChannelGaps.AsNoTracking().OrderBy(g => g.Id).ToListAsync();
    }

    /// <summary>Telegram has been told that everything is here.</summary>
    public Task ConfirmedAsync() => TestWait.UntilAsync(() => Telegram.Bot.Updates.Count == 0);

    /// <summary>What every agent answers from now on.</summary>
    public void Answers(Func<AgentRequest, AgentReply> answer) => Road.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([answer(request)]));

    public void Answers(string text, MessageExtras? extras = null) => Answers(_ => new AgentReply(Utf8Text.From(text), extras));

    /// <summary>A file in the blob store.</summary>
    public async Task<AttachmentRef> FileAsync(string name, string type, byte[] content)
    {
        var blob = Guid.CreateVersion7();
        await using var writer = await Road.Get<IBlobStore>().CreateAsync(Channel.Tenant.Id, blob, default);
        await writer.WriteAsync(content, default);
        await writer.CommitAsync(default);
        return new(blob, name, type, content.Length);
    }

    public async Task<byte[]> BytesAsync(AttachmentRef file)
    {
        await using var stream = await Road.Get<IBlobStore>().OpenAsync(Channel.Tenant.Id, file.Blob, default) ?? throw new InvalidOperationException("There is no such blob.");
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Road.Get<ChannelSupervisor>().StopAsync(CancellationToken.None);
        await Road.DisposeAsync();
        await _door.DisposeAsync();
        Assert.Empty(Telegram.Violations);
        await Telegram.DisposeAsync();
        TestFolder.Delete(_folder);
    }

    private Task<Road> OpenAsync() => Road.StartAsync(_catalog, _folder, _time, limits: _limits, with: services =>
    {
        services.AddSingleton(new GatewayOptions { PublicUrl = new(_door.Url.AbsoluteUri.TrimEnd('/')), DataDirectory = _folder, Limits = _limits ?? new(), PrivateHosts = ["*"] });
        services.AddDataProtection().PersistKeysToFileSystem(new(Path.Combine(_folder, "keys")));
        services.AddTelegramChannel();
        services.AddSingleton<IIntakePressure>(Pressure);
    });

    private async Task KnockAsync(HttpContext http)
    {
        if (await BeforeDoor(http)) return;
        if (http.Request.Path.Value?.Split('/') is not ["", "hooks", "telegram", var channel] || http.Request.Method != "POST")
        {
            http.Response.StatusCode = 405;
            return;
        }

        http.Request.RouteValues["channelId"] = channel;
        await Road.Get<TelegramHook>().HandleAsync(http);
    }
}

/// <summary>Lets polls go when the test says so; by default at once.</summary>
internal sealed class HeldPressure : IIntakePressure
{
    private TaskCompletionSource? _held;

    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held?.TrySetResult();

    public bool IsHigh(Guid tenant) => _held?.Task.IsCompleted == false;

    public async ValueTask WaitAsync(Guid tenant, CancellationToken cancellationToken)
    {
        if (_held is { } held) await held.Task.WaitAsync(cancellationToken);
    }
}

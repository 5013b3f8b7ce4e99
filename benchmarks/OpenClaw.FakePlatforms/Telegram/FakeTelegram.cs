using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Serving;
using OpenClaw.FakePlatforms.Telegram.Api;
using OpenClaw.FakePlatforms.Telegram.Control;
using OpenClaw.FakePlatforms.Telegram.Rules;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>
/// A Telegram Bot API server on loopback, written from https://core.telegram.org/bots/api: it checks every request against the
/// published rules, plays people, chats and faults, and remembers what it was asked. See docs/channels/fake-platforms.md.
/// </summary>
internal sealed class FakeTelegram : IAsyncDisposable
{
    private readonly FakeWorld _world;
    private readonly RequestLedger _ledger;
    private readonly WebhookDelivery _delivery;
    private readonly ApiServer _api;
    private readonly ControlApi _control;
    private readonly Watch<ApiCall> _calls;
    private readonly ConcurrentDictionary<IHttpRequestLifetimeFeature, byte> _requests = new();
    private LoopbackServer? _server;

    private FakeTelegram(FakeTelegramOptions options)
    {
        _world = new(options);
        _ledger = new("telegram", options.CaptureFolder);
        _delivery = new(_world, options.WebhookBackoff);
        _calls = new(options.KeepCalls);
        foreach (var token in options.Tokens) AddBot(token);
        Bot = _world.BotOf(options.Tokens[0])!;
        _control = new(this);
        var description = Description.Find(options.DescriptionFile);
        DescriptionVersion = description?.Version;
        _api = new(_world, Methods(options), description, options.RateLimits ? new(options.Time) : null, _ledger, Faults, _calls);
    }

    /// <summary>For the setting <c>baseUrl</c>; without a slash at the end.</summary>
    public string BaseUrl => Url.ToString().TrimEnd('/');

    public Uri Url => _server!.Url;

    /// <summary>The first bot, which is meant wherever none is named.</summary>
    public FakeBot Bot { get; }

    public string Token => Bot.Token;

    /// <summary>What goes wrong, by method.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>The version of the description that requests are checked against; null: only the built-in rules hold.</summary>
    public string? DescriptionVersion { get; }

    /// <summary>Published rules that were broken; a good client breaks none.</summary>
    public IReadOnlyList<Violation> Violations => _ledger.Violations;

    /// <summary>Requests so far, of every bot.</summary>
    public long Requests => _ledger.Requests;

    /// <summary>What bots have sent that is not deleted, oldest first.</summary>
    public IReadOnlyList<FakeMessage> Messages => [.. _world.FromBots.Items.Where(m => !m.IsDeleted)];

    internal FakeWorld World => _world;

    public static async Task<FakeTelegram> StartAsync(FakeTelegramOptions? options = null)
    {
        FakeTelegram telegram = new(options ?? new());
        telegram._server = await LoopbackServer.StartAsync(options?.Port ?? 0, app => app.Run(telegram.HandleAsync));
        return telegram;
    }

    /// <summary>Another bot.</summary>
    /// <param name="token"><c>id:secret</c>.</param>
    /// <param name="username">Without the @; made from the id when left out.</param>
    public FakeBot AddBot(string token, string? username = null) => _world.AddBot(token, username);

    /// <summary>A person who has not met any bot yet.</summary>
    /// <param name="isBot">A bot of somebody else, to play loops in groups.</param>
    public FakePerson AddUser(string firstName, string? username = null, string? languageCode = "en", bool isBot = false) =>
        new(this, _world.AddPerson(firstName, username, languageCode, isBot));

    /// <summary>A basic group with the first bot in it; <see cref="FakeGroup.UpgradeAsync"/> makes it a supergroup.</summary>
    public FakeGroup AddGroup(string title, params FakePerson[] people) => Group(title, "group", isForum: false, people);

    /// <summary>A supergroup with the first bot in it.</summary>
    public FakeGroup AddSupergroup(string title, params FakePerson[] people) => Group(title, "supergroup", isForum: false, people);

    /// <summary>A supergroup with topics and the first bot in it. The General topic is there from the start.</summary>
    public FakeGroup AddForum(string title, params FakePerson[] people) => Group(title, "supergroup", isForum: true, people);

    /// <summary>The calls of a method so far; those that are still open have no answer.</summary>
    public IReadOnlyList<ApiCall> Calls(string method) =>
        [.. _calls.Items.Where(c => string.Equals(c.Method, method, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Every call so far, oldest first.</summary>
    public IReadOnlyList<ApiCall> Calls() => _calls.Items;

    /// <summary>Waits for a message of a bot, also one that is there already, and also one that becomes so by an edit.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public async Task<FakeMessage> WaitForMessageAsync(Func<FakeMessage, bool> match, TimeSpan? limit = null) =>
        (await WaitForMessagesAsync(1, match, limit))[0];

    /// <summary>Waits for that many messages.</summary>
    public Task<IReadOnlyList<FakeMessage>> WaitForMessagesAsync(int count, Func<FakeMessage, bool>? match = null, TimeSpan? limit = null) =>
        _world.FromBots.WaitAsync(m => !m.IsDeleted && match?.Invoke(m) is not false, count, "Messages of bots", limit);

    /// <summary>Waits until a message is deleted.</summary>
    public Task DeletedAsync(FakeMessage message, TimeSpan? limit = null) =>
        _world.FromBots.WaitAsync(m => m == message && m.IsDeleted, 1, "A deleted message", limit);

    /// <summary>Waits for a call that has come; it may not have its answer yet.</summary>
    public async Task<ApiCall> WaitForCallAsync(string method, Func<ApiCall, bool>? match = null, TimeSpan? limit = null) =>
        (await WaitForCallsAsync(method, 1, match, limit))[0];

    /// <summary>Waits for that many calls of a method.</summary>
    public Task<IReadOnlyList<ApiCall>> WaitForCallsAsync(string method, int count, Func<ApiCall, bool>? match = null, TimeSpan? limit = null) =>
        _calls.WaitAsync(c => string.Equals(c.Method, method, StringComparison.OrdinalIgnoreCase) && match?.Invoke(c) is not false, count, $"Calls of {method}", limit);

    /// <summary>Waits until a bot has confirmed every update, by the offset of its next poll or by its webhook's success.</summary>
    public async Task ConfirmedAsync(FakeBot? bot = null, TimeSpan? limit = null)
    {
        var queue = (bot ?? Bot).Updates;
        await queue.Changes.WaitAsync(() => queue.Count == 0 ? queue : null, () => $"{queue.Count} updates are not confirmed.", limit);
    }

    /// <summary>Breaks every connection on which a request is open: long polls above all.</summary>
    /// <returns>How many.</returns>
    public int DropConnections()
    {
        var open = _requests.Keys.ToList();
        foreach (var request in open) request.Abort();
        return open.Count;
    }

    /// <summary>Does so again and again until the result is disposed of.</summary>
    public ITimer DropConnectionsEvery(TimeSpan interval) =>
        _world.Time.CreateTimer(_ => DropConnections(), null, interval, interval);

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in _world.Bots)
            if (bot.Webhook is { } webhook) await webhook.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _delivery.Dispose();
        _ledger.Dispose();
    }

    private FakeGroup Group(string title, string type, bool isForum, FakePerson[] people) =>
        new(this, _world.AddGroup(title, type, isForum, people.Select(p => p.User), [Bot]));

    private ApiMethods Methods(FakeTelegramOptions options)
    {
        ApiMethods methods = new();
        new UpdateMethods(_world, _delivery).AddTo(methods);
        new SendMethods(_world).AddTo(methods);
        new EditMethods(_world, options.CallbackLifetime).AddTo(methods);
        new ChatMethods(_world).AddTo(methods);
        CommandMethods.AddTo(methods);
        return methods;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _requests.TryAdd(request, 0);
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the caller hung up, or the test broke the connection
        }
        finally
        {
            _requests.TryRemove(request, out _);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.Split('/', 3) is ["", ['b', 'o', 't', .. var token], var method]) return _api.HandleAsync(context, token, method);
        if (path.Split('/', 4) is ["", "file", ['b', 'o', 't', .. var owner], var file]) return _api.HandleFileAsync(context, owner, file);
        return _control.HandleAsync(context);
    }
}

using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Discord.Control;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.FakePlatforms.Discord.Rules;
using OpenClaw.FakePlatforms.Discord.Shapes;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Discord;

/// <summary>
/// Discord on loopback: REST and gateway v10 with the rules that https://discord.com/developers/docs tells. Every request is
/// checked against the platform's machine-readable description when that is found (<see cref="ApiDescription"/>).
/// </summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    private readonly RequestLedger _ledger;
    private readonly FileLinks _links;
    private readonly DiscordFiles _files;
    private readonly RestApi _rest;
    private readonly ControlApi _control;
    private LoopbackServer? _server;

    private FakeDiscord(FakeDiscordOptions options)
    {
        _ledger = new("discord", options.CaptureFolder);
        World = new(options.Time, options.KeptMessages);
        _links = new(options.Time);
        MessageShapes shapes = new(_links);
        World.Gateway = new(World, shapes, _ledger, options);
        Limits = new(options.Time);
        Faults = new(World.Changes);
        _files = new(World, _links, _ledger);
        _control = new(this);
        _rest = new(World, Limits, Faults, _ledger, options,
        [
            .. new UserRoutes(World).Routes,
            .. new GuildRoutes(World).Routes,
            .. new ChannelRoutes(World, shapes).Routes,
            .. new CommandRoutes(World).Routes,
            .. new InteractionRoutes(World, shapes).Routes,
        ]);
        foreach (var token in options.Tokens ?? [null!]) AddBot(World.Bots.Count == 0 ? "Claw" : $"Claw {World.Bots.Count + 1}", token);
    }

    public DiscordWorld World { get; }

    public DiscordGateway Gateway => World.Gateway!;

    public RestLimits Limits { get; }

    public RestFaults Faults { get; }

    /// <summary>Where the server listens.</summary>
    public Uri Url => _server!.Url;

    /// <summary>What the product's <c>apiBaseUrl</c> is set to.</summary>
    public string ApiBaseUrl => Url.ToString().TrimEnd('/') + RestApi.Prefix;

    /// <summary>The first bot.</summary>
    public DiscordBot Bot => World.Bots[0];

    public string Token => Bot.Token;

    /// <summary>The rules that requests broke.</summary>
    public IReadOnlyList<Violation> Violations => _ledger.Violations;

    /// <summary>Requests and gateway payloads.</summary>
    public long Requests => _ledger.Requests;

    /// <summary>The last requests with their answers.</summary>
    public IReadOnlyList<RestExchange> Log
    {
        get
        {
            lock (World.Gate) return [.. _rest.Log];
        }
    }

    /// <summary>The logged requests of a route, such as <c>POST /channels/*/messages</c>.</summary>
    public IReadOnlyList<RestExchange> Calls(string route) => [.. Log.Where(c => RestFaults.Matches(route, c.Method, c.Path))];

    /// <summary>The messages of every bot that still stand, in the order in which they came.</summary>
    public IReadOnlyList<DiscordMessage> BotMessages => [.. World.Written.Items.Where(m => !m.IsDeleted)];

    public static async Task<FakeDiscord> StartAsync(FakeDiscordOptions? options = null)
    {
        options ??= new();
        FakeDiscord discord = new(options);
        discord._server = await LoopbackServer.StartAsync(options.Port, app =>
        {
            app.UseWebSockets();
            app.Run(discord.RouteAsync);
        });
        discord.Name(discord.Url.Authority);
        return discord;
    }

    public DiscordUser AddUser(string name, bool isBot = false) => World.AddUser(name, isBot);

    /// <summary>Something that posts into a channel without being a user.</summary>
    public DiscordUser AddWebhook(string name) => World.AddUser(name, isBot: true, isWebhook: true);

    /// <param name="name">Of the application and its user.</param>
    /// <param name="token">Null: a new one.</param>
    public DiscordBot AddBot(string name, string? token = null) => World.AddBot(name, token);

    /// <summary>A guild with a channel <c>general</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bots">Who is in it; the first bot when none is named.</param>
    public DiscordGuild AddGuild(string name, params DiscordBot[] bots) =>
        World.AddGuild(name, World.AddUser("Owner", isBot: false), bots is [] ? [Bot] : bots);

    /// <summary>Waits for a message of a bot, as it stands now or becomes by an edit.</summary>
    /// <exception cref="TimeoutException">There is none within the limit.</exception>
    public async Task<DiscordMessage> WaitForMessageAsync(Func<DiscordMessage, bool>? isIt = null, TimeSpan? limit = null) =>
        (await WaitForMessagesAsync(1, isIt, limit))[0];

    /// <summary>Waits until so many messages of bots are so.</summary>
    public Task<IReadOnlyList<DiscordMessage>> WaitForMessagesAsync(int count, Func<DiscordMessage, bool>? isIt = null, TimeSpan? limit = null) =>
        World.Written.WaitAsync(m => m is { IsDeleted: false, IsLoading: false } && (isIt is null || isIt(m)), count, "a message of a bot", limit);

    /// <summary>Waits for the bot to take an interaction.</summary>
    public Task<DiscordInteraction> WaitForAnswerAsync(DiscordInteraction interaction, TimeSpan? limit = null) =>
        World.Changes.WaitAsync(() => interaction.Answered is null ? null : interaction, () => $"an answer to the interaction {interaction.Name}", limit);

    /// <summary>Waits until this is so. Looked at after each change, under the server's lock.</summary>
    public Task WaitAsync(Func<bool> condition, string what, TimeSpan? limit = null) => Gateway.WaitAsync(condition, () => what, limit);

    public async ValueTask DisposeAsync()
    {
        Gateway.DropAll();
        if (_server is not null) await _server.DisposeAsync();
        _ledger.Dispose();
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(RestApi.Prefix + "/", StringComparison.Ordinal))
        {
            Name(context.Request.Host.Value!);
            return _rest.HandleAsync(context);
        }

        if (path is DiscordGateway.Path or DiscordGateway.Path + "/" or DiscordGateway.ResumePath or DiscordGateway.ResumePath + "/") return Gateway.AcceptAsync(context);
        if (path.StartsWith("/attachments/", StringComparison.Ordinal)) return _files.ServeAsync(context);
        return _control.HandleAsync(context);
    }

    /// <summary>The addresses that it gives out begin as the bot calls it (localhost, 127.0.0.1), which may be all that it is allowed to call.</summary>
    private void Name(string host)
    {
        _links.BaseUrl = "http://" + host;
        Gateway.BaseUrl = "ws://" + host;
    }
}

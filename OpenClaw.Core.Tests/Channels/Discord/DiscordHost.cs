using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Discord;
using OpenClaw.Gateway.Core.Channels.Discord.Sending;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Discord;

/// <summary>The real road with a Discord channel, connected to a fake Discord on loopback.</summary>
internal sealed class DiscordHost : IAsyncDisposable
{
    private readonly bool _ownsDiscord;
    private readonly string _folder;

    private DiscordHost(FakeDiscord discord, bool ownsDiscord, Road road, ChannelModel channel, string folder) => (Discord, _ownsDiscord, Road, Channel, _folder) = (discord, ownsDiscord, road, channel, folder);

    public FakeDiscord Discord { get; }

    public Road Road { get; private set; }

    public ChannelModel Channel { get; private set; }

    public ChannelLink Link => Road.Get<ChannelSupervisor>().Look(Channel.Id)!;

    public DiscordSender Sender => Road.Get<DiscordSender>();

    public DiscordBot Bot => Road.Get<DiscordBots>().Of(Channel)!;

    public static async Task<DiscordHost> StartAsync(FakeDiscord? discord = null, string settings = "", Func<ChannelModel, ChannelModel>? with = null, Action<Road>? before = null, Func<FakeDiscord, Task>? prepare = null, bool connects = true, LimitOptions? limits = null, FakeDiscordOptions? options = null, Action<IServiceCollection>? services = null)
    {
        var fake = discord ?? await FakeDiscord.StartAsync(options);
        if (prepare is not null) await prepare(fake);
        var folder = Path.Combine(Path.GetTempPath(), "openclaw-discord-" + Guid.NewGuid().ToString("N"));
        var road = await OpenAsync(folder, new(), limits, before, services);
        var channel = road.AddChannel(c => (with ?? (x => x))(c with
        {
            Kind = DiscordKind.Name, Name = "Discord", Settings = JsonElement.Parse($$"""{"apiBaseUrl":"{{fake.ApiBaseUrl}}"{{(settings.Length == 0 ? "" : "," + settings)}}}"""),
            Secrets = new Dictionary<string, string> { ["botToken"] = fake.Token }.ToFrozenDictionary(), Retry = new(3, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200)),
        }));
        var host = new DiscordHost(fake, discord is null, road, channel, folder);
        await host.RunAsync();
        if (connects) await host.ConnectedAsync();
        return host;
    }

    /// <summary>Starts what holds the connections.</summary>
    public async Task RunAsync() => await Road.Get<ChannelSupervisor>().StartAsync(CancellationToken.None);

    /// <summary>Waits until the channel is connected.</summary>
    public Task ConnectedAsync() => StateAsync(l => l.State == ChannelLinkState.Connected);

    public Task StateAsync(Func<ChannelLink, bool> isIt) => Eventually.Async(() => Link is { } link && isIt(link), () => Link?.ToString() ?? "no link");

    /// <summary>The gateway ends in good order, or (<paramref name="kill"/>) as by a power cut, and starts again over the same database.</summary>
    public async Task RestartAsync(Func<Task>? meanwhile = null, bool kill = false)
    {
        var catalog = Road.Catalog;
        if (kill) Road.Journal.Stop(); // nothing of the end is written
        var stopping = Road.Get<ChannelSupervisor>().StopAsync(CancellationToken.None);
        if (!kill) await stopping.WaitAsync(TimeSpan.FromSeconds(60));
        var answer = Road.Agents.Answer;
        await Road.StopAsync();
        if (meanwhile is not null) await meanwhile();
        Road = await OpenAsync(_folder, catalog, null, r => r.Agents.Answer = answer);
        await RunAsync();
        await ConnectedAsync();
    }

    public void Change(Func<ChannelModel, ChannelModel> with) => Road.Catalog.Put(Channel = with(Channel));

    public async Task<List<ChannelGap>> GapsAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.ChannelGaps.AsNoTracking().OrderBy(g => g.StartedAt).ToListAsync();
    }

    public async Task<List<Session>> SessionsAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.Sessions.AsNoTracking().ToListAsync();
    }

    public async Task<List<Message>> FromPeopleAsync() => [.. (await Road.RowsAsync()).Where(m => m.From == MessageFrom.User)];

    public Task<List<Message>> FromPeopleAsync(int count) => Eventually.HasAsync(FromPeopleAsync, rows => rows.Count >= count);

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource(TimeSpan.FromSeconds(60))) await Road.Get<ChannelSupervisor>().StopAsync(now.Token);
        await Road.DisposeAsync();
        TestFolder.Delete(_folder);
        if (_ownsDiscord) await Discord.DisposeAsync();
    }

    private static Task<Road> OpenAsync(string folder, FakeCatalog catalog, LimitOptions? limits, Action<Road>? before, Action<IServiceCollection>? with = null) => Road.StartAsync(catalog, folder, limits: limits, before: before, with: services =>
    {
        services.AddDataProtection().PersistKeysToFileSystem(new(Path.Combine(folder, "keys")));
        services.AddDiscordChannel();
        with?.Invoke(services);
    });
}

/// <summary>Waits for what comes by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task Async(Func<bool> condition, Func<string>? what = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience) throw new TimeoutException(what?.Invoke() ?? "It did not come.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public static async Task<T> HasAsync<T>(Func<Task<T>> look, Func<T, bool> isIt, TimeSpan? patience = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await look();
            if (isIt(found)) return found;
            if (TimeProvider.System.GetElapsedTime(since) > (patience ?? Patience)) throw new TimeoutException($"Last: {found}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}

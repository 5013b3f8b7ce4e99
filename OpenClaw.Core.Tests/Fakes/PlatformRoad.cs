using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// The real road with the channel kinds of a test and the supervisor that connects them, over a database in a folder that outlives a restart. Agents are
/// scripted: see <see cref="Road.Agents"/>; by default they echo.
/// </summary>
internal sealed class PlatformRoad : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-platform").FullName;
    private readonly TimeProvider _time;
    private readonly Action<IServiceCollection> _kinds;

    private PlatformRoad(TimeProvider time, Action<IServiceCollection> kinds) => (_time, _kinds) = (time, kinds);

    public FakeCatalog Catalog { get; } = new();

    public Road Road { get; private set; } = null!;

    public ChannelSupervisor Supervisor => Road.Get<ChannelSupervisor>();

    /// <param name="kinds">Registers the kinds: <c>s => s.AddTelegramChannel()</c>.</param>
    /// <param name="time">The clock; null = the machine's.</param>
    public static async Task<PlatformRoad> StartAsync(Action<IServiceCollection> kinds, TimeProvider? time = null)
    {
        var road = new PlatformRoad(time ?? TimeProvider.System, kinds);
        await road.StartAsync();
        return road;
    }

    /// <param name="before">Done before anything of an earlier run goes on.</param>
    public async Task StartAsync(Action<Road>? before = null)
    {
        Road = await Road.StartAsync(Catalog, _folder, _time, before: before, with: s =>
        {
            s.AddProtection();
            s.AddPlatforms();
            _kinds(s);
        });
        await Supervisor.StartAsync(CancellationToken.None);
    }

    /// <summary>Ends as the gateway does when it is stopped, or (<paramref name="kill"/>) as a power cut.</summary>
    public async Task StopAsync(bool kill = false)
    {
        if (kill) Road.Journal.Stop(); // nothing of the end is written, and nobody waits for it
        var stopping = Supervisor.StopAsync(CancellationToken.None);
        if (!kill) await stopping;
        await Road.StopAsync();
    }

    public async Task RestartAsync(bool kill = false)
    {
        await StopAsync(kill);
        await StartAsync();
    }

    /// <summary>Adds a channel, whose connection begins at once. <paramref name="settings"/> is an object in the contract's form.</summary>
    public ChannelModel AddChannel(string kind, object settings, IReadOnlyDictionary<string, string>? secrets = null, Func<ChannelModel, ChannelModel>? with = null) => Road.AddChannel(c => (with ?? (m => m))(c with
    {
        Kind = kind,
        Name = kind,
        Settings = JsonSerializer.SerializeToElement(settings),
        Secrets = (secrets ?? new Dictionary<string, string>()).ToFrozenDictionary(),
        Retry = new(8, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
    }));

    /// <summary>Returns when the channel is connected.</summary>
    public Task ConnectedAsync(ChannelModel channel) => TestWait.UntilAsync(() => Supervisor.Look(channel.Id)?.State == ChannelLinkState.Connected);

    /// <summary>All stored entries, oldest first.</summary>
    public async Task<List<Message>> RowsAsync() => [.. (await Road.RowsAsync()).OrderBy(r => r.Position)];

    /// <summary>The texts of users that were stored, in order of arrival.</summary>
    public async Task<List<string>> TextsAsync() => [.. (await RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.Text)];

    public async Task<List<ChannelGap>> GapsAsync(ChannelModel channel)
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.ChannelGaps.AsNoTracking().Where(g => g.ChannelId == channel.Id).OrderBy(g => g.Id).ToListAsync();
    }

    public async Task<List<Pairing>> PairingsAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.Pairings.AsNoTracking().OrderBy(p => p.Id).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        TestFolder.Delete(_folder);
    }
}

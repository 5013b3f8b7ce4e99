using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Delivery;

/// <summary>The road with a channel whose replies go by a lane, to a scripted platform; stopped and started anew in the same folder.</summary>
internal sealed class DeliveryRoad : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-delivery").FullName;
    private readonly FakeCatalog _catalog = new();
    private readonly TimeProvider _time;

    private readonly IDrills? _drills;

    private DeliveryRoad(TimeProvider time, ScriptedSender sender, IDrills? drills) => (_time, Sender, _drills) = (time, sender, drills);

    public ScriptedSender Sender { get; }

    public Road Road { get; private set; } = null!;

    public ChannelModel Channel { get; private set; } = null!;

    public static async Task<DeliveryRoad> StartAsync(TimeProvider? time = null, ScriptedSender? sender = null, Func<ChannelModel, ChannelModel>? with = null, IDrills? drills = null)
    {
        var road = new DeliveryRoad(time ?? TimeProvider.System, sender ?? new(), drills);
        await road.StartAsync();
        road.Channel = road.Road.AddChannel(c => (with ?? (m => m))(c with { Kind = ScriptedSender.Name, Retry = new(8, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)) }));
        return road;
    }

    public async Task StartAsync() => Road = await Road.StartAsync(_catalog, _folder, _time, senders: [Sender], with: s =>
    {
        if (_drills is not null) s.AddSingleton(_drills);
    });

    /// <summary>A power cut, and a start.</summary>
    public async Task RestartAsync()
    {
        await Road.StopAsync();
        await StartAsync();
    }

    public void Change(Func<ChannelModel, ChannelModel> with)
    {
        Channel = with(Channel);
        _catalog.Put(Channel);
    }

    public void DeleteChannel() => _catalog.RemoveChannel(Channel.Id);

    /// <summary>Asks; the agent echoes it, and the lane has it to send.</summary>
    public async Task AskAsync(string id, string text, string user = "ada") =>
        Assert.True((await Road.Inbox.AcceptAsync(Road.Message(Channel, id, text, user), default)).Accepted);

    public async Task<List<Message>> RepliesAsync() => [.. (await Road.RowsAsync()).Where(r => r.From != MessageFrom.User)];

    /// <summary>Returns when every question has its reply, and every reply is sent or dead.</summary>
    public Task SettledAsync(int replies) => TestWait.UntilAsync(async () => (await RepliesAsync()) is var all && all.Count == replies && all.TrueForAll(r => r.Pending is null));

    public async Task<Gateway.Core.Storage.Entities.Delivery> DeliveryAsync(Guid? reply = null)
    {
        await using var db = Road.Db();
        return await db.Deliveries.AsNoTracking().SingleAsync(d => reply == null || d.MessageId == reply);
    }

    public async Task<List<Attempt>> AttemptsAsync()
    {
        await using var db = Road.Db();
        return await db.Attempts.AsNoTracking().OrderBy(a => a.Id).ToListAsync();
    }

    public async Task<List<DeadLetter>> LettersAsync()
    {
        await using var db = Road.Db();
        return await db.DeadLetters.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    public LaneView View => Road.Get<IOutbox>().Look(Channel.Id)!;

    public async ValueTask DisposeAsync()
    {
        await Road.DisposeAsync();
        TestFolder.Delete(_folder);
    }
}

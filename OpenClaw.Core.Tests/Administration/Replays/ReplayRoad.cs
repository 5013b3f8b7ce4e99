using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Replays;

/// <summary>The road with an agent that can be broken and mended, its dead letters, and what replays them. It can be cut off and started again.</summary>
internal sealed class ReplayRoad : IAsyncDisposable
{
    public const string Broken = "The agent answered 500.";
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-replays-").FullName;
    private readonly FakeCatalog _catalog = new() { Retry = new(20, TimeSpan.Zero, TimeSpan.Zero) }; // being cut off is an attempt, and no failure of the agent
    private readonly TimeProvider _time;

    private ReplayRoad(TimeProvider? time) => _time = time ?? TimeProvider.System;

    public Road Road { get; private set; } = null!;

    public ChannelModel Channel { get; private set; } = null!;

    public FakeCatalog Catalog => _catalog;

    /// <summary>What the agent was asked, in order.</summary>
    public List<AgentRequest> Asked { get; } = [];

    /// <summary>Whether the agent fails on a request.</summary>
    public Func<AgentRequest, bool> Fails { get; set; } = _ => true;

    /// <summary>What the agent waits for before it answers.</summary>
    public Func<AgentRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public Caller Caller => Caller.System(_catalog.Tenant.Id) with { Name = "Ada" };

    public static async Task<ReplayRoad> StartAsync(TimeProvider? time = null, bool carriesOut = true)
    {
        var replays = new ReplayRoad(time);
        await replays.GoAsync(carriesOut);
        replays.Channel = replays.Road.AddChannel();
        return replays;
    }

    /// <summary>Cut off as by a kill, and started again over the same database.</summary>
    public async Task RestartAsync()
    {
        await Road.StopAsync();
        await Road.DisposeAsync();
        await GoAsync(carriesOut: true);
    }

    public T Get<T>() where T : notnull => Road.Get<T>();

    /// <summary>Messages, each of its own user unless one is named, whose agent fails.</summary>
    public async Task<List<DeadLetter>> FailAsync(int count, string? user = null, string text = "text")
    {
        var wanted = count + (await LettersAsync()).Count(l => l.State == DeadLetterStates.Open);
        for (var i = 0; i < count; i++) Assert.True((await Road.Inbox.AcceptAsync(Road.Message(Channel, Guid.NewGuid().ToString("N"), $"{text} {i}", user ?? $"{text} {i}"), default)).Accepted);
        List<DeadLetter> letters = [];
        await TestWait.UntilAsync(async () => (letters = (await LettersAsync()).FindAll(l => l.State == DeadLetterStates.Open)).Count >= wanted);
        return letters;
    }

    public async Task<List<DeadLetter>> LettersAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.DeadLetters.AsNoTracking().OrderBy(d => d.Position).ThenBy(d => d.Id).ToListAsync();
    }

    public async Task<List<ReplayItem>> ItemsAsync()
    {
        await using var db = Road.Db();
        return await db.ReplayItems.AsNoTracking().OrderBy(i => i.Ordinal).ToListAsync();
    }

    public async Task<AdminResult<LetterReplayed>> ReplayAsync(Guid letter, object? input = null) =>
        await Get<ReplayLetter>().RunAsync(Caller, letter, input is null ? default : JsonSerializer.SerializeToElement(input));

    public async Task<ReplayView> BulkAsync(object input)
    {
        var result = await Get<StartReplay>().RunAsync(Caller, JsonSerializer.SerializeToElement(input));
        Assert.True(result.Value is not null, string.Join(" ", result.Errors.SelectMany(e => e.Value)));
        return result.Value;
    }

    public async Task<ReplayView> ViewAsync(Guid replay) => (await Get<ReplayQueries>().GetAsync(_catalog.Tenant.Id, replay))!;

    public async Task<ReplayView> UntilAsync(Guid replay, params string[] states)
    {
        ReplayView view = null!;
        await TestWait.UntilAsync(async () =>
        {
            view = await ViewAsync(replay);
            return states.Contains(view.State) && view.InFlight == 0;
        });
        return view;
    }

    /// <summary>The replies of agents, in order of session and seq.</summary>
    public async Task<List<Message>> RepliesAsync() => (await Road.RowsAsync()).FindAll(r => r.From == MessageFrom.Agent);

    public async ValueTask DisposeAsync()
    {
        await Road.DisposeAsync();
        TestFolder.Delete(_folder);
    }

    private async Task GoAsync(bool carriesOut)
    {
        Road = await Road.StartAsync(_catalog, _folder, _time, before: r => r.Agents.Answer = AnswerAsync);
        if (carriesOut) await Road.StartReplaysAsync();
    }

    private async ValueTask<AgentOutcome> AnswerAsync(AgentRequest request, IAnswerSink sink, CancellationToken stop)
    {
        lock (Asked) Asked.Add(request);
        await Before(request, stop);
        return Fails(request) ? AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, Broken) : AgentOutcome.Answer([new(Utf8Text.From($"{request.Agent.Name}: {request.Text}"))]);
    }
}

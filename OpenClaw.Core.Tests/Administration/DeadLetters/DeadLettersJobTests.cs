using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.DeadLetters;

/// <summary>What is over goes after 90 days; what is open, young or held stays.</summary>
public sealed class DeadLettersJobTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;
    private Session _session = null!;
    private Message _message = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Guid.NewGuid());
        _session = _rows.Session(1);
        _message = _rows.Message(_session.Id, 1, "hi");
        await _database.AddAsync(_session, _message);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Run_RemovesWhatIsOverAndOld()
    {
        await _database.AddAsync(Letter(1, DeadLetterStates.Replayed, 91), Letter(2, DeadLetterStates.Discarded, 91), Letter(3, DeadLetterStates.Replayed, 89), Letter(4, DeadLetterStates.Open, 91), Letter(5, DeadLetterStates.Quarantined, 91));
        await _database.AddAsync([.. Replay(ReplayStates.Done, 91), .. Replay(ReplayStates.Done, 89), .. Replay(ReplayStates.Stopped, null)]);
        Assert.Equal(4, await RunAsync(dryRun: true));
        Assert.Equal(4, await RunAsync());
        Assert.Equal(0, await RunAsync());
        await using var db = _database.System.Create();
        Assert.Equal([DeadLetterStates.Replayed, DeadLetterStates.Open, DeadLetterStates.Quarantined], await db.DeadLetters.OrderBy(d => d.LastAt).Select(d => d.State).ToListAsync());
        Assert.Equal((2, 2), (await db.Replays.CountAsync(), await db.ReplayItems.CountAsync()));
    }

    [Fact]
    public async Task Run_WhatAHoldKeeps_Stays()
    {
        await _database.AddAsync(Letter(1, DeadLetterStates.Discarded, 91), new LegalHold { Id = Guid.CreateVersion7(), TenantId = _tenant, Name = "case", SessionId = _session.Id, CreatedBy = "Ada" });
        Assert.Equal(0, await RunAsync());
    }

    [Fact]
    public async Task Run_OldAttempts_GoUnlessTheirMessageHasALetter()
    {
        await _database.AddAsync(Attempt(Guid.NewGuid(), 91), Attempt(Guid.NewGuid(), 89), Attempt(_message.Id, 91), Letter(1, DeadLetterStates.Open, 91));
        Assert.Equal(1, await RunAsync());
    }

    private DeadLetter Letter(int second, string state, int days)
    {
        var letter = _rows.Dead(_message, second, state: state);
        letter.ResolvedAt = state is DeadLetterStates.Replayed or DeadLetterStates.Discarded ? _clock.GetUtcNow().AddDays(-days) : null;
        return letter;
    }

    private object[] Replay(string state, int? days)
    {
        var id = Guid.CreateVersion7();
        return
        [
            new Replay { Id = id, TenantId = _tenant, State = state, Selection = "{}", StartedBy = "Ada", FinishedAt = days is { } d ? _clock.GetUtcNow().AddDays(-d) : null },
            new ReplayItem { ReplayId = id, Ordinal = 1, TenantId = _tenant, LetterId = Guid.NewGuid(), State = ReplayItemStates.Answered },
        ];
    }

    private Attempt Attempt(Guid message, int days) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = _tenant, SessionId = _session.Id, MessageId = message, Number = 1, StartedAt = _clock.GetUtcNow().AddDays(-days), Cause = DeadLetterCauses.AgentError, Detail = "500",
    };

    private async Task<long> RunAsync(bool dryRun = false)
    {
        var progress = new JobProgress(dryRun);
        await new DeadLettersJob(_database.System, _clock).RunAsync(progress, default);
        Assert.Empty(progress.Faults);
        return progress.Items;
    }
}

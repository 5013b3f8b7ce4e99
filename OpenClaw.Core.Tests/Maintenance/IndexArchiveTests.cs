using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Administration.Archive;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Core.Tests.Maintenance;

public sealed class IndexArchiveTests : IAsyncLifetime
{
    private readonly SessionTurns _turns = new();
    private ArchivePlace _place = null!;

    private IndexArchive Job => new(_place.Database.System, _place.Planted.Files, _place.Search, _turns);

    public async Task InitializeAsync() => _place = await ArchivePlace.CreateAsync();

    public async Task DisposeAsync() => await _place.DisposeAsync();

    [Fact]
    public async Task Run_IndexWasLost_FilledFromTranscripts()
    {
        var sessions = new List<Guid>();
        for (var i = 0; i < 150; i++) sessions.Add(await _place.AddAsync(i, "common", $"word{i}"));
        await _place.Search.ClearAsync(default);

        var dry = new JobProgress(isDryRun: true);
        await Job.RunAsync(dry, default);
        Assert.Equal((150L, 0), (dry.Items, (await _place.ListAsync(new() { Text = "common" })).Count));
        var progress = new JobProgress();
        await Job.RunAsync(progress, default);

        Assert.Equal((150L, 0L), (progress.Items, progress.FaultCount));
        Assert.Equal(sessions.AsEnumerable().Reverse(), await _place.ListAsync(new() { Text = "common" }, 200));
        Assert.Equal([sessions[7]], await _place.ListAsync(new() { Text = "word7 common" }));
        var again = new JobProgress();
        await Job.RunAsync(again, default);
        Assert.Equal(0, again.Items);
    }

    [Fact]
    public async Task Run_TranscriptDamagedOrInWork_TheRestGoesOn()
    {
        var sessions = new List<Guid>();
        for (var i = 0; i < 3; i++) sessions.Add(await _place.Planted.AddAsync(_place.Tenant, _place.Channel.Id, ArchivePlace.Day.AddDays(i), ["word"], isIndexed: false));
        await using (var db = _place.Database.System.Create())
            await File.WriteAllTextAsync(_place.Planted.FileOf(await db.ArchivedSessions.SingleAsync(a => a.SessionId == sessions[0])), "damaged");
        using var turn = _turns.TryEnter(sessions[1]);

        var progress = new JobProgress();
        await Job.RunAsync(progress, default);

        Assert.Equal((1L, 1L), (progress.Items, progress.FaultCount));
        Assert.Contains(sessions[0].ToString(), progress.Faults.Single(), StringComparison.Ordinal);
        Assert.Equal([sessions[2]], await _place.ListAsync(new() { Text = "word" }));
        Assert.NotNull(_turns.TryEnter(sessions[2]));
    }
}

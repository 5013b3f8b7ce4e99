using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Journal;

public sealed class JournalWorkTests
{
    [Fact]
    public async Task Work_BesideMessages_IsDurableAtReturn()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "1", "one"), default)).Accepted);
        var changed = await road.Journal.WorkAsync(db =>
        {
            db.InstallationValues.Add(new InstallationValue { Name = "work", Value = "1" });
            db.SaveInJournal();
            return db.InstallationValues.Where(v => v.Name == "work").ExecuteUpdate(set => set.SetProperty(v => v.Value, "2"));
        });
        await using var reader = road.Get<ISystemDbFactory>().Create();
        Assert.Equal((1, "2"), (changed, (await reader.InstallationValues.SingleAsync(v => v.Name == "work")).Value));
    }

    [Fact]
    public async Task Work_Throws_NothingOfItIsStoredAndTheRoadGoesOn()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        await Assert.ThrowsAsync<IOException>(() => road.Journal.WorkAsync<int>(db =>
        {
            db.InstallationValues.Add(new InstallationValue { Name = "work", Value = "1" });
            db.SaveInJournal();
            throw new InvalidOperationException("no");
        }));
        await using var reader = road.Get<ISystemDbFactory>().Create();
        Assert.False(await reader.InstallationValues.AnyAsync(v => v.Name == "work"));
        AcceptOutcome outcome;
        do outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "one"), default);
        while (outcome.Refusal == RefusalCode.Overloaded);
        Assert.True(outcome.Accepted);
    }
}

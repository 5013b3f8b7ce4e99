using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Pipeline;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Storage.Contracts;

/// <summary>What no column has room for, and what a database cannot store, goes the whole road: nothing is lost, and nothing else is held up by it.</summary>
public sealed class HostileRoadTests
{
    private static readonly string Long = new('x', 5_000);

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Accept_NamesWithoutEndAndCharactersThatCannotBeStored_AnsweredAndStored(string kind)
    {
        await using var road = await Road.StartAsync(kind: kind);
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        road.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new AgentReply(Utf8Text.From(request.Text + " \0 " + Long))]));

        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "a\0b", "nul \0 and half \ud800."), default)).Accepted);
        Assert.StartsWith("nul", (await watcher.NextReplyAsync()).Text.ToString(), StringComparison.Ordinal);
        var rows = await road.RowsAsync();
        var other = Road.Message(channel, "2", "hello", user: "zoe", conversation: "other");
        Assert.True((await road.Inbox.AcceptAsync(other with { Address = other.Address with { UserName = "Zoe \0 " + Long + "😀" } }, default)).Accepted);
        Assert.Equal(["nul ? and half ?.", "nul ? and half ?. ? " + Long], rows.Select(r => Plain(r.Text)));
        await using var db = road.Db();
        Assert.Equal("Zoe ? " + Long[..394], Plain(Assert.Single(db.Sessions.Where(s => s.UserId == "zoe").ToList()).UserName!));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Accept_IdsWithoutEnd_RefusedAndOthersGoOn(string kind)
    {
        await using var road = await Road.StartAsync(kind: kind);
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        foreach (var message in new[] { Road.Message(channel, "1", "t", user: Long), Road.Message(channel, "2", "t", conversation: Long), Road.Message(channel, Long, "t") })
            Assert.Equal(RefusalCode.Invalid, (await road.Inbox.AcceptAsync(message, default)).Refusal);
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "3", "fine"), default)).Accepted);
        Assert.Equal("fine", (await watcher.NextReplyAsync()).Text.ToString());
    }

    private static string Plain(string text) => text.Replace('\0', '?').Replace('\uFFFD', '?');
}

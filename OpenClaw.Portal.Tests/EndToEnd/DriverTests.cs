using System.Diagnostics;
using OpenClaw.Benchmarks.Driver;
using static OpenClaw.Portal.Tests.EndToEnd.ScriptedGateway;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>The end-to-end tests are worth what their driver notices.</summary>
public sealed class DriverTests
{
    [Fact]
    public async Task Converse_CorrectServer_CountsEverythingAndNoFault()
    {
        var tally = await ConverseAsync(5, (_, id) => [Ack(id, Seq(id)), Reply(id, Seq(id) + 1)]);

        Assert.Equal("", tally.Faults());
        Assert.Equal((5, 5, 5), (tally.Sent, tally.Acked, tally.Replied));
    }

    [Fact]
    public async Task Converse_ReplyComesAgain_IsCounted() =>
        Assert.Equal("replied twice: 1", await FaultsAsync(id => [Ack(id, 1), Reply(id, 2), Reply(id, 2)]));

    [Fact]
    public async Task Converse_SecondAnswerUnderANewNumber_IsCounted() =>
        Assert.Equal("replied twice: 1", await FaultsAsync(id => [Ack(id, 1), Reply(id, 2), Reply(id, 3)]));

    [Fact]
    public async Task Converse_ReplyBeforeItsAck_IsCounted() =>
        Assert.Equal("replied before ack: 1", await FaultsAsync(id => [Reply(id, 2), Ack(id, 1)]));

    [Fact]
    public async Task Converse_TextIsAnothers_IsCounted() =>
        Assert.Equal("wrong text: 1", await FaultsAsync(id => [Ack(id, 1), Reply(id, 2, "other")]));

    [Fact]
    public async Task Converse_RepliesChangePlaces_IsCounted()
    {
        var tally = await ConverseAsync(2, (_, id) => id == "7-0" ? [Ack(id, 1)] : [Ack(id, 2), Reply(id, 3), Reply("7-0", 4)]);

        Assert.Equal("out of order: 1", tally.Faults());
    }

    [Fact]
    public async Task Converse_ConnectionCut_ResumesAndSendsAgainWhatHasNoAck()
    {
        await using var server = await StartAsync((connection, id) => (connection, id) switch
        {
            (1, "7-0") => [Ack(id, 1), Reply(id, 2)],
            (1, _) => [""],
            _ => [Ack(id, Seq(id)), Reply(id, Seq(id) + 1)],
        });
        var tally = await ConverseAsync(3, server);

        Assert.Equal("", tally.Faults());
        Assert.Equal((3, 3), (tally.Acked, tally.Replied));
        Assert.Equal([" openclaw.v1", "?after=2 openclaw.v1, resume.token"], server.Handshakes);
    }

    [Fact]
    public void Milliseconds_KnownValues_AreWithinABucketsWidth()
    {
        LatencyHistogram histogram = new();
        for (var microseconds = 1; microseconds <= 10_000; microseconds++) histogram.Record(microseconds * 1000L);

        Assert.InRange(histogram.Milliseconds(0.5), 5.0, 5.0 * 1.02);
        Assert.InRange(histogram.Milliseconds(0.99), 9.9, 9.9 * 1.02);
        Assert.InRange(histogram.Milliseconds(1), 10.0, 10.0 * 1.02);
    }

    /// <summary>A question's number in a session in which each is answered before the next.</summary>
    private static int Seq(string id) => (2 * int.Parse(id.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture)) + 1;

    /// <summary>What the driver says when the first of two messages is treated like that and the second well.</summary>
    private static async Task<string> FaultsAsync(Func<string, IEnumerable<string>> first) =>
        (await ConverseAsync(2, (_, id) => id == "7-0" ? first(id) : [Ack(id, 4), Reply(id, 5)])).Faults();

    private static async Task<LoadTally> ConverseAsync(int messages, Func<int, string, IEnumerable<string>> answers)
    {
        await using var server = await StartAsync(answers);
        return await ConverseAsync(messages, server);
    }

    private static async Task<LoadTally> ConverseAsync(int messages, ScriptedGateway server)
    {
        LoadTally tally = new();
        using LoadSession session = new(7, server.Target, tally);
        await session.ConnectAsync(CancellationToken.None);
        for (var message = 0; message < messages; message++) session.Send(Stopwatch.GetTimestamp());
        await Until.TrueAsync("all acknowledged and answered", () => session.InFlight == 0, TimeSpan.FromSeconds(60), tally, () => "");
        return tally;
    }
}

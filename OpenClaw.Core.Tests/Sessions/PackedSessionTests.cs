using System.Security.Cryptography;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Core.Tests.Sessions;

/// <summary>What a session keeps at rest is what it had.</summary>
public sealed class PackedSessionTests
{
    [Fact]
    public void Unpack_AnySession_IsWhatWasPacked()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 300; round++)
        {
            var work = new SessionWork(new(Text(random)!, round % 3 == 0 ? null : Text(random), Text(random)!, round % 2 == 0 ? null : Text(random)));
            List<(string Id, long At)> ids = [];
            List<MessageRecord> all = [];
            var (at, seq) = (random.NextInt64(1_900_000_000_000_000), random.Next(0, 3));

            // rest now and then, and go on from what was packed
            for (var part = 0; part < 4; part++)
            {
                for (var entries = random.Next(30); entries > 0; entries--)
                {
                    at += random.NextInt64(-1_000_000, 100_000_000_000);
                    var entry = Entry(++seq, at, random, all.LastOrDefault());
                    all.Add(entry);
                    work.History.Add(entry);
                    work.ToldSeq = seq;
                    ids.Add((Guid.NewGuid().ToString(), at));
                    work.RecentIds.Add(ids[^1].Id, at);
                }

                var packed = PackedSession.Pack(work);
                Assert.Equal((work.Address, work.ToldSeq), (PackedSession.Address(packed), PackedSession.ToldSeq(packed)));
                var before = work.History.Before(long.MaxValue);
                work = PackedSession.Unpack(packed);
                Assert.Equal(before, work.History.Before(long.MaxValue));
            }

            Assert.Equal(Expected(all), work.History.Before(long.MaxValue));
            Assert.Equal(ids.Count, work.RecentIds.Count);
            Assert.All(ids, id => Assert.True(work.RecentIds.MayContain(id.Id)));
        }
    }

    [Fact]
    public void Pack_ManyIdsInAFullRing_KeepsThem()
    {
        var work = new SessionWork(new("main", null, "ada", null));
        const long day = RecentIds.KeptMicros;
        for (var i = 0; i < 5000; i++) work.RecentIds.Add($"id{i}", i * (day / 100));
        var again = PackedSession.Unpack(PackedSession.Pack(work));
        Assert.Equal(work.RecentIds.Count, again.RecentIds.Count);
        for (var i = 5000; i < 9000; i++) again.RecentIds.Add($"id{i}", i * (day / 100));
        for (var i = 8000; i < 9000; i++) Assert.True(again.RecentIds.MayContain($"id{i}"));
    }

    [Fact]
    public void Pack_AnswerOfTheSameBytes_HoldsThemOnce()
    {
        var work = new SessionWork(new("main", null, "ada", "Ada"));
        var text = new Utf8Text(RandomNumberGenerator.GetBytes(1000));
        for (var seq = 1; seq <= 4; seq++) work.History.Add(Entry(seq, 1_900_000_000_000_000 + seq, text));
        Assert.InRange(PackedSession.Pack(work).Length, 1000, 1060);
    }

    /// <summary>The rule, in its plainest form: the last 20 with a text, as many of them as 16 KB hold.</summary>
    private static List<HistoryEntry> Expected(List<MessageRecord> all) => Kept(all).ConvertAll(m => new HistoryEntry(m.From, m.Text.Truncate(8192), Micros.ToTime(m.At)));

    private static List<MessageRecord> Kept(List<MessageRecord> all)
    {
        List<MessageRecord> kept = [];
        foreach (var entry in all.Where(m => !m.Text.IsEmpty))
        {
            kept.Add(entry);
            while (kept.Count > History.MaxEntries || kept.Sum(m => m.Text.Truncate(8192).Length) > 16 * 1024) kept.RemoveAt(0);
        }

        return kept;
    }

    private static MessageRecord Entry(long seq, long at, Random random, MessageRecord? before) => random.Next(6) switch
    {
        0 when before is not null => Entry(seq, at, before.Text),
        1 => Entry(seq, at, default),
        2 => Entry(seq, at, Utf8Text.From(new string('é', random.Next(6000)))),
        _ => Entry(seq, at, Utf8Text.From(Text(random))),
    };

    private static MessageRecord Entry(long seq, long at, Utf8Text text) => new()
    {
        Position = seq,
        Id = Guid.NewGuid(),
        TenantId = Guid.Empty,
        ChannelId = Guid.Empty,
        SessionId = Guid.Empty,
        From = (MessageFrom)(1 + (seq % 3)),
        Seq = seq,
        At = at,
        Text = text,
    };

    private static string? Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(3) switch
    {
        0 => "a",
        1 => "ß",
        _ => "😀",
    }));
}

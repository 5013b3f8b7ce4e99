using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Storage;

public sealed class RowIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_InOneMillisecond_SortsAsMade()
    {
        // As text, which is how SQLite compares them
        var ids = Enumerable.Range(0, 10_000).Select(_ => RowId.New(Now).ToString()).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void New_LaterTime_SortsBehind() =>
        Assert.True(RowId.New(Now).CompareTo(RowId.New(Now.AddMilliseconds(1))) < 0);

    [Fact]
    public void New_IsUuid7OfItsTime()
    {
        var id = RowId.New(Now);
        Assert.Equal((7, 2), (id.Version, id.Variant >> 2));
        Assert.Equal(Now.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void New_ManyThreads_NoneTwice()
    {
        ConcurrentDictionary<Guid, bool> all = [];
        Parallel.For(0, 50_000, _ => all[RowId.New(Now)] = true);
        Assert.Equal(50_000, all.Count);
    }
}

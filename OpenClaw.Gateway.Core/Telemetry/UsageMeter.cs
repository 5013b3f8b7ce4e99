using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>
/// What each tenant has used today (UTC) and stores, in memory: quotas are held and usage is told without asking the database. The
/// book in Maintenance brings it to the table every few seconds and from there at start.
/// </summary>
internal sealed class UsageMeter(TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, TenantUsage> _tenants = new();

    /// <summary>The day's number: days since the year 1.</summary>
    public long Today => time.GetUtcNow().UtcTicks / TimeSpan.TicksPerDay;

    /// <summary>Counts a message that is about to be stored; null when it may be, else how long the day's quota still is used up.</summary>
    public TimeSpan? TakeMessage(Guid tenant, long? most)
    {
        var now = time.GetUtcNow().UtcTicks;
        var day = Of(tenant).On(now / TimeSpan.TicksPerDay);
        if (Interlocked.Increment(ref day.Messages) <= most.GetValueOrDefault(long.MaxValue)) return null;
        Interlocked.Decrement(ref day.Messages);
        return TimeSpan.FromTicks(TimeSpan.TicksPerDay - (now % TimeSpan.TicksPerDay));
    }

    /// <summary>A message that was counted was not stored after all.</summary>
    public void GiveBackMessage(Guid tenant) => Interlocked.Decrement(ref Of(tenant).On(Today).Messages);

    /// <summary>Replies are stored.</summary>
    public void Replied(Guid tenant, int count) => Interlocked.Add(ref Of(tenant).On(Today).Replies, count);

    /// <summary>A model told how many tokens it read and wrote.</summary>
    public void Spent(Guid tenant, long inputTokens, long outputTokens)
    {
        var day = Of(tenant).On(Today);
        Interlocked.Add(ref day.InputTokens, inputTokens);
        Interlocked.Add(ref day.OutputTokens, outputTokens);
    }

    /// <summary>Takes room for an attachment; false when there is not so much left.</summary>
    public bool TakeStorage(Guid tenant, long bytes, long? most)
    {
        var usage = Of(tenant);
        if (Interlocked.Add(ref usage.Stored, bytes) > most.GetValueOrDefault(long.MaxValue))
        {
            Interlocked.Add(ref usage.Stored, -bytes);
            return false;
        }

        Interlocked.Add(ref usage.On(Today).Bytes, bytes);
        return true;
    }

    /// <summary>An attachment is gone, or did not come.</summary>
    public void GiveBackStorage(Guid tenant, long bytes)
    {
        if (bytes == 0) return;
        var usage = Of(tenant);
        Interlocked.Add(ref usage.Stored, -bytes);
        Interlocked.Add(ref usage.On(Today).Bytes, -bytes);
    }

    /// <summary>What the tenant has used today and stores.</summary>
    public UsageNow Now(Guid tenant)
    {
        if (!_tenants.TryGetValue(tenant, out var usage)) return default;
        var day = usage.On(Today);
        return new(Volatile.Read(ref day.Messages), Volatile.Read(ref day.Replies), Volatile.Read(ref day.Bytes), Math.Max(0, Volatile.Read(ref usage.Stored)), Volatile.Read(ref day.InputTokens), Volatile.Read(ref day.OutputTokens));
    }

    /// <summary>What the table knows of today, at start; null takes over nothing but what is stored.</summary>
    public void Seed(Guid tenant, UsageNow known) => Of(tenant).Seed(Today, known);

    /// <summary>Nothing of a removed tenant is written any more.</summary>
    public void Forget(Guid tenant) => _tenants.TryRemove(tenant, out _);

    /// <summary>What was counted and not yet written. <see cref="Written"/> says that it now is.</summary>
    public IReadOnlyList<UsageChange> Unwritten() => [.. _tenants.SelectMany(t => t.Value.Unwritten(t.Key))];

    public void Written(IEnumerable<UsageChange> changes)
    {
        foreach (var change in changes) change.Source.Written(change);
        foreach (var usage in _tenants.Values) usage.DropWritten();
    }

    private TenantUsage Of(Guid tenant) => _tenants.TryGetValue(tenant, out var usage) ? usage : _tenants.GetOrAdd(tenant, static (_, today) => new(today), Today);
}

/// <summary>One tenant's use of today; <paramref name="Stored"/> is the sum of all days.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UsageNow(long Messages, long Replies, long AttachmentBytes, long Stored, long InputTokens = 0, long OutputTokens = 0);

/// <summary>What a day's row is to be raised by.</summary>
internal sealed record UsageChange(Guid Tenant, long Day, long Messages, long Replies, long AttachmentBytes, long InputTokens, long OutputTokens, DayUsage Source);

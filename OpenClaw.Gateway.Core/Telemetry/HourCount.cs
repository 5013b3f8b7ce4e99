namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>How often something happened in the last 60 minutes, counted by minute without a lock.</summary>
internal sealed class HourCount
{
    private const int Minutes = 60;

    /// <summary>By minute of the hour: above which minute it is of, below how often.</summary>
    private readonly long[] _slots = new long[Minutes];

    /// <summary>Once more.</summary>
    /// <param name="minute">The number of the present minute.</param>
    public void Add(long minute)
    {
        ref var slot = ref _slots[minute % Minutes];
        while (true)
        {
            var known = Volatile.Read(ref slot);
            var next = known >> 32 == minute ? known + 1 : (minute << 32) | 1;
            if (Interlocked.CompareExchange(ref slot, next, known) == known) return;
        }
    }

    /// <summary>In that minute and the 59 before it.</summary>
    public long Total(long minute)
    {
        var total = 0L;
        for (var i = 0; i < Minutes; i++)
        {
            var slot = Volatile.Read(ref _slots[i]);
            if (slot >> 32 is var of && of <= minute && of > minute - Minutes) total += slot & uint.MaxValue;
        }

        return total;
    }
}

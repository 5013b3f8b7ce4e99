namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>
/// Gives places to the new and moved rules of a list between those that keep theirs. Where no room is left between two neighbours,
/// some around them are moved along, in a circle that doubles: so inserting again and again at one spot moves few.
/// </summary>
internal static class RulePlaces
{
    /// <summary>Between two rules that were put one after the other.</summary>
    public const long Gap = 1L << 32;

    /// <summary>What moving neighbours must win, or it would have to be done again at once.</summary>
    private const long Room = 1L << 16;

    /// <summary>Fills in what is null; the result rises.</summary>
    public static long[] Fill(long?[] places)
    {
        for (var start = 0; start < places.Length; start++)
        {
            if (places[start] is not null) continue;
            var end = start;
            while (end < places.Length && places[end] is null) end++;
            (start, end) = Widen(places, start, end);
            Spread(places, start, end);
            start = end - 1;
        }

        return [.. places.Select(p => p!.Value)];
    }

    private static (int Start, int End) Widen(long?[] places, int start, int end)
    {
        var (from, to, least) = (start, end, 1L);
        for (var by = 1; Step(places, from, to) < least; by *= 2)
        {
            (from, to, least) = (Math.Max(0, from - by), Math.Min(places.Length, to + by), Room);
            while (to < places.Length && places[to] is null) to++; // the next run of new ones comes along
        }

        return (from, to);
    }

    private static long Step(long?[] places, int start, int end) =>
        start == 0 || end == places.Length ? Gap : (places[end]!.Value - places[start - 1]!.Value) / (end - start + 1);

    private static void Spread(long?[] places, int start, int end)
    {
        var step = Step(places, start, end);
        var first = start > 0 ? places[start - 1]!.Value + step : end < places.Length ? places[end]!.Value - (step * (end - start)) : 0;
        for (var i = start; i < end; i++) places[i] = first + (step * (i - start));
    }
}

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Which of the elements of a rearranged list can stay while the others are moved: the longest rising run.</summary>
internal static class RisingRun
{
    /// <summary>True for each number that belongs to it; negative ones never do.</summary>
    public static bool[] Of(IReadOnlyList<int> numbers)
    {
        var (ends, before, kept) = (new List<int>(), new int[numbers.Count], new bool[numbers.Count]);
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] < 0) continue;
            var place = Place(numbers, ends, numbers[i]);
            before[i] = place == 0 ? -1 : ends[place - 1];
            if (place == ends.Count) ends.Add(i);
            else ends[place] = i;
        }

        for (var i = ends.Count == 0 ? -1 : ends[^1]; i >= 0; i = before[i]) kept[i] = true;
        return kept;
    }

    /// <summary>The first run whose last number is not below that one.</summary>
    private static int Place(IReadOnlyList<int> numbers, List<int> ends, int number)
    {
        var (low, high) = (0, ends.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (numbers[ends[middle]] < number) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

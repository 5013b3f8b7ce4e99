using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>A part of a list. <paramref name="Next"/> is the cursor that continues it in the direction that was asked; null on the last part.</summary>
public sealed record Page<T>(
    IReadOnlyList<T> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next);

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">How many at most: 1 to <see cref="MaxLimit"/>.</param>
/// <param name="After">The <see cref="Page{T}.Next"/> of the part before; null = from the start.</param>
public readonly record struct PageRequest(int Limit, string? After = null)
{
    /// <summary>Where the asker names no number.</summary>
    public const int DefaultLimit = 50;

    /// <summary>More than that is not given at once.</summary>
    public const int MaxLimit = 200;

    /// <summary>The limit within its range.</summary>
    internal int Size => Math.Clamp(Limit, 1, MaxLimit);
}

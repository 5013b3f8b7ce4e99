using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Pools;

/// <summary>Pools in plain words.</summary>
internal static class PoolWords
{
    public const string Weighted = "weighted";

    /// <summary>The strategies to choose from.</summary>
    public static IReadOnlyList<Choice> Strategies { get; } =
    [
        new("least-loaded", "Least loaded", "Whoever will probably answer first: few open requests for what it can take, and quick of late. One that was slow is tried again after a while.", "overview"),
        new(Weighted, "By weight", "New conversations are shared out in proportion to the weights, exactly: for two versions side by side.", "sort"),
        new("round-robin", "In turn", "One after the other, whatever they do.", "refresh"),
    ];

    public static string Strategy(string strategy) => Strategies.FirstOrDefault(s => s.Value == strategy)?.Text ?? strategy;

    public static string Share(double? share) => share is { } part ? part.ToString(part is > 0 and < 0.1 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture) : "–";

    /// <summary>The share of new sessions that a member's weight comes to; null where all are 0.</summary>
    public static double? ShareOf(PoolMember member, IReadOnlyList<PoolMember> members, Func<Guid, int> weightOf)
    {
        var all = members.Sum(m => m.Weight ?? weightOf(m.Agent));
        return all == 0 ? null : (double)(member.Weight ?? weightOf(member.Agent)) / all;
    }

    public static string Affinity(double? minutes) => minutes switch
    {
        null => "As long as it lives",
        0 => "Not at all",
        _ => string.Create(CultureInfo.InvariantCulture, $"{minutes:0.##} minutes"),
    };
}

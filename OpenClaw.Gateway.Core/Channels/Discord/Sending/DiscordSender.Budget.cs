using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>What is left of Discord's limits, for people.</summary>
internal sealed partial class DiscordSender
{
    public IReadOnlyList<BudgetView> Look(Guid channel)
    {
        if (bots.Find(channel) is not { } bot) return [];
        var now = time.GetUtcNow();
        var (global, invalid) = (bot.Api.Limits.Global, bots.InvalidOf(bot.BaseUrl));
        var quiet = invalid.Wait;
        List<BudgetView> views =
        [
            new("Calls of this bot", GlobalLimit.PerSecond, global.Left, TimeSpan.FromSeconds(1), global.Left < GlobalLimit.PerSecond ? now + TimeSpan.FromSeconds(1) : null, global.Paused > TimeSpan.Zero ? now + global.Paused : null),
            new("Refused calls from this address", InvalidBudget.Most, Math.Max(0, InvalidBudget.Most - invalid.Used), TimeSpan.FromMinutes(10), invalid.Used > 0 ? now + TimeSpan.FromMinutes(10) : null, quiet > TimeSpan.Zero ? now + quiet : null),
        ];
        if (bot.Gateway is { } gateway) views.Add(new("New sessions with the gateway", Math.Max(1_000, gateway.Remaining), gateway.Remaining, TimeSpan.FromDays(1), gateway.ResetAfter > TimeSpan.Zero ? now + gateway.ResetAfter : null, null));
        return views;
    }
}

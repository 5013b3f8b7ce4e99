using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>Tries what a channel needs of Discord, one thing after the other, and says which right is missing and where it is given.</summary>
internal sealed class DiscordPreflight(DiscordBots bots, TimeProvider time)
{
    private const int ContentIntent = (1 << 18) | (1 << 19);
    private const long Administrator = 1 << 3;
    private const int MostGuilds = 5;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    /// <summary>Bits, and what Discord calls them.</summary>
    private static readonly (long Bit, string Name)[] Rights =
    [
        (1L << 10, "View Channels"), (1L << 11, "Send Messages"), (1L << 38, "Send Messages in Threads"), (1L << 16, "Read Message History"), (1L << 14, "Embed Links"), (1L << 15, "Attach Files"),
    ];

    private static readonly long AllRights = Rights.Sum(r => r.Bit);

    public async ValueTask<IReadOnlyList<PreflightCheck>> RunAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        List<PreflightCheck> checks = [new("enabled", channel.Enabled, channel.Enabled ? "The channel is switched on." : "The channel is switched off.", channel.Enabled ? null : "Switch it on.")];
        if (DiscordSettings.TokenOf(channel) is not { } token)
        {
            checks.Add(new("token", false, "There is no bot token.", $"Get one at {DiscordErrors.Portal}: your application, Bot, Reset Token."));
            return checks;
        }

        using var limit = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await RunAsync(channel, bots.Create(channel.Id, DiscordSettings.Of(channel.Settings).ApiBaseUrl, token), checks, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            checks.Add(new("reach", false, "Discord did not answer in time.", "Try again; check the way from this server to Discord."));
        }

        return checks;
    }

    private static async ValueTask RunAsync(ChannelModel channel, DiscordBot bot, List<PreflightCheck> checks, CancellationToken cancellationToken)
    {
        if (await TryAsync(checks, "token", () => bot.Api.GetMeAsync(cancellationToken)).ConfigureAwait(false) is not { } me) return;
        checks.Add(new("reach", true, $"{bot.BaseUrl.Host} answers."));
        checks.Add(new("token", true, $"The token is {me.Words("username") ?? "a bot"}'s."));
        if (await TryAsync(checks, "gateway", () => bot.Api.GetGatewayAsync(cancellationToken)).ConfigureAwait(false) is { } gateway) checks.Add(GatewayOf(gateway));
        var application = await TryAsync(checks, "intents", () => bot.Api.GetApplicationAsync(cancellationToken)).ConfigureAwait(false);
        if (application is { } app) checks.Add(IntentsOf(app));
        var id = application?.Id() is { } known and not 0 ? known : bot.Id;
        if (await TryAsync(checks, "servers", () => bot.Api.GetGuildsAsync(cancellationToken)).ConfigureAwait(false) is { } guilds) checks.AddRange(GuildsOf(guilds, id));
        if (CommandRegistration.Of(channel) is { } wanted && await TryAsync(checks, "commands", () => bot.Api.GetCommandsAsync(id, cancellationToken)).ConfigureAwait(false) is { } registered)
            checks.Add(CommandsOf(wanted, registered));
    }

    private static async ValueTask<JsonElement?> TryAsync(List<PreflightCheck> checks, string check, Func<ValueTask<JsonElement>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (DiscordException e)
        {
            checks.Add(new(e.Status == 0 ? "reach" : check, false, e.Message, e.Fix ?? (e.Status == 404 ? $"Check the address of the API (apiBaseUrl, under Advanced settings): Discord's own is {DiscordSettings.PublicApi}." : $"Check the address of the API (apiBaseUrl, under Advanced settings; Discord's own is {DiscordSettings.PublicApi}), and that this machine may reach it. Else try again later.")));
            return null;
        }
    }

    private static PreflightCheck GatewayOf(JsonElement answer)
    {
        if (GatewayInfo.Read(answer) is not { } info) return new("gateway", false, "Discord did not say where its gateway is.", $"Check the address of the API (apiBaseUrl, under Advanced settings): Discord's own is {DiscordSettings.PublicApi}.");
        return info.Remaining > 0
            ? new("gateway", true, $"Discord wants {info.Shards} connection{(info.Shards == 1 ? "" : "s")}; {info.Remaining} sessions may still be begun today.")
            : new("gateway", false, $"No session may be begun for {info.ResetAfter.TotalMinutes:0} minutes: too many were begun today.", "Wait. If it happens again, another program may be using the same token.");
    }

    private static PreflightCheck IntentsOf(JsonElement application) => (application.Number("flags") & ContentIntent) != 0
        ? new("intents", true, "The bot may read what messages say (Message Content Intent).")
        : new("intents", false, "The bot may not read what messages in servers say.", $"Switch on “Message Content Intent” at {DiscordErrors.Portal}: your application, Bot, Privileged Gateway Intents.");

    private static IEnumerable<PreflightCheck> GuildsOf(JsonElement guilds, ulong application)
    {
        var invite = string.Create(CultureInfo.InvariantCulture, $"https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={AllRights}");
        var all = guilds.ValueKind == JsonValueKind.Array ? guilds.EnumerateArray().ToList() : [];
        if (all.Count == 0)
        {
            yield return new("servers", false, "The bot is in no server yet.", $"Invite it with {invite}");
            yield break;
        }

        yield return new("servers", true, $"The bot is in {all.Count} server{(all.Count == 1 ? "" : "s")}: {string.Join(", ", all.Take(MostGuilds).Select(g => g.Words("name") ?? g.Text("id")))}{(all.Count > MostGuilds ? ", …" : "")}.");
        var lacking = all.Select(g => (Name: g.Words("name") ?? g.Text("id"), Missing: Missing(g))).Where(g => g.Missing.Length > 0).Take(MostGuilds).ToList();
        yield return lacking.Count == 0
            ? new("permissions", true, "In its servers it may see channels, write, read the history, embed links and attach files; a single channel may say otherwise.")
            : new("permissions", false, string.Join(' ', lacking.Select(g => $"In {g.Name} the bot lacks: {g.Missing}.")), $"Give its role these permissions in the server's settings (Roles), or invite it anew with {invite}");
    }

    private static string Missing(JsonElement guild)
    {
        // an emulator may not say: what is not said is not missing
        if (guild.Text("permissions") is not { } text || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rights) || (rights & Administrator) != 0) return "";
        return string.Join(", ", Rights.Where(r => (rights & r.Bit) == 0).Select(r => r.Name));
    }

    private static PreflightCheck CommandsOf(JsonElement wanted, JsonElement registered)
    {
        var there = registered.ValueKind == JsonValueKind.Array ? registered.EnumerateArray().Select(c => c.Text("name")).ToHashSet(StringComparer.Ordinal) : [];
        var missing = wanted.EnumerateArray().Select(c => c.Text("name")).Where(n => !there.Contains(n)).ToList();
        return missing.Count == 0
            ? new("commands", true, $"{there.Count} slash commands are registered.")
            : new("commands", false, $"Not registered yet: {string.Join(", ", missing.Take(10).Select(n => "/" + n))}.", "They are registered when the channel connects. If they stay away, invite the bot anew with the scope applications.commands.");
    }
}

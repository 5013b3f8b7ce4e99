using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Tries everything that a Telegram channel needs, and names what is missing with what to do about it. Changes nothing at Telegram.</summary>
internal sealed class TelegramPreflight(TelegramApi api, TelegramWebhooks webhooks, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan RecentError = TimeSpan.FromMinutes(10);

    public async ValueTask<IReadOnlyList<PreflightCheck>> RunAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        List<PreflightCheck> checks = [new("enabled", channel.Enabled, channel.Enabled ? "The channel is switched on." : "The channel is switched off.", channel.Enabled ? null : "Set enabled to true.")];
        if (TelegramAccess.BaseOf(channel.Settings) is null) return [.. checks, new("address", false, "The Bot API server (baseUrl) is no address.", "Set it to https://api.telegram.org, or to your own Bot API server.")];
        if (TelegramAccess.Of(channel) is not { } access) return [.. checks, new("token", false, "There is no bot token, or it does not look like one.", TelegramFaults.TokenFix)];
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await RunAsync(channel, access, checks, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            checks.Add(new("address", false, $"{access.Server} did not answer everything within {Longest.TotalSeconds:0} s.", "Try again; if it stays so, check the way to the server."));
        }

        return checks;
    }

    private async ValueTask RunAsync(ChannelModel channel, TelegramAccess access, List<PreflightCheck> checks, CancellationToken cancellationToken)
    {
        var me = await api.GetMeAsync(access, cancellationToken);
        if (me.Failure is { } failure)
        {
            var isToken = failure.Trouble == TelegramTrouble.TokenRefused;
            checks.Add(isToken ? new("address", true, $"{access.Server} answers.") : new("address", false, failure.Detail, TelegramFaults.FixOf(failure)));
            if (isToken) checks.Add(new("token", false, $"The token is refused. {failure.Detail}", TelegramFaults.TokenFix));
            return;
        }

        checks.Add(new("address", true, $"{access.Server} answers."));
        checks.Add(new("token", true, $"The bot is {(me.Value!.User.Username is { } name ? "@" + name : me.Value.User.Name)}."));
        checks.Add(await DeliveryAsync(channel, access, cancellationToken));
        checks.Add(Privacy(channel, me.Value));
        checks.Add(me.Value.CanJoinGroups
            ? new("groups", true, "The bot may be added to groups.")
            : new("groups", IsPrivateOnly(channel), "The bot may not be added to groups: it talks in private chats only.", "Should it work in groups: @BotFather, /setjoingroups, Enable."));
        checks.Add(await CommandsAsync(channel, access, cancellationToken));
        checks.Add(await FilesAsync(access, me.Value.User.Id, cancellationToken));
    }

    /// <summary>Whether what people write can arrive, as the mode wants it.</summary>
    private async ValueTask<PreflightCheck> DeliveryAsync(ChannelModel channel, TelegramAccess access, CancellationToken cancellationToken)
    {
        var isWebhook = TelegramSettings.Of(channel).IsWebhook;
        if (isWebhook && webhooks.ReasonAgainst(access) is { } reason) return new("webhook", false, reason, TelegramWebhooks.UrlFix);
        var looked = await api.GetWebhookInfoAsync(access, cancellationToken);
        if (looked.Failure is { } failure) return new("webhook", false, failure.Detail, TelegramFaults.FixOf(failure));
        var (info, own) = (looked.Value!, webhooks.UrlOf(channel.Id).AbsoluteUri);
        if (!isWebhook)
            return info.Url.Length == 0
                ? new("webhook", true, "No webhook is set: the channel can poll.")
                : new("webhook", info.Url == own, $"A webhook is set, to {HostOf(info.Url)}. It is removed when the channel starts to poll.", "If another program uses this bot, stop it, or take another bot for this channel.");
        if (info.Url.Length > 0 && info.Url != own)
            return new("webhook", false, $"A webhook of another program is set, to {HostOf(info.Url)}. The channel puts its own in its place.", "Stop the other program, or take another bot for this channel.");
        if (info is { LastError: { } error, LastErrorAt: { } at } && time.GetUtcNow() - at < RecentError)
            return new("webhook", false, string.Create(CultureInfo.InvariantCulture, $"Telegram could not call {own}: {error} Updates that wait: {info.Pending}."), TelegramWebhooks.UrlFix);
        return new("webhook", true, info.Url.Length == 0 ? $"The webhook is set to {own} when the channel starts." : $"Telegram calls {own}.");
    }

    private static PreflightCheck Privacy(ChannelModel channel, TelegramMe me)
    {
        if (me.CanReadAllGroupMessages) return new("privacy", true, "Privacy mode is off: in groups the bot sees every message.");
        const string on = "Privacy mode is on: in groups the bot sees commands, mentions and answers to it only";
        return ChannelRules.Of(channel).Activation == GroupActivation.Always
            ? new("privacy", false, $"{on}, and the channel is to answer always.", "@BotFather, /setprivacy, Disable; then remove the bot from its groups and add it again. Or make it an administrator there, or answer in groups by mention only (activation).")
            : new("privacy", true, $"{on}, which is enough for this channel.");
    }

    private async ValueTask<PreflightCheck> CommandsAsync(ChannelModel channel, TelegramAccess access, CancellationToken cancellationToken)
    {
        if (TelegramSettings.Of(channel).Commands is not { } wanted) return new("commands", true, "The menu of commands is left as @BotFather was told.");
        if (TelegramSettings.CheckCommands(channel.Settings).FirstOrDefault() is { Message: { } wrong }) return new("commands", false, wrong, "Correct the list of commands.");
        var there = await api.GetCommandsAsync(access, cancellationToken);
        if (there.Failure is { } failure) return new("commands", false, failure.Detail, TelegramFaults.FixOf(failure));
        return new("commands", true, there.Value!.SequenceEqual(wanted) ? $"The menu has its commands: {wanted.Count}." : $"The menu is written when the channel starts. Commands: {wanted.Count}.");
    }

    /// <summary>Fetches where a file is, by the only one that every bot can have: its own picture.</summary>
    private async ValueTask<PreflightCheck> FilesAsync(TelegramAccess access, long botId, CancellationToken cancellationToken)
    {
        var picture = await api.GetOwnPictureAsync(access, botId, cancellationToken);
        if (picture.Value?.Path is not { } id) return new("files", true, "Not tried: the bot has no picture of its own to try it with.");
        var file = await api.GetFileAsync(access, id, cancellationToken);
        var failure = file.Failure;
        if (failure is null && file.Value!.Path is { Length: > 0 } path)
            failure = (await api.DownloadAsync(access, path, TelegramApi.MostDown, static async (body, token) => await body.ReadAsync(new byte[1], token), cancellationToken)).Failure;
        return failure is null
            ? new("files", true, access.IsCloud ? "Files can be fetched, up to 20 MB each." : "Files can be fetched.")
            : new("files", false, $"A file could not be fetched: {failure.Detail}", failure.Trouble == TelegramTrouble.FileRefused ? "Start the local Bot API server without --local, so that it hands out files by HTTP." : TelegramFaults.FixOf(failure));
    }

    private static bool IsPrivateOnly(ChannelModel channel) => !channel.Settings.TryGetProperty("activation", out var set) || set.ValueKind != JsonValueKind.String || set.GetString() != "always";

    private static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : "an address that cannot be read";
}
